"""An independent client, `openadr3-client` of PyPI, writes programs and events as business logic and reads them as
a VEN: in both versions and at every root, with tokens that it fetches itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from requests import HTTPError

from tests.conftest import NOON, ROOTS
from tests.web import Web

pytest.importorskip("openadr3_client", reason="openadr3-client runs on Python 3.12 and newer only")

from oauthlib.oauth2 import InvalidClientError, InvalidScopeError, MissingTokenError

from tests.clients.elaad import Elaad

HOUR = timedelta(hours=1)
FOREVER = timedelta(days=9999 * 365)  # what the client makes of P9999Y, and writes as P9999Y


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """OAuthlib fetches tokens by https only, unless it is told that this is a lab."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def elaad310(web: Web) -> Elaad:
    return Elaad("3.1.0", web.url + ROOTS["3.1.0"])


@pytest.fixture
def elaad301(web: Web) -> Elaad:
    return Elaad("3.0.1", web.url + ROOTS["3.0.1"])


@pytest.fixture(
    params=[("3.1.0", ROOTS["3.1.0"]), ("3.0.1", ROOTS["3.0.1"]), ("3.0.1", "/api/openadr/v1")],
    ids=lambda param: param[1],
)
def elaad(request: pytest.FixtureRequest, web: Web) -> Elaad:
    version, root = request.param
    return Elaad(version, web.url + root)


@pytest.fixture
def business(elaad: Elaad):
    return elaad.business()


@pytest.fixture
def program(elaad: Elaad, business, request: pytest.FixtureRequest) -> Iterator:
    """One for each story: they share the VTN."""
    program = business.programs.create_program(elaad.program(request.node.name))
    yield program
    for event in business.events.get_events(target=None, pagination=None, program_id=program.id):
        business.events.delete_event_by_id(event.id)
    business.programs.delete_program_by_id(program.id)
