"""The cast: a receiver of notifications, and somebody who subscribes with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests.conftest import Actor
from tests.participants.subscribing import object_operation, subscription_request
from tests.twins.subscriber import Subscriber
from vtn import tasks

EVERYTHING = ["PROGRAM", "EVENT", "REPORT", "SUBSCRIPTION", "VEN", "RESOURCE"]


@pytest.fixture(autouse=True)
def laboratory(settings: Any) -> None:
    """Receivers on this machine, that want to be asked nothing."""
    settings.UNSAFE_CALLBACKS_OVER_HTTP = True
    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = True
    settings.UNSAFE_CALLBACKS_WITHOUT_CHALLENGE = True


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with Subscriber().running() as subscriber:
        yield subscriber


@pytest.fixture
def subscribe(subscriber: Subscriber) -> Callable[..., dict[str, Any]]:
    """Subscribes an actor to everything, at a path of the receiver."""

    def subscribe(actor: Actor, path: str = "/", **members: Any) -> dict[str, Any]:
        named = {"objects", "operations", "callbackUrl", "bearerToken"} & set(members)
        operation = object_operation(
            **{
                "objects": EVERYTHING,
                "operations": ["CREATE", "UPDATE", "DELETE"],
                "callbackUrl": subscriber.url(path),
                **{name: members.pop(name) for name in named},
            }
        )
        request = subscription_request(objectOperations=[operation], **members)
        response = actor.post("/subscriptions", request)
        assert response.status_code == 201, response.content
        carry_out()
        subscriber.heard.clear()
        return response.json()

    return subscribe


def carry_out() -> None:
    """What the workers do, done here and now. Tests run inside a transaction, whose end releases what waits."""
    tasks.carry_out()


def carry_all_out(changes_of_one_object: int = 4) -> None:
    """Also what waits behind something older: sweeps do what the commits of a test's transaction would have done."""
    for _ in range(changes_of_one_object):
        tasks.sweep()


def hurry() -> None:
    """Lets the time pass that something waits for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vtn_delivery SET due_at = '1970-01-01' WHERE state = 'waiting' AND due_at IS NOT NULL"
        )
        cursor.execute("UPDATE vtn_circuit SET open_until = NULL")


def notifications(subscriber: Subscriber, path: str = "/") -> list[dict[str, Any]]:
    return [json.loads(heard.body) for heard in subscriber.heard if heard.path == path]
