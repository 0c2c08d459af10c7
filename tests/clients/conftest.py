"""The lab that the clients of a module share, and who stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.clients.grid import Grid
from tests.clients.lab import Lab, opened_lab
from tests.clients.toad import Toad
from tests.conftest import ROOTS
from tests.twins.certificates import Authority
from tests.twins.receiver import Receiver

if TYPE_CHECKING:
    from tests.clients.elaad import Elaad


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def lab(django_db_setup: None, django_db_blocker: Any, authority: Authority) -> Iterator[Lab]:
    """Nothing is taken away from what 3.1.0 asks of callbacks: the lab's own network and authority are let in."""
    callbacks = {"CALLBACK_ALLOWED_NETWORKS": "127.0.0.0/8", "CALLBACK_CA_FILE": str(authority.file)}
    with opened_lab(django_db_blocker, **callbacks) as lab:
        yield lab


@pytest.fixture
def receiver(authority: Authority) -> Iterator[Receiver]:
    """Whom subscriptions call back."""
    with Receiver(authority.server()).running() as receiver:
        yield receiver


# -- ElaadNL's openadr3-client, whose package is there on Python 3.12 and newer only ---------------------------


@pytest.fixture
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """OAuthlib fetches tokens by https only, unless it is told that this is a lab."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def elaad310(lab: Lab, _plain_http: None) -> Elaad:
    return _elaad("3.1.0", ROOTS["3.1.0"], lab)


@pytest.fixture
def elaad301(lab: Lab, _plain_http: None) -> Elaad:
    return _elaad("3.0.1", ROOTS["3.0.1"], lab)


@pytest.fixture(
    params=[("3.1.0", ROOTS["3.1.0"]), ("3.0.1", ROOTS["3.0.1"]), ("3.0.1", "/api/openadr/v1")],
    ids=lambda param: param[1],
)
def elaad(request: pytest.FixtureRequest, lab: Lab, _plain_http: None) -> Elaad:
    return _elaad(*request.param, lab)


def _elaad(version: str, root: str, lab: Lab) -> Elaad:
    from tests.clients.elaad import Elaad

    return Elaad(version, root, lab)


@pytest.fixture
def business(elaad: Elaad) -> Any:
    return elaad.business()


@pytest.fixture
def program(elaad: Elaad, business: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """One for each story: they share the VTN."""
    program = business.programs.create_program(elaad.program(request.node.name))
    yield program
    for event in business.events.get_events(target=None, pagination=None, program_id=program.id):
        business.events.delete_event_by_id(event.id)
    business.programs.delete_program_by_id(program.id)


# -- toadr3, a client of 3.0.1, and the grid coordinators' openadr3, one of 3.1.0 ------------------------------


@pytest.fixture
def grid(lab: Lab) -> Iterator[Grid]:
    with Grid(lab) as grid:
        yield grid


@pytest.fixture(params=[ROOTS["3.0.1"], "/api/openadr/v1"])
def toad(request: pytest.FixtureRequest, lab: Lab) -> Iterator[Toad]:
    with Toad(lab, request.param) as toad:
        yield toad
