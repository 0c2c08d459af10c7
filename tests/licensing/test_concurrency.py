"""Fifty at once, each with a connection of its own: one wins."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from licensing.models import Datalink, License
from licensing.services import licences
from licensing.services.licences import AlreadyActivated, AlreadyClaimed
from tests.conftest import NOON
from tests.licensing.conftest import STAFF
from vtn.errors import VtnError
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50


def outcomes_of(do: Callable[[int], object]) -> Counter[str]:
    """What became of fifty calls that are let go at the same moment."""
    start = threading.Barrier(MANY)
    outcomes: list[str] = []

    def run(number: int) -> None:
        connection.ensure_connection()
        start.wait(30)
        try:
            do(number)
            outcomes.append("won")
        except VtnError as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return Counter(outcomes)


def test_of_fifty_claims_one_wins(scene, license):
    license("SGO-1")

    found = outcomes_of(
        lambda number: licences.claim(
            caller=STAFF, key="SGO-1", node_id="12" if number % 2 else "13", now=NOON
        )
    )

    assert found == {"won": 1, AlreadyClaimed.__name__: MANY - 1}
    entry = OutboxEntry.objects.get(object_type="LICENSE")
    assert entry.after["node_id"] == Datalink.objects.get().controller.node_id


def test_of_fifty_activations_one_wins(scene, license):
    license("SGO-1")

    found = outcomes_of(
        lambda number: licences.activate(
            caller=STAFF, key="SGO-1", activated_at=NOON + timedelta(days=number), now=NOON
        )
    )

    assert found == {"won": 1, AlreadyActivated.__name__: MANY - 1}
    entry = OutboxEntry.objects.get(object_type="LICENSE")
    activated_at = License.objects.get().activated_at
    assert entry.after["activated_at"] == activated_at.isoformat().replace("+00:00", "Z")


def test_a_claim_and_an_activation_at_once_are_both_recorded_whole(scene, license):
    license("SGO-1")

    found = outcomes_of(
        lambda number: (
            licences.claim(caller=STAFF, key="SGO-1", node_id="12", now=NOON)
            if number % 2
            else licences.activate(caller=STAFF, key="SGO-1", activated_at=NOON, now=NOON)
        )
    )

    assert found["won"] == 2
    first, second = OutboxEntry.objects.filter(object_type="LICENSE").order_by("id")
    assert first.after == second.before
    assert (second.after["node_id"], second.after["activated_at"]) == ("12", "2026-06-01T12:00:00Z")
