"""How the callbacks of a subscription fare, for its client and for business logic."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants import tokens
from participants.callbacks import CHANNEL
from participants.models import Callback
from tests.conftest import NOON, Actor
from tests.participants.conftest import assert_problem
from tests.participants.subscribing import object_operation, plant
from vtn.caller import Role
from vtn.deliveries.models import Delivery, Notification
from vtn.models import OutboxEntry

pytestmark = pytest.mark.usefixtures("laboratory")

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]
URLS = ["https://one.example/", "https://two.example/"]


@pytest.fixture
def subscription(house) -> str:
    """One of the house, with two callbacks."""
    return plant("house", objectOperations=[object_operation(callbackUrl=url) for url in URLS])


def fares(subscription_id: str, place: int, **facts: Any) -> Callback:
    found = Callback.objects.filter(subscription_id=subscription_id, place=place)
    found.update(**facts)
    return found.get()


def deliver(callback: Callback, *states: str, channel: str = CHANNEL) -> None:
    body = Notification.objects.create(body="{}")
    for number, state in enumerate(states):
        Delivery.objects.create(
            channel=channel,
            recipient_id=callback.pk,
            host=callback.host,
            object_type="EVENT",
            object_id=f"event-{number}",
            operation="CREATE",
            notification=body,
            state=state,
            made_at=NOON,
        )


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("who", ["house", "business"])
def test_its_client_and_business_see_how_each_callback_fares(request, subscription, dialect, who):
    working = fares(subscription, 0, told_at=NOON)
    broken = fares(
        subscription,
        1,
        failing_since=NOON - timedelta(hours=2),
        broken_at=NOON,
        failures=7,
        failure="answered 500",
    )
    deliver(working, "delivered", "dropped")
    deliver(broken, "waiting", "waiting", "dead", "delivered")
    deliver(broken, "waiting", "dead", channel="another")

    answer = request.getfixturevalue(who).at(dialect).get(f"/subscriptions/{subscription}/callbacks")

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == [
        {
            "callbackUrl": "https://one.example/",
            "health": "working",
            "failures": 0,
            "waiting": 0,
            "dead": 0,
            "lastTold": "2026-06-01T12:00:00Z",
        },
        {
            "callbackUrl": "https://two.example/",
            "health": "broken",
            "failures": 7,
            "waiting": 2,
            "dead": 1,
            "failingSince": "2026-06-01T10:00:00Z",
            "lastFailure": "answered 500",
        },
    ]


@pytest.mark.parametrize(
    ("facts", "health"),
    [
        ({}, "working"),
        ({"failing_since": NOON}, "failing"),
        ({"failing_since": NOON, "broken_at": NOON}, "broken"),
        ({"failing_since": NOON, "broken_at": NOON, "gone_at": NOON}, "gone"),
    ],
)
def test_health_is_one_word(house, subscription, facts, health):
    fares(subscription, 1, **facts)

    answer = house.get(f"/subscriptions/{subscription}/callbacks").json()

    assert [each["health"] for each in answer] == ["working", health]


def test_it_takes_as_many_queries_for_ten_callbacks_as_for_one(house):
    def asked(subscription_id: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert house.get(f"/subscriptions/{subscription_id}/callbacks").status_code == 200
        return len(queries)

    ten = [object_operation(callbackUrl=f"https://{number}.example/") for number in range(10)]

    assert asked(plant("house", objectOperations=ten)) == asked(plant("house")) == 3


def test_one_that_is_told_nothing_has_none(house):
    assert house.get(f"/subscriptions/{plant('house', objectOperations=[])}/callbacks").json() == []


def test_those_of_others_are_not_there(neighbour, subscription):
    answer = neighbour.get(f"/subscriptions/{subscription}/callbacks")

    assert_problem(answer, 404, "Not Found", f"There is no subscription '{subscription}'")
    assert_problem(
        neighbour.get("/subscriptions/none/callbacks"), 404, "Not Found", "There is no subscription 'none'"
    )


@pytest.mark.parametrize(
    ("dialect", "needed"),
    [("3.1.0", "read_ven_objects"), ("3.0.1", "read_ven_objects or read_all")],
)
def test_it_needs_the_scope_of_reading(house, subscription, dialect, needed):
    token = tokens.issue(client_id="house", scopes=["read_targets", "write_subscriptions"]).text

    answer = Actor(token=token).at(dialect).get(f"/subscriptions/{subscription}/callbacks")

    assert_problem(answer, 403, "Forbidden", f"This needs the scope {needed}")


def test_nobody_sees_them_without_a_token(nobody, subscription):
    assert nobody.get(f"/subscriptions/{subscription}/callbacks").status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_they_are_only_read(house, subscription, method):
    recorded = OutboxEntry.objects.count()
    path = f"/subscriptions/{subscription}/callbacks"

    answer = house.delete(path) if method == "delete" else getattr(house, method)(path, {})

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert OutboxEntry.objects.count() == recorded


def test_another_client_of_business_sees_them_too(enrol, subscription):
    rival = enrol("rival", Role.BL)

    assert len(rival.get(f"/subscriptions/{subscription}/callbacks").json()) == 2
