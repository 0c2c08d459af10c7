"""The cast of Ecosuite's door: a tool that speaks its API, a mill that takes part, and ways to let time pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.dr_events import clock
from tests.conftest import Actor
from tests.events.backends.conftest import carry_out
from tests.twins.smtp import MailServer
from tests.twins.subscriber import Subscriber
from vtn import tasks
from vtn.caller import Role

HOUR = timedelta(hours=1)


def in_hours(hours: float) -> str:
    """A moment from now, as Ecosuite's API writes them."""
    moment = datetime.now(UTC) + hours * HOUR
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def participant_request(**members: Any) -> dict[str, Any]:
    return {
        "code": "NORTHMILL",
        "contactUser": "ops@northmill.example",
        "phoneContact": "+1 555 0100",
        **members,
    }


def dr_event_request(**members: Any) -> dict[str, Any]:
    return {
        "priority": "high",
        "name": "Feeder 12 evening peak",
        "startDate": "2126-12-01T16:00:00.000Z",
        "notificationDate": "2126-12-01T12:00:00.000Z",
        "endDate": "2126-12-01T18:00:00.000Z",
        "goal": "shed 250 kW",
        "participants": ["NORTHMILL"],
        **members,
    }


@pytest.fixture
def tool(retailer: Actor) -> Actor:
    """Business logic at Ecosuite's door."""
    return retailer.at("")


@pytest.fixture
def mill(enrol: Callable[..., Actor]) -> Actor:
    """The VEN of NORTHMILL, which staff have named so."""
    return enrol("NORTHMILL", Role.VEN, targets=["south"])


@pytest.fixture
def northmill(tool: Actor, mill: Actor) -> str:
    """The participant, by its id."""
    return posted(tool, "/dr/participants", participant_request())


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    with MailServer().running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def receiver(settings: Any) -> Iterator[Subscriber]:
    """Somebody's webhook on this machine."""
    settings.UNSAFE_CALLBACKS_OVER_HTTP = True
    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = True
    with Subscriber().running() as receiver:
        yield receiver


def posted(actor: Actor, path: str, request: dict[str, Any]) -> str:
    answer = actor.post(path, request)
    assert answer.status_code == 200, answer.content
    return answer.json()


def read(actor: Actor, path: str) -> Any:
    answer = actor.get(path)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def at(moment: str | datetime) -> None:
    """What the workers do at a moment: the relay, the clock, and everything that is due."""
    tasks.sweep()
    now = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    clock.notify(now=now)
    carry_out(2)
