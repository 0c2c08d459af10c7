"""Several at once, over connections of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from events.dr_events import clock
from events.dr_events.models import DrNotification
from participants.enrolment import Links, ParticipantContent
from participants.models import Participant, Ven
from participants.services.participants import ParticipantTaken, enrol_participant, update_participant
from programs.models import Program
from tests.events.dr_events.conftest import dr_event_request, participant_request, posted
from vtn.caller import Caller, Role
from vtn.deliveries.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = Caller.staff("anna")


def all_at_once(number, work):
    def run(place):
        try:
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_clocks_tell_everybody_once(tool, northmill):
    for number in range(5):
        posted(tool, "/dr/dr-events", dr_event_request(name=str(number)))
    now = datetime(2126, 12, 1, 12, tzinfo=UTC)

    all_at_once(6, lambda _: clock.notify(now=now))
    clock.notify(now=now)

    assert DrNotification.objects.count() == 10
    assert Delivery.objects.filter(channel="contact").count() == 10


def test_first_events_make_one_program(tool, northmill):
    answers = all_at_once(8, lambda number: tool.post("/dr/dr-events", dr_event_request(name=str(number))))

    assert [answer.status_code for answer in answers] == [200] * 8
    assert Program.objects.count() == 1


def test_one_of_many_has_the_code(tool):
    def enrol(_):
        content = ParticipantContent(code="X", contact_user="", phone_contact="")
        try:
            return enrol_participant(caller=STAFF, content=content, now=datetime.now(UTC)).id
        except ParticipantTaken:
            return None

    made = [id_ for id_ in all_at_once(10, enrol) if id_]

    assert made == [Participant.objects.get().id]


def test_links_across_two_vens_wait_for_nobody(enrol):
    for name in ("first", "second"):
        enrol(name, Role.VEN, targets=[])
    vens = list(Ven.objects.values_list("id", flat=True))
    ids = [
        enrol_participant(
            caller=STAFF,
            content=ParticipantContent(code=f"P{number}", contact_user="", phone_contact=""),
            now=datetime.now(UTC),
        ).id
        for number in range(6)
    ]

    def link(place):
        for links in (
            Links(frozenset(vens)),
            Links(frozenset(vens[place % 2 :][:1])),
            Links(frozenset(vens)),
        ):
            content = ParticipantContent(code=f"P{place}", contact_user="", phone_contact="", links=links)
            update_participant(
                caller=STAFF, participant_id=ids[place], content=content, now=datetime.now(UTC)
            )

    all_at_once(6, link)

    wanted = {f"PARTICIPANT:P{number}" for number in range(6)}
    assert [set(ven.targets) for ven in Ven.objects.all()] == [wanted, wanted]


def test_a_writer_and_the_clock_do_not_wait_for_each_other_in_a_ring(tool, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    now = datetime(2126, 12, 1, 12, tzinfo=UTC)

    def work(place):
        if place % 2:
            return clock.notify(now=now)
        return tool.put(f"/dr/dr-events/{id_}", dr_event_request(name=str(place))).status_code

    done = all_at_once(8, work)

    assert [done[place] for place in range(0, 8, 2)] == [200] * 4
    clock.notify(now=now)
    assert DrNotification.objects.count() == 2


def test_a_participant_that_was_refused_leaves_nothing(tool):
    answer = tool.post("/dr/participants", participant_request(venID="nobody"))

    assert answer.status_code == 400
    assert not Participant.objects.exists()
