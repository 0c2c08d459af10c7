"""A sender that loses its lease says nothing any more, but that something has arrived."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.conftest import NOON
from vtn.deliveries import store
from vtn.deliveries.models import Delivery
from vtn.deliveries.store import Addressee, Ended
from vtn.relay.changes import Change

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post():
    """Has changes of one object sent to one recipient."""

    def post(*entry_ids):
        with transaction.atomic():
            for entry_id in entry_ids:
                change = Change(entry_id, "EVENT", "o1", "UPDATE", None, NOON, {}, None, None)
                store.post(
                    change, channel="webhook", operation="UPDATE", body="{}", addressees=[Addressee(1, "h")]
                )

    return post


def claim(lease=60.0, busy=()):
    return store.claim(most=10, lease=lease, busy=busy)


def ended(claimed, state, delay=0.0):
    return Ended(claimed, state, delay, 200, "", "")


def rows():
    return [*Delivery.objects.order_by("id").values("state", "attempts", "due_at", "entry_id")]


def test_only_the_oldest_of_an_object_is_taken_and_only_once(post):
    post(1, 2, 3)

    assert [each.entry_id for each in claim()] == [1]
    assert claim() == []


def test_what_is_posted_later_waits_behind_what_is_being_sent(post):
    post(1)
    claim()

    post(2)

    assert claim() == []


def test_the_next_is_due_when_the_one_before_has_ended(post):
    post(1, 2)
    (first,) = claim()

    store.end([ended(first, "delivered")])
    store.release([first.lane])

    assert [each.entry_id for each in claim()] == [2]


def test_release_makes_nothing_due_that_is_behind_something(post):
    post(1, 2, 3)
    (first,) = claim()
    before = rows()

    store.release([first.lane])

    assert rows() == before


def test_a_sweep_releases_what_a_process_that_died_did_not(post):
    post(1, 2, 3)
    (first,) = claim()
    store.end([ended(first, "delivered")])
    assert claim() == []

    store.sweep(longest=store.LongestWaits(untried=600.0, tried=86_400.0))

    assert [each.entry_id for each in claim()] == [2]


def test_what_is_busy_is_left_alone(post):
    post(1)

    assert claim(busy=["h"]) == []
    assert len(claim(busy=["i"])) == 1


def test_a_lease_that_is_over_is_taken_by_another(post):
    post(1)
    (stale,) = claim(lease=-1.0)

    (fresh,) = claim()

    assert (stale.attempts, fresh.attempts) == (1, 2)


@pytest.mark.parametrize("state", ["waiting", "dead", "dropped"])
def test_a_stale_sender_changes_nothing_when_it_ends_late(post, state):
    post(1, 2)
    (stale,) = claim(lease=-1.0)
    (_fresh,) = claim()
    before = rows()

    assert store.end([ended(stale, state, delay=3600.0)]) == {}
    store.release([stale.lane])

    assert rows() == before


def test_nor_when_it_gives_back(post):
    post(1)
    (stale,) = claim(lease=-1.0)
    (_fresh,) = claim()
    before = rows()

    store.give_back([stale])

    assert rows() == before


def test_but_what_has_arrived_has_arrived(post):
    post(1)
    (stale,) = claim(lease=-1.0)
    (fresh,) = claim()

    assert [*store.end([ended(stale, "delivered")])] == [stale.id]

    assert Delivery.objects.get().state == "delivered"
    assert store.end([ended(fresh, "waiting", delay=1.0)]) == {}
    assert Delivery.objects.get().state == "delivered"


def test_what_is_given_back_is_anothers_at_once_and_costs_no_attempt(post):
    post(1, 2)
    (first,) = claim()

    store.give_back([first])

    (again,) = claim()
    assert (again.entry_id, again.attempts) == (1, 1)


def test_who_gives_back_nothing_that_waits_any_more_changes_nothing(post):
    post(1)
    (first,) = claim()
    store.end([ended(first, "dead")])
    before = rows()

    store.give_back([first])

    assert rows() == before


def test_dead_letters_of_one_object_are_due_one_after_the_other(post):
    post(1, 2)
    Delivery.objects.update(state="dead", due_at=None)

    assert store.replay([*Delivery.objects.values_list("id", flat=True)]) == 2

    assert [each.entry_id for each in claim()] == [1]
    assert store.replay([*Delivery.objects.values_list("id", flat=True)]) == 0


def test_what_is_of_a_channel_that_a_sender_does_not_have_is_left_to_others(post):
    """As while workers of two versions run side by side."""
    post(1)

    assert store.claim(most=10, lease=60.0, busy=(), channels=["backend"]) == []
    assert len(store.claim(most=10, lease=60.0, busy=(), channels=["backend", "webhook"])) == 1


@pytest.mark.parametrize("write_down", ["ended", "given back"])
def test_what_is_written_down_while_its_recipient_moves_is_locked_in_one_order(write_down):
    """A subscription is written anew while all that is in flight to it ends, in an order of its own."""
    with transaction.atomic():
        for number in range(300):
            change = Change(number, "EVENT", f"o{number}", "UPDATE", None, NOON, {}, None, None)
            addressees = [Addressee(1, "h")]
            store.post(change, channel="webhook", operation="UPDATE", body="{}", addressees=addressees)
    claimed = store.claim(most=300, lease=60.0, busy=())[::-1]
    both_begin = threading.Barrier(2, timeout=60)

    def write():
        if write_down == "ended":
            store.end([ended(each, "waiting", delay=1.0) for each in claimed])
        else:
            store.give_back(claimed)

    def repeatedly(act):
        try:
            for _ in range(50):
                both_begin.wait()
                act()
        except BaseException:
            both_begin.abort()
            raise
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(repeatedly, write)
        moving = pool.submit(repeatedly, lambda: store.redirect("webhook", {1: "i"}, lease=60.0))

    assert (writing.exception(), moving.exception()) == (None, None)
    assert not Delivery.objects.exclude(state="waiting", host="i").exists()
