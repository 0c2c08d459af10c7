"""The cast: the retailer (business logic), a VEN that was granted `north`, a stranger, and a programme."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import hypothesis
import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client as DjangoClient

from participants import tokens
from participants.models import Client
from participants.services.provisioning import Wanted, provision_client
from vtn.caller import Caller, Role

# A slow machine makes no test wrong.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ROOTS = {"3.1.0": "/openadr3/3.1.0", "3.0.1": "/openadr3/3.0.1"}


class Actor:
    """Somebody at a door: speaks JSON to it with a token."""

    def __init__(self, *, token: str | None = None, root: str = ROOTS["3.1.0"]) -> None:
        self._django = DjangoClient(raise_request_exception=False)
        self.root, self.token = root, token

    def at(self, dialect: str) -> Actor:
        """The same somebody at the door of another dialect, or of another root."""
        return Actor(token=self.token, root=ROOTS.get(dialect, dialect))

    def get(self, path: str, query: Any = None, **headers: str) -> HttpResponse:
        return self._django.get(self.root + path, query, headers=self._headers(headers))

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self._send("post", path, body, headers)

    def put(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self._send("put", path, body, headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self._django.delete(self.root + path, headers=self._headers(headers))

    def send(self, method: str, path: str, body: bytes, content_type: str, **headers: str) -> HttpResponse:
        """Any bytes at all."""
        return self._django.generic(
            method, self.root + path, body, content_type=content_type, headers=self._headers(headers)
        )

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> HttpResponse:
        text = body if isinstance(body, bytes | str) else json.dumps(body)
        return getattr(self._django, method)(
            self.root + path, text, content_type="application/json", headers=self._headers(headers)
        )

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**bearer, **{name.replace("_", "-"): value for name, value in more.items()}}


@pytest.fixture
def staff(db: None) -> DjangoClient:
    """The browser of somebody who may do everything in the admin."""
    browser = DjangoClient()
    browser.force_login(get_user_model().objects.create_superuser("eva"))
    return browser


@pytest.fixture
def enrol(db: None) -> Callable[..., Actor]:
    """Makes a client and gives it a token with all its scopes."""

    def enrol(name: str, role: Role, *, targets: Iterable[str] | None = None) -> Actor:
        wanted = Wanted(name=name, role=role, client_id=name, targets=None if targets is None else [*targets])
        provision_client(caller=Caller.staff("tests"), wanted=wanted, now=NOON)
        client = Client.objects.get(client_id=name)
        return Actor(token=tokens.issue(client_id=name, scopes=client.scopes).text)

    return enrol


@pytest.fixture
def retailer(enrol: Callable[..., Actor]) -> Actor:
    """Business logic."""
    return enrol("retailer", Role.BL)


@pytest.fixture
def ven(enrol: Callable[..., Actor]) -> Actor:
    """A VEN that was granted `north`."""
    return enrol("ven", Role.VEN, targets=["north"])


@pytest.fixture
def stranger(enrol: Callable[..., Actor]) -> Actor:
    """A VEN client that nothing was granted to."""
    return enrol("stranger", Role.VEN)


@pytest.fixture
def nobody(db: None) -> Actor:
    """Somebody without a token."""
    return Actor()


@pytest.fixture
def program(retailer: Actor) -> dict[str, Any]:
    """A programme for everybody, as the retailer reads it."""
    response = retailer.post("/programs", {"programName": "day-ahead"})
    assert response.status_code == 201, response.content
    return response.json()


def event_request(program: dict[str, Any], **members: Any) -> dict[str, Any]:
    """An event of three hours of prices in a programme."""
    return {
        "programID": program["id"],
        "eventName": "prices",
        "intervalPeriod": {"start": "2026-06-01T00:00:00Z", "duration": "PT1H"},
        "intervals": [
            {"id": number, "payloads": [{"type": "PRICE", "values": [0.1 + number]}]} for number in range(3)
        ],
        **members,
    }
