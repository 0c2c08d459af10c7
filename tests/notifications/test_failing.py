"""Receivers that fail, for a while or for good: what waits, for how long, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.db.models import F
from django.utils import timezone

from participants.models import Callback
from tests.conftest import event_request
from tests.notifications.conftest import carry_all_out, carry_out, hurry, notifications
from tests.participants.subscribing import object_operation, subscription_request
from tests.twins.subscriber import Answer, Subscriber
from vtn.deliveries import store
from vtn.deliveries.models import Circuit, Delivery, Notification, Tally
from vtn.relay.telling import Telling
from vtn.wiring import all_wired


@pytest.fixture
def told_of_events(retailer, subscribe):
    """A subscription of business logic to all that happens to events."""
    return subscribe(retailer, objects=["EVENT"])


def events():
    return Delivery.objects.filter(object_type="EVENT")


def names(subscriber, path="/"):
    return [each["object"]["eventName"] for each in notifications(subscriber, path)]


def wait_of(delivery):
    """In a test's transaction the database's now() stands still, so the times are exact."""
    return (delivery.due_at - delivery.tried_at).total_seconds()


def test_each_wait_is_twice_as_long(retailer, program, subscriber, told_of_events, settings):
    settings.DELIVERY_RETRY_FIRST, settings.CIRCUIT_THRESHOLD = 10.0, 100
    subscriber.answer("/", Answer(500))
    retailer.post("/events", event_request(program))

    for attempt in range(4):
        carry_out()
        assert 5 * 2**attempt <= wait_of(events().get()) <= 10 * 2**attempt
        hurry()


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_asks_for_time_gets_it(retailer, program, subscriber, told_of_events, status):
    subscriber.answer("/", Answer(status, headers={"Retry-After": "1234"}))
    retailer.post("/events", event_request(program))

    carry_out()

    assert wait_of(events().get()) == 1234


def test_also_when_it_names_a_date(retailer, program, subscriber, told_of_events):
    later = timezone.now() + timedelta(hours=2)
    subscriber.answer("/", Answer(429, headers={"Retry-After": format_datetime(later, usegmt=True)}))
    retailer.post("/events", event_request(program))

    carry_out()

    assert 7100 <= wait_of(events().get()) <= 7200


def test_what_is_not_due_is_not_sent(retailer, program, subscriber, told_of_events):
    subscriber.answer("/", Answer(500))
    retailer.post("/events", event_request(program))

    carry_all_out()

    assert len(subscriber.heard) == 1


def test_410_ends_it_for_good_and_is_shown(retailer, program, subscriber, told_of_events):
    subscriber.answer("/", Answer(410))
    for name in ("first", "second"):
        retailer.post("/events", event_request(program, eventName=name))
        carry_out()

    assert names(subscriber) == ["first"]
    assert [*events().values_list("state", "reason")] == [("dead", "is gone (410)")]
    assert Callback.objects.get().health == "gone"


def test_what_waits_for_one_that_is_gone_is_dropped(retailer, program, subscriber, told_of_events):
    subscriber.answer("/", Answer(410))
    made = retailer.post("/events", event_request(program, eventName="first")).json()
    retailer.put(f"/events/{made['id']}", event_request(program, eventName="second"))

    carry_all_out()

    assert names(subscriber) == ["first"]
    assert [*events().order_by("id").values_list("state", flat=True)] == ["dead", "dropped"]


def test_a_url_written_anew_is_called_again_though_it_was_gone(retailer, program, subscriber, told_of_events):
    subscriber.answer("/", Answer(410))
    retailer.post("/events", event_request(program))
    carry_out()

    operation = object_operation(callbackUrl=subscriber.url("/new"))
    put = retailer.put(
        f"/subscriptions/{told_of_events['id']}", subscription_request(objectOperations=[operation])
    )
    assert put.status_code == 200, put.content
    retailer.post("/events", event_request(program, eventName="later"))
    carry_all_out()

    assert names(subscriber, "/new") == ["later"]
    assert Callback.objects.get().health == "working"


def test_what_waits_goes_at_once_to_where_its_subscription_is_now(
    retailer, program, subscriber, told_of_events
):
    subscriber.answer("/", Answer(500))
    retailer.post("/events", event_request(program))
    carry_out()

    with Subscriber().running() as other:
        operation = object_operation(callbackUrl=other.url("/"))
        path = f"/subscriptions/{told_of_events['id']}"
        retailer.put(path, subscription_request(objectOperations=[operation]))
        carry_out()

        assert names(other) == ["prices"]
    assert events().get().state == "delivered"


def test_what_waits_and_is_no_longer_asked_for_is_dropped(retailer, program, subscriber, told_of_events):
    subscriber.answer("/", Answer(500))
    retailer.post("/events", event_request(program))
    carry_out()
    operation = object_operation(objects=["PROGRAM"], callbackUrl=subscriber.url("/"))
    path = f"/subscriptions/{told_of_events['id']}"
    retailer.put(path, subscription_request(objectOperations=[operation]))

    carry_out()

    assert len(subscriber.heard) == 1
    assert events().get().state == "dropped"


def test_what_waits_for_a_subscription_that_is_deleted_is_dropped(
    retailer, program, subscriber, told_of_events
):
    subscriber.answer("/", Answer(500))
    retailer.post("/events", event_request(program))
    carry_out()
    retailer.delete(f"/subscriptions/{told_of_events['id']}")
    hurry()

    carry_out()

    assert len(subscriber.heard) == 1
    assert events().get().state == "dropped"


def test_a_place_that_is_written_away_takes_what_waits_for_it_along(retailer, program, subscriber):
    both = [object_operation(callbackUrl=subscriber.url(path)) for path in ("/a", "/b")]
    made = retailer.post("/subscriptions", subscription_request(objectOperations=both)).json()
    subscriber.answer("/a", Answer(500))
    subscriber.answer("/b", Answer(500))
    retailer.post("/events", event_request(program))
    carry_out()

    retailer.put(f"/subscriptions/{made['id']}", subscription_request(objectOperations=both[:1]))
    hurry()
    carry_out()

    assert sorted(heard.path for heard in subscriber.heard) == ["/a", "/a", "/b"]
    assert sorted(events().values_list("state", flat=True)) == ["dropped", "waiting"]


def test_after_its_time_it_is_given_up_and_can_be_sent_again_by_hand(
    retailer, program, subscriber, told_of_events, settings
):
    subscriber.answer("/", Answer(500, b"out of order"))
    retailer.post("/events", event_request(program))
    carry_out()
    events().update(made_at=F("made_at") - timedelta(seconds=settings.DELIVERY_GIVE_UP_AFTER + 1))
    hurry()
    carry_out()

    dead = events().get()
    assert (dead.state, dead.status, dead.answer, dead.due_at) == ("dead", 500, "out of order", None)
    hurry()
    carry_out()
    assert len(subscriber.heard) == 2

    assert store.replay([dead.id]) == 1
    carry_all_out()
    assert events().get().state == "waiting"  # it has as much time as at first
    subscriber.answer("/", Answer(200))
    hurry()
    carry_out()

    assert events().get().state == "delivered"
    assert store.replay([dead.id]) == 0
    assert len({heard.body for heard in subscriber.heard}) == 1


def test_dead_letters_of_one_object_are_sent_again_in_their_order(
    retailer, program, subscriber, told_of_events
):
    subscriber.answer("/", Answer(500))
    made = retailer.post("/events", event_request(program, eventName="first")).json()
    for name in ("second", "third"):
        retailer.put(f"/events/{made['id']}", event_request(program, eventName=name))
    carry_out()
    events().update(state="dead", due_at=None)
    subscriber.heard.clear()

    store.replay([*events().values_list("id", flat=True)])
    carry_out()
    assert len(subscriber.heard) <= 1
    subscriber.answer("/", Answer(200))
    for _ in range(4):
        hurry()
        carry_all_out()

    assert [*dict.fromkeys(names(subscriber))] == ["first", "second", "third"]


def test_a_failure_holds_up_what_follows_on_its_object_and_nothing_else(
    retailer, program, subscriber, told_of_events
):
    subscriber.answer("/", Answer(500), Answer(200))
    made = retailer.post("/events", event_request(program, eventName="first")).json()
    carry_out()
    retailer.put(f"/events/{made['id']}", event_request(program, eventName="second"))
    retailer.delete(f"/events/{made['id']}")
    retailer.post("/events", event_request(program, eventName="another"))

    carry_all_out()
    assert names(subscriber) == ["first", "another"]
    hurry()
    carry_all_out()

    told = [(each["operation"], each["object"]["eventName"]) for each in notifications(subscriber)]
    assert told[2:] == [("CREATE", "first"), ("UPDATE", "second"), ("DELETE", "second")]


def test_a_host_that_fails_again_and_again_is_left_alone(retailer, program, subscriber, subscribe, settings):
    settings.CIRCUIT_THRESHOLD, settings.CIRCUIT_FIRST = 3, 30.0
    for number in range(6):
        subscribe(retailer, f"/{number}", objects=["EVENT"])
    for number in range(6):
        subscriber.answer(f"/{number}", Answer(500))
    retailer.post("/events", event_request(program))

    carry_out()
    called = len(subscriber.heard)
    circuit = Circuit.objects.get()
    assert circuit.host == subscriber.url("").rstrip("/")
    assert circuit.failures >= 3
    assert circuit.reason == "answered 500"
    assert not events().filter(due_at__lt=circuit.open_until).exists()

    # What is new waits too.
    retailer.post("/events", event_request(program, eventName="later"))
    carry_out()
    assert len(subscriber.heard) == called
    assert events().filter(due_at=circuit.open_until).count() >= 6

    # It is called again after that, and the first answer forgets it all.
    for number in range(6):
        subscriber.answer(f"/{number}", Answer(200))
    hurry()
    carry_all_out()
    assert not Circuit.objects.exists()
    assert {*events().values_list("state", flat=True)} == {"delivered"}


def test_what_was_taken_for_such_a_host_and_not_tried_is_given_back(
    retailer, program, subscriber, subscribe, settings
):
    settings.CIRCUIT_THRESHOLD = 1
    for _ in range(16):
        subscribe(retailer, objects=["EVENT"])
    subscriber.answer("/", Answer(500))
    retailer.post("/events", event_request(program))

    carry_out()

    untried = events().filter(attempts=0)
    assert len(subscriber.heard) + untried.count() == 16
    assert untried.exists()
    assert {each.due_at for each in untried} == {Circuit.objects.get().open_until}


def test_a_circuit_stays_open_for_longer_each_time_up_to_its_most(
    retailer, program, subscriber, told_of_events, settings
):
    settings.CIRCUIT_THRESHOLD, settings.CIRCUIT_FIRST, settings.CIRCUIT_MOST = 1, 30.0, 100.0
    subscriber.answer("/", Answer(500))
    retailer.post("/events", event_request(program))

    waits = []
    for _ in range(4):
        carry_out()
        waits.append((Circuit.objects.get().open_until - events().get().tried_at).total_seconds())
        hurry()

    assert waits == [30.0, 60.0, 100.0, 100.0]


def test_a_receiver_with_an_error_of_its_own_closes_nobody_elses_circuit(
    retailer, program, subscriber, told_of_events, settings
):
    settings.CIRCUIT_THRESHOLD = 1
    subscriber.answer("/", Answer(404))
    retailer.post("/events", event_request(program))

    carry_out()

    assert not Circuit.objects.exists()


def test_one_that_has_failed_for_long_is_broken_until_it_is_told(
    retailer, program, subscriber, told_of_events, settings
):
    subscriber.answer("/", Answer(500))
    retailer.post("/events", event_request(program))
    carry_out()
    assert Callback.objects.get().health == "failing"

    Callback.objects.update(
        failing_since=timezone.now() - timedelta(seconds=settings.CALLBACK_BROKEN_AFTER + 60)
    )
    hurry()
    carry_out()
    assert Callback.objects.get().health == "broken"

    subscriber.answer("/", Answer(200))
    hurry()
    carry_out()
    assert Callback.objects.get().health == "working"


def test_attempts_are_counted(retailer, program, subscriber, told_of_events):
    subscriber.answer("/", Answer(500), Answer(200))
    Tally.objects.all().delete()
    retailer.post("/events", event_request(program))

    carry_out()
    hurry()
    carry_out()

    tally = Tally.objects.get()
    assert (tally.attempts, tally.failures, tally.delivered, tally.dead) == (2, 1, 1, 0)


def test_a_clock_that_is_put_back_keeps_nobody_waiting_for_it(
    retailer, program, subscriber, told_of_events, settings
):
    """All times are of the database's clock: that they lie an hour later is as if it had been put back by one."""
    settings.DELIVERY_RETRY_FIRST = 10.0
    subscriber.answer("/", Answer(500), Answer(200))
    retailer.post("/events", event_request(program))
    carry_out()
    hour = timedelta(hours=1)
    events().update(due_at=F("due_at") + hour, tried_at=F("tried_at") + hour)

    carry_all_out()  # with a sweep

    assert len(subscriber.heard) == 1
    assert 5 <= wait_of(events().get()) <= 10
    assert events().get().due_at < timezone.now() + timedelta(seconds=10)


def test_nor_does_what_waits_for_a_circuit(retailer, program, subscriber, told_of_events, settings):
    settings.CIRCUIT_MOST = 600.0
    retailer.post("/events", event_request(program))
    Telling(all_wired("tells"))()
    events().update(due_at=timezone.now() + timedelta(hours=1))

    carry_all_out()

    assert names(subscriber) == ["prices"]


def test_ten_thousand_words_of_one_change_are_stored_once(retailer, program, subscriber, subscribe):
    for number in range(3):
        subscribe(retailer, f"/{number}", objects=["EVENT"])
    before = Notification.objects.count()

    retailer.post("/events", event_request(program))
    Telling(all_wired("tells"))()

    assert events().count() == 3
    assert Notification.objects.count() == before + 1
