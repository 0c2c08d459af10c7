"""The lab that all cases share, and tokens for it that were fetched before anybody guesses at secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.clients.lab import Lab, opened_lab
from tests.conftest import ROOTS
from tests.schemathesis.world import Doors

SETTINGS = {
    "MQTT_URIS": "mqtts://broker.example",
    # Callbacks are taken at their word, without a look-up of their names.
    "UNSAFE_CALLBACKS_WITHOUT_CHALLENGE": "yes",
    "UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES": "yes",
}


@pytest.fixture(scope="module")
def lab(django_db_setup: None, django_db_blocker: Any) -> Iterator[Lab]:
    with opened_lab(django_db_blocker, **SETTINGS) as lab:
        yield lab


@pytest.fixture(scope="module")
def doors(lab: Lab) -> Iterator[Doors]:
    """With a token for each role; `nobody` has none."""
    sessions = {name: requests.Session() for name in ("nobody", *lab.secrets)}
    for name, secret in lab.secrets.items():
        answer = requests.post(
            f"{lab.url}{ROOTS['3.1.0']}/auth/token",
            {"grant_type": "client_credentials"},
            auth=(name, secret),
            timeout=5,
        )
        sessions[name].headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    yield Doors(lab.url, sessions)
    for session in sessions.values():
        session.close()
