"""Many events at once, all or none."""

from __future__ import annotations

import pytest

from events.models import Event, EventTarget, Interval
from tests.conftest import event_request
from vtn.models import OutboxEntry

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_all_are_created_and_come_back_in_their_order(retailer, ven, program, dialect):
    requests = [event_request(program, eventName=f"{number}") for number in range(5)]

    answer = retailer.at(dialect).post("/events/batch", requests)

    assert answer.status_code == 201
    assert [event["eventName"] for event in answer.json()] == ["0", "1", "2", "3", "4"]
    assert ven.at(dialect).get("/events").json() == answer.json()
    assert OutboxEntry.objects.filter(object_type="EVENT", operation="CREATE").count() == 5


def test_what_is_wrong_is_told_item_by_item_and_nothing_is_created(retailer, program):
    good = event_request(program)
    requests = [good, {**good, "programID": "nope"}, good, {**good, "intervals": 7}, "no event", None]
    entries = OutboxEntry.objects.count()

    answer = retailer.post("/events/batch", requests)

    assert answer.status_code == 400
    assert answer.json() == {
        "title": "Bad Request",
        "status": 400,
        "detail": "Nothing was created: 4 of the items were refused",
        "errors": [
            {
                "index": 1,
                "title": "Bad Request",
                "status": 400,
                "detail": "programID: there is no program 'nope'",
            },
            {
                "index": 3,
                "title": "Bad Request",
                "status": 400,
                "detail": "intervals: Expected `array | null`, got `int`",
            },
            {"index": 4, "title": "Bad Request", "status": 400, "detail": "Expected `object`, got `str`"},
            {"index": 5, "title": "Bad Request", "status": 400, "detail": "Expected `object`, got `null`"},
        ],
    }
    assert (Event.objects.count(), Interval.objects.count(), EventTarget.objects.count()) == (0, 0, 0)
    assert OutboxEntry.objects.count() == entries


@pytest.mark.parametrize("body", [{}, '"x"', None, 7])
def test_only_a_list_will_do(retailer, body):
    answer = retailer.post("/events/batch", body)

    assert (answer.status_code, answer.json()["detail"]) == (400, "Expected a list")


def test_an_empty_list_is_nothing_to_do(retailer):
    answer = retailer.post("/events/batch", [])

    assert (answer.status_code, answer.json()) == (201, [])


def test_there_is_a_most(retailer, program, settings):
    settings.MAX_BATCH = 2

    answer = retailer.post("/events/batch", [event_request(program)] * 3)

    assert (answer.status_code, answer.json()["detail"]) == (400, "There are more than 2 items")
    assert not Event.objects.exists()


def test_a_ven_may_not(ven, program):
    assert ven.post("/events/batch", [event_request(program)]).status_code == 403
    assert not Event.objects.exists()


@pytest.mark.parametrize("method", ["get", "delete"])
def test_there_is_no_event_of_that_name(retailer, method):
    assert getattr(retailer, method)("/events/batch").status_code == 405
