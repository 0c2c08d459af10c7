"""Deliveries that ended long ago are forgotten, with their bodies; those that wait never are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from vtn import tasks
from vtn.deliveries import store
from vtn.deliveries.models import Delivery, Notification, Tally
from vtn.deliveries.retention import delete_old
from vtn.turns import wait_for_turn

State = Delivery.State
DAYS = {"delivered_days": 7, "dead_days": 90, "run_for": 60.0}


def note(text="{}"):
    return Notification.objects.create(body=text)


def ended(state, days, notification=None):
    """A delivery that ended so many days ago, or, if it waits, that was made then."""
    at = timezone.now() - timedelta(days=days, hours=1)
    return Delivery.objects.create(
        channel="webhook",
        recipient_id=1,
        lane=f"webhook 1 {state} {days}",
        host="https://a:443",
        object_type="EVENT",
        object_id="e",
        operation="CREATE",
        notification=notification or note(),
        state=state,
        made_at=at,
        ended_at=None if state == State.WAITING else at,
    )


def left():
    return {(each.state, (timezone.now() - each.made_at).days) for each in Delivery.objects.all()}


def bodies():
    return set(Notification.objects.values_list("id", flat=True))


def test_what_ended_long_ago_is_deleted_and_nothing_else(db):
    for state in State:
        for days in (6, 8, 89, 91, 1_000):
            ended(state, days)

    number = delete_old(**DAYS)

    assert number == 4 + 4 + 2
    assert left() == {
        *((State.WAITING, days) for days in (6, 8, 89, 91, 1_000)),
        *((State.DEAD, days) for days in (6, 8, 89)),
        (State.DELIVERED, 6),
        (State.DROPPED, 6),
    }
    assert bodies() == set(Delivery.objects.values_list("notification_id", flat=True))


def test_a_body_stays_for_as_long_as_a_delivery_needs_it(db):
    shared, own, nobodys = note(), note(), note()
    ended(State.DELIVERED, 8, shared)
    waiting = ended(State.WAITING, 8, shared)
    ended(State.DELIVERED, 8, own)
    ended(State.DROPPED, 8, own)

    delete_old(**DAYS)

    # The last one may be of a transaction that goes on: none of its deliveries was deleted.
    assert bodies() == {shared.pk, nobodys.pk}
    Delivery.objects.filter(pk=waiting.pk).update(
        state=State.DELIVERED, ended_at=timezone.now() - timedelta(days=8)
    )
    delete_old(**DAYS)
    assert bodies() == {nobodys.pk}


def test_it_goes_through_in_small_steps_past_what_stays(db):
    body = note()
    for days in (8, 9, 9, 10, 11):
        ended(State.DEAD, days)
        ended(State.DELIVERED, days, body)

    assert delete_old(**DAYS, at_a_time=2) == 5
    assert {state for state, _ in left()} == {State.DEAD}
    assert body.pk not in bodies()


def test_it_stops_when_its_time_is_over(db):
    ended(State.DELIVERED, 8)

    assert delete_old(**{**DAYS, "run_for": 0.0}) == 0
    assert len(left()) == 1


def test_old_tallies_are_deleted(db):
    for days in (399, 401):
        Tally.objects.create(hour=timezone.now() - timedelta(days=days), channel="webhook")

    delete_old(**DAYS)

    assert [(timezone.now() - tally.hour).days for tally in Tally.objects.all()] == [399]


def test_the_settings_say_how_old(db, settings):
    settings.DELIVERED_DAYS, settings.DEAD_DAYS = 1, 2
    for days in (0, 1, 2):
        ended(State.DELIVERED, days)
        ended(State.DEAD, days)

    tasks.delete_old_deliveries()

    assert left() == {(State.DELIVERED, 0), (State.DEAD, 0), (State.DEAD, 1)}


def test_beat_asks_for_it():
    wanted = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}

    assert tasks.delete_old_deliveries.name in wanted


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_again_at_this_moment_stays_and_only_one_deletes_at_a_time(elsewhere):
    dead, other = ended(State.DEAD, 91), ended(State.DEAD, 92)

    with transaction.atomic():
        store.replay([dead.pk])
        assert elsewhere(lambda: delete_old(**DAYS)) == 1
    assert list(Delivery.objects.values_list("id", "state")) == [(dead.pk, State.WAITING)]

    Delivery.objects.filter(pk=dead.pk).update(state=State.DEAD, ended_at=other.ended_at)
    with transaction.atomic():
        wait_for_turn("vtn.deliveries.retention")
        assert elsewhere(lambda: delete_old(**DAYS)) == 0
    assert elsewhere(lambda: delete_old(**DAYS)) == 1


@pytest.fixture
def elsewhere():
    """Does something on a connection of its own."""

    def run(work):
        def done():
            try:
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(done).result(timeout=60)

    return run
