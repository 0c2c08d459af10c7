"""A VTN with its cast, for whoever speaks to it through real HTTP; all stories of a module share it, as the clients
of a VTN do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command

from participants.services.provisioning import Wanted, provision_client
from tests.conftest import NOON
from tests.web import serving
from vtn.caller import Caller, Role

CAST = (
    Wanted(name="retailer", role=Role.BL),
    Wanted(name="ven", role=Role.VEN, targets=["north"]),
    Wanted(name="stranger", role=Role.VEN),
)


@dataclass(frozen=True)
class Lab:
    url: str
    secrets: dict[str, str]


@contextmanager
def opened_lab(database: Any, *, workers: int = 2, **settings: str) -> Iterator[Lab]:
    """`database` is pytest-django's blocker of the test database, which is empty before and after; `settings` go into
    the environment of the VTN."""
    try:
        with database.unblock():
            secrets = {wanted.name: _provision(wanted) for wanted in CAST}
        with serving(workers=workers, **settings) as web:
            yield Lab(web.url, secrets)
    finally:
        with database.unblock():
            call_command("flush", interactive=False, verbosity=0)


def _provision(wanted: Wanted) -> str:
    """A generated secret: its hash is quick to check, and the stories fetch many tokens."""
    provisioned = provision_client(caller=Caller.staff("tests"), wanted=wanted, now=NOON)
    assert provisioned.client_secret is not None
    return provisioned.client_secret
