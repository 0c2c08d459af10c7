"""A subscription is written anew while something waits for it: what it still asks for is lost to nobody, and keeps its
order."""

from __future__ import annotations

import pytest

from tests.conftest import event_request
from tests.notifications.conftest import carry_all_out, carry_out, hurry, notifications
from tests.participants.subscribing import object_operation, subscription_request
from tests.twins.subscriber import Answer
from vtn.deliveries import store
from vtn.deliveries.models import Delivery
from vtn.relay.telling import Telling
from vtn.wiring import all_wired

ALL = ["CREATE", "UPDATE", "DELETE"]


@pytest.fixture
def operation(subscriber):
    def operation(path, **members):
        return object_operation(callbackUrl=subscriber.url(path), **members)

    return operation


def subscribe(actor, *operations):
    carry_out()  # what was before is none of its business
    answer = actor.post("/subscriptions", subscription_request(objectOperations=[*operations]))
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


def write_anew(actor, subscription_id, *operations):
    request = subscription_request(objectOperations=[*operations])
    answer = actor.put(f"/subscriptions/{subscription_id}", request)
    assert answer.status_code == 200, answer.content


def told(subscriber, path="/"):
    return [(each["operation"], each["object"]["eventName"]) for each in notifications(subscriber, path)]


def states():
    return [*Delivery.objects.filter(object_type="EVENT").order_by("id").values_list("state", flat=True)]


def test_what_waits_for_a_url_stays_with_it_when_it_moves_to_another_place(
    retailer, program, subscriber, operation
):
    id_ = subscribe(retailer, operation("/programs", objects=["PROGRAM"]), operation("/events"))
    subscriber.answer("/events", Answer(500), Answer(200))
    retailer.post("/events", event_request(program))
    carry_out()

    write_anew(retailer, id_, operation("/events"))
    carry_out()

    assert told(subscriber, "/events") == [("CREATE", "prices")] * 2
    assert told(subscriber, "/programs") == []
    assert states() == ["delivered"]


def test_also_when_two_change_places_that_ask_for_different_things(retailer, program, subscriber, operation):
    both = [operation("/", objects=["PROGRAM"]), operation("/", objects=["EVENT"])]
    id_ = subscribe(retailer, *both)
    subscriber.answer("/", Answer(500), Answer(200))
    retailer.post("/events", event_request(program))
    carry_out()

    write_anew(retailer, id_, *reversed(both))
    carry_out()

    assert states() == ["delivered"]
    assert len(subscriber.heard) == 2


@pytest.mark.parametrize("then", ["both", "one"])
def test_what_changes_later_does_not_overtake_it_when_entries_of_one_url_change_places(
    retailer, program, subscriber, operation, then
):
    both = [
        operation("/", objects=["EVENT"], operations=ALL),
        operation("/", objects=["PROGRAM"], operations=ALL),
    ]
    id_ = subscribe(retailer, *both)
    subscriber.answer("/", *[Answer(500)] * 2, Answer(200))
    made = retailer.post("/events", event_request(program, eventName="first")).json()
    carry_out()

    write_anew(retailer, id_, *reversed(both))
    if then == "one":
        write_anew(retailer, id_, operation("/", operations=ALL))
    retailer.put(f"/events/{made['id']}", event_request(program, eventName="second"))
    carry_all_out()
    assert told(subscriber) == [("CREATE", "first")] * 2
    hurry()
    carry_all_out()

    assert told(subscriber) == [("CREATE", "first")] * 3 + [("UPDATE", "second")]


def test_also_when_two_become_one(retailer, program, subscriber, operation):
    id_ = subscribe(retailer, operation("/", operations=["CREATE"]), operation("/", operations=["UPDATE"]))
    made = retailer.post("/events", event_request(program, eventName="first")).json()
    carry_out()
    subscriber.answer("/", Answer(500), Answer(200))
    retailer.put(f"/events/{made['id']}", event_request(program, eventName="second"))
    carry_out()

    write_anew(retailer, id_, operation("/", operations=ALL))
    carry_out()

    assert told(subscriber) == [("CREATE", "first"), ("UPDATE", "second"), ("UPDATE", "second")]
    assert states() == ["delivered", "delivered"]


def test_a_url_that_moves_elsewhere_takes_along_what_waits_and_another_that_stays_does_not(
    retailer, program, subscriber, operation
):
    id_ = subscribe(retailer, operation("/old"), operation("/stays", objects=["EVENT", "PROGRAM"]))
    subscriber.answer("/old", Answer(500))
    subscriber.answer("/stays", Answer(500), Answer(200))
    retailer.post("/events", event_request(program))
    carry_out()

    write_anew(retailer, id_, operation("/stays"), operation("/new"))
    carry_out()

    assert [len(told(subscriber, path)) for path in ("/old", "/stays", "/new")] == [1, 2, 1]
    assert states() == ["delivered", "delivered"]


def test_what_one_url_is_told_of_an_object_keeps_its_order_whichever_entry_asked_for_it(
    retailer, program, subscriber, operation
):
    subscribe(
        retailer,
        operation("/elsewhere", objects=["PROGRAM"]),
        operation("/", operations=["CREATE"]),
        operation("/", operations=["UPDATE"]),
        operation("/", operations=["DELETE"]),
    )
    subscriber.answer("/", Answer(500), Answer(200))
    made = retailer.post("/events", event_request(program, eventName="first")).json()
    carry_out()
    retailer.put(f"/events/{made['id']}", event_request(program, eventName="second"))
    retailer.delete(f"/events/{made['id']}")

    carry_all_out()
    assert told(subscriber) == [("CREATE", "first")]
    hurry()
    carry_all_out()

    story = [("CREATE", "first"), ("UPDATE", "second"), ("DELETE", "second")]
    assert told(subscriber) == [("CREATE", "first"), *story]


def test_what_is_just_being_sent_is_not_sent_beside_that(retailer, program, subscriber, operation, settings):
    """Else it could come once more after what follows it."""
    id_ = subscribe(retailer, operation("/"))
    retailer.post("/events", event_request(program))
    Telling(all_wired("tells"))()
    lease = settings.DELIVERY_LEASE
    (claimed,) = store.claim(most=10, lease=lease, busy=())

    write_anew(retailer, id_, operation("/new"))

    assert store.claim(most=10, lease=lease, busy=()) == []
    store.end([store.Ended(claimed, "waiting", 0.0, 500, "answered 500", "")])
    carry_out()
    assert told(subscriber, "/new") == [("CREATE", "prices")]
