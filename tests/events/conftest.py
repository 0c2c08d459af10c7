"""What the tests of reports stand on: an event for everybody, and a business client that may write reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from participants import tokens
from participants.models import Client
from tests.conftest import Actor, event_request
from vtn.caller import Role, Scope


@pytest.fixture
def event(retailer: Actor, program: dict[str, Any]) -> dict[str, Any]:
    """Three hours from midnight of 1 June 2026, as the retailer reads it."""
    answer = retailer.post("/events", event_request(program))
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.fixture
def trusted(enrol: Callable[..., Actor]) -> Actor:
    """Business logic whose record holds `write_reports`."""
    enrol("trusted", Role.BL)
    Client.objects.filter(client_id="trusted").update(scopes=sorted(Scope))
    return Actor(token=tokens.issue(client_id="trusted", scopes=sorted(Scope)).text)
