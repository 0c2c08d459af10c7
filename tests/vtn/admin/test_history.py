"""The history of an object is that of the audit, from every door."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from events.life.clock import turn
from events.models import Event
from participants.models import Ven
from programs.models import Program
from tests.conftest import event_request
from vtn.admin.differences import Difference, differences
from vtn.admin.history import door_of
from vtn.models import OutboxEntry
from vtn.relay.telling import Telling
from vtn.wiring import all_wired


def history(client, thing, **query):
    meta = thing._meta
    response = client.get(
        reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[thing.pk]), query
    )
    assert response.status_code == 200
    return response, html.unescape(response.content.decode())


def test_each_change_is_there_with_who_when_where_and_what(log_in, retailer, program):
    event = retailer.post("/events", event_request(program)).json()
    retailer.put(f"/events/{event['id']}", event_request(program, eventName="<b>new</b>", priority=3))
    staff = log_in()

    response, page = history(staff, Event.objects.get())

    second, first = response.context["changes"]
    assert [each.entry.operation for each in (first, second)] == ["CREATE", "UPDATE"]
    assert {(each.who, each.door) for each in (first, second)} == {("retailer", "an API")}
    lines = {line.path: (line.before, line.after) for line in second.lines}
    assert lines["eventName"] == ("prices", "<b>new</b>")
    assert lines["priority"] == ("–", "3")
    assert set(lines) == {"eventName", "priority", "modificationDateTime"}
    assert "<ins>&lt;b&gt;new" in response.content.decode()
    assert f"{second.entry.made_at:%Y-%m-%d %H:%M:%S}" in page


def test_what_staff_changed_says_so(log_in, program):
    staff, thing = log_in(), Program.objects.get()
    staff.post(
        reverse("admin:programs_program_change", args=[thing.pk]),
        {"program_name": "renamed", "targets": "", "rest": "{}"},
    )

    response, _ = history(staff, thing)

    newest = response.context["changes"][0]
    assert (newest.who, newest.door) == ("root", "this admin")
    assert ("programName", "day-ahead", "renamed") in newest.lines


def test_of_the_clock_only_the_phase_is_told(log_in, retailer, program):
    begins = datetime.now(UTC) + timedelta(hours=1)
    period = {"start": begins.isoformat(), "duration": "PT1H"}
    event = retailer.post("/events", event_request(program, intervalPeriod=period)).json()
    while Telling(all_wired("tells"))():
        pass
    turn(now=begins + timedelta(seconds=1))

    response, page = history(log_in(), Event.objects.get(id=event["id"]))

    newest = response.context["changes"][0]
    assert newest.entry.operation == "PHASE"
    assert [line.path for line in newest.lines] == ["phase", "intervals"]
    assert newest.lines[0].after == "active"
    assert "By the clock." in page


@pytest.mark.parametrize(
    ("made_by", "door"),
    [
        ("client:ven-1", "an API"),
        ("staff:root", "this admin"),
        ("staff:manage.py", "a command"),
        ("staff:the publisher", "the VTN itself"),
    ],
)
def test_who_made_a_change_tells_the_door(made_by, door):
    assert door_of(OutboxEntry(operation="UPDATE", made_by=made_by)) == door


def test_another_objects_changes_are_not_there(log_in, retailer, ven, program):
    thing = Ven.objects.get()
    OutboxEntry.objects.create(  # numbers, which some kinds have for ids, are not unique among all of them
        object_type="BINDING", object_id=thing.id, operation="CREATE", made_by="", made_at=thing.created_at
    )

    response, _ = history(log_in(), thing)

    assert {each.entry.object_type for each in response.context["changes"]} == {"VEN"}
    assert OutboxEntry.objects.count() > len(response.context["changes"])


def test_many_changes_are_on_pages_at_a_fixed_number_of_queries(
    log_in, retailer, program, django_assert_num_queries
):
    url, staff = f"/programs/{program['id']}", log_in()
    for number in range(60):
        retailer.put(url, {"programName": f"name {number}"})

    with django_assert_num_queries(7):
        response, _ = history(staff, Program.objects.get(), p=3)

    assert len(response.context["changes"]) == 11
    assert response.context["changes"][-1].entry.operation == "CREATE"


def test_who_may_not_see_the_object_sees_no_history(client, program):
    client.force_login(User.objects.create_user("nobody", is_staff=True))

    response = client.get(reverse("admin:programs_program_history", args=[program["id"]]))

    assert response.status_code == 403


def test_differences_name_the_place():
    before = {"a": 1, "b": {"c": [1, 2]}, "d": "x"}
    after = {"a": 1, "b": {"c": [1, 3, 4]}, "e": None}

    assert differences(before, after) == [
        Difference("b.c[1]", 2, 3),
        Difference("b.c[2]", None, 4, is_added=True),
        Difference("e", None, None, is_added=True),
        Difference("d", "x", None, is_removed=True),
    ]
    assert differences(None, {"a": 1}) == [Difference("a", None, 1, is_added=True)]
    assert differences({"a": 1}, None) == [Difference("a", 1, None, is_removed=True)]
    assert differences({"a": True}, {"a": 1}) == [Difference("a", True, 1)]
    assert differences(after, after) == []
