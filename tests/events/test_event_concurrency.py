"""Several writers at once, each with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse

from events.models import Event, EventTarget, Interval
from programs.models import Program
from tests.conftest import event_request
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], HttpResponse]) -> list[HttpResponse]:
    """The answers of calls that are all let go at the same moment."""
    start = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(number: int) -> None:
        start.wait()
        try:
            answers[number] = calls[number]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def statuses(answers: list[HttpResponse]) -> list[int]:
    return [answer.status_code for answer in answers]


def test_two_programs_of_one_name_become_one(retailer):
    for number in range(10):
        body = {"programName": f"p{number}"}

        answers = at_once(*[lambda body=body: retailer.post("/programs", body) for _ in range(4)])

        assert sorted(statuses(answers)) == [201, 409, 409, 409]
    assert Program.objects.count() == 10
    assert OutboxEntry.objects.filter(object_type="PROGRAM").count() == 10


def test_an_event_is_never_left_without_its_program(retailer):
    for number in range(10):
        program = retailer.post("/programs", {"programName": f"p{number}"}).json()

        created, deleted = at_once(
            lambda program=program: retailer.post("/events", event_request(program)),
            lambda program=program: retailer.delete(f"/programs/{program['id']}"),
        )

        assert statuses([created, deleted]) in ([201, 409], [400, 200])
        assert Event.objects.filter(program_id=program["id"]).count() == (created.status_code == 201)


def test_a_program_goes_with_all_its_events_or_is_followed_by_none(retailer):
    for number in range(10):
        program = retailer.post("/programs", {"programName": f"p{number}"}).json()
        retailer.post("/events", event_request(program))

        created, deleted = at_once(
            lambda program=program: retailer.post("/events", event_request(program)),
            lambda program=program: retailer.delete(f"/programs/{program['id']}?cascade=true"),
        )

        assert deleted.status_code == 200
        assert created.status_code in (201, 400)
    assert (Event.objects.count(), Interval.objects.count(), EventTarget.objects.count()) == (0, 0, 0)
    events = OutboxEntry.objects.filter(object_type="EVENT")
    assert events.filter(operation="CREATE").count() == events.filter(operation="DELETE").count()


def test_two_puts_of_one_event_follow_each_other(retailer, program):
    event = retailer.post("/events", event_request(program)).json()
    path = f"/events/{event['id']}"
    for _ in range(10):
        bodies = [
            event_request(
                program,
                eventName=f"{count}",
                targets=[f"of {count}"],
                intervals=[{"id": count, "payloads": []}] * count,
            )
            for count in (2, 5)
        ]

        answers = at_once(*[lambda body=body: retailer.put(path, body) for body in bodies])

        assert statuses(answers) == [200, 200]
        stored = retailer.get(path).json()
        assert stored in [answer.json() for answer in answers]
        count = int(stored["eventName"])
        assert [row.interval_id for row in Interval.objects.all()] == [count] * count
        assert [way.target for way in EventTarget.objects.all()] == [f"of {count}"]
        last, one_before = OutboxEntry.objects.filter(operation="UPDATE").order_by("-id")[:2]
        assert (last.after["eventName"], last.before) == (f"{count}", one_before.after)


def test_a_put_and_a_delete_leave_nothing_behind(retailer, program):
    for _ in range(10):
        path = f"/events/{retailer.post('/events', event_request(program)).json()['id']}"

        put, deleted = at_once(
            lambda path=path: retailer.put(path, event_request(program, targets=["a"])),
            lambda path=path: retailer.delete(path),
        )

        assert deleted.status_code == 200
        assert put.status_code in (200, 404)
    assert (Event.objects.count(), Interval.objects.count(), EventTarget.objects.count()) == (0, 0, 0)


def test_an_event_is_deleted_once(retailer, program):
    path = f"/events/{retailer.post('/events', event_request(program)).json()['id']}"

    answers = at_once(*[lambda: retailer.delete(path) for _ in range(4)])

    assert sorted(statuses(answers)) == [200, 404, 404, 404]
    assert OutboxEntry.objects.filter(object_type="EVENT", operation="DELETE").count() == 1
