"""The clock under faults: late, twice, interrupted, overtaken by edits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.db.models import QuerySet

from events.life import clock
from events.life.models import Turn
from events.models import Event
from tests.conftest import event_request
from vtn.models import OutboxEntry
from vtn.relay.telling import Telling
from vtn.wiring import all_wired

HOUR = timedelta(hours=1)


def relay():
    while Telling(all_wired("tells"))():
        pass


@pytest.fixture
def start():
    """In an hour: what is written now is announced."""
    return datetime.now(UTC).replace(microsecond=0) + HOUR


@pytest.fixture
def write(retailer, program):
    """Creates an event of three hours from a start, and has it told."""

    def write(start, **members):
        period = {"start": start.isoformat(), "duration": "PT1H"}
        made = retailer.post("/events", event_request(program, **{"intervalPeriod": period, **members}))
        assert made.status_code == 201, made.content
        relay()
        return made.json()

    return write


def told(event=None):
    """(moment, phase, value in force) of what the clock has recorded, in its order."""
    entries = OutboxEntry.objects.filter(operation="PHASE").order_by("id")
    if event is not None:
        entries = entries.filter(object_id=event["id"])
    return [
        (
            entry.made_at,
            entry.after["phase"],
            [
                float(payload["values"][0])
                for each in entry.after["intervals"]
                for payload in each["payloads"]
            ],
        )
        for entry in entries
    ]


def test_what_was_missed_is_made_up_for_in_order_and_once(write, start):
    write(start)

    assert clock.turn(now=start + 10 * HOUR) == 1
    assert clock.turn(now=start + 10 * HOUR) == 0

    assert told() == [
        (start, "active", [0.1]),
        (start + HOUR, "active", [1.1]),
        (start + 2 * HOUR, "active", [2.1]),
        (start + 3 * HOUR, "ended", []),
    ]
    assert Turn.objects.get().due_at is None


def test_before_the_first_boundary_there_is_nothing_to_do(write, start):
    write(start)

    assert clock.turn(now=start - timedelta(microseconds=1)) == 0
    assert clock.turn(now=start) == 1
    assert told() == [(start, "active", [0.1])]


def test_two_events_take_turns_by_when_they_are_due(write, start):
    late, early = write(start + HOUR), write(start)

    clock.turn(now=start + HOUR, at_a_time=1, run_for=0)
    assert (told(early)[0][0], told(late)) == (start, [])
    clock.turn(now=start + HOUR, at_a_time=1, run_for=0)

    assert told(late) == [(start + HOUR, "active", [0.1])]


def test_an_edit_in_between_is_followed_as_it_is_now(write, retailer, start):
    event = write(start)
    clock.turn(now=start + 0.5 * HOUR)

    later = {**event, "intervalPeriod": {"start": (start + 5 * HOUR).isoformat(), "duration": "PT1H"}}
    assert retailer.put(f"/events/{event['id']}", later).status_code == 200
    relay()
    clock.turn(now=start + 4 * HOUR)
    clock.turn(now=start + 5 * HOUR)

    assert [moment for moment, *_ in told()] == [start, start + 5 * HOUR]


def test_an_edit_that_was_not_told_yet_has_no_past(write, retailer, start):
    """The event is moved so that some of its intervals lie before the edit: those were never told, and never are."""
    event = write(start)
    now = datetime.now(UTC)
    moved = {**event, "intervalPeriod": {"start": (now - 1.5 * HOUR).isoformat(), "duration": "PT1H"}}
    assert retailer.put(f"/events/{event['id']}", moved).status_code == 200
    Turn.objects.update(turned_at=now - 10 * HOUR, due_at=now - 10 * HOUR)

    clock.turn(now=now + 2 * HOUR)

    assert [(phase, values) for _, phase, values in told()] == [("active", [2.1]), ("ended", [])]
    relay()
    clock.turn(now=now + 3 * HOUR)
    assert len(told()) == 2


def test_an_event_that_is_deleted_has_no_turn_whoever_comes_first(write, retailer, start):
    event, other = write(start), write(start)
    for each in (event, other):
        assert retailer.delete(f"/events/{each['id']}").status_code == 200

    # The clock before the relay, which has not told of the deletions yet.
    clock.turn(now=start + HOUR)
    relay()
    clock.turn(now=start + HOUR)

    assert told() == []
    assert not Turn.objects.exists()


def test_a_cancelled_event_has_no_turn(write, retailer, start):
    event = write(start)
    cancelled = {**event, "intervalPeriod": {"start": "0001-01-01", "duration": "PT0S"}}

    retailer.put(f"/events/{event['id']}", cancelled)
    relay()

    assert Turn.objects.get().due_at is None
    assert clock.turn(now=start + 10 * HOUR) == 0


def test_killed_between_record_and_turn_it_begins_again(write, start, monkeypatch):
    write(start)
    before = Turn.objects.values().get()
    save = QuerySet.bulk_create

    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(QuerySet, "bulk_create", killed)
    with pytest.raises(KeyboardInterrupt):
        clock.turn(now=start + HOUR)
    assert told() == []
    assert Turn.objects.values().get() == before

    monkeypatch.setattr(QuerySet, "bulk_create", save)
    clock.turn(now=start + HOUR)
    assert [moment for moment, *_ in told()] == [start, start + HOUR]


def test_something_wrong_with_one_event_stops_no_other(write, start):
    broken, good = write(start), write(start)
    document = Event.objects.get(id=broken["id"]).document_310
    Event.objects.filter(id=broken["id"]).update(document_310="{}")

    assert clock.turn(now=start) == 1

    assert told() == told(good) == [(start, "active", [0.1])]
    # It is looked at again, and nothing of it is lost.
    Event.objects.filter(id=broken["id"]).update(document_310=document)
    assert clock.turn(now=start + clock.PUT_OFF) == 1
    assert told(broken) == [(start, "active", [0.1])]


def test_all_that_are_due_have_their_turn_behind_one_that_is_broken(write, start):
    events = [write(start) for _ in range(5)]
    Turn.objects.filter(event_id=events[1]["id"]).update(due_at=start - HOUR)
    Event.objects.filter(id=events[1]["id"]).update(document_310="{}")

    assert clock.turn(now=start, at_a_time=1) == 4

    assert [len(told(event)) for event in events] == [1, 0, 1, 1, 1]


def test_many_that_have_missed_much_share_no_transaction(write, start, monkeypatch):
    """Their writers would wait for all of it."""
    monkeypatch.setattr(clock, "MOST_MISSED", 4)
    for _ in range(3):
        write(start)

    assert clock.turn(now=start + 10 * HOUR, run_for=0) == 1
    assert clock.turn(now=start + 10 * HOUR) == 2
    assert len(told()) == 3 * 4


def test_a_loop_of_seconds_that_was_missed_for_a_week_says_how_things_are_now(write, start):
    period = {"start": start.isoformat(), "duration": "PT1S"}
    write(start, intervalPeriod=period, duration="P9999Y")
    now = start + timedelta(days=7, milliseconds=1_500)

    clock.turn(now=now)
    clock.turn(now=now)

    # Three intervals of a second; a week is a multiple of three seconds.
    assert told() == [(now, "active", [1.1])]
    clock.turn(now=now + timedelta(seconds=2))
    assert [moment for moment, *_ in told()][1:] == [
        start + timedelta(days=7, seconds=2),
        start + timedelta(days=7, seconds=3),
    ]


def test_up_to_the_limit_every_boundary_is_made_up_for(write, start):
    period = {"start": start.isoformat(), "duration": "PT1S"}
    write(start, intervalPeriod=period, duration="P9999Y")

    clock.turn(now=start + timedelta(seconds=clock.MOST_MISSED - 1))

    moments = [moment for moment, *_ in told()]
    assert moments == [start + timedelta(seconds=number) for number in range(clock.MOST_MISSED)]


def test_a_clock_that_is_behind_repeats_nothing(write, start):
    write(start)
    clock.turn(now=start + HOUR)
    # As the relay leaves it that tells of an edit later than the clock has seen to what follows from it.
    Turn.objects.update(due_at=start)

    clock.turn(now=start + 0.5 * HOUR)
    clock.turn(now=start + HOUR)

    assert [moment for moment, *_ in told()] == [start, start + HOUR]


def test_what_begins_as_it_is_written_is_told_by_the_writing_alone(write, start):
    write(start, intervalPeriod={"start": "0001-01-01", "duration": "PT1H"})

    clock.turn(now=datetime.now(UTC))

    assert told() == []
    assert Turn.objects.get().due_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_tell_each_boundary_once(write, start):
    events = [write(start) for _ in range(20)]
    barrier, turned, lock = threading.Barrier(2), [], threading.Lock()

    def run():
        try:
            barrier.wait()
            for _ in range(5):
                number = clock.turn(now=start + 10 * HOUR)
                with lock:
                    turned.append(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for event in events:
        assert [moment for moment, *_ in told(event)] == [start + number * HOUR for number in range(4)]
    assert sum(turned) == len(events)
