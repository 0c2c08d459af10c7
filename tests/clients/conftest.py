"""A VTN with its cast, for independent clients that speak to it through real HTTP; the stories of a module share it,
as the clients of a VTN do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.management import call_command

from participants.services.provisioning import Wanted, provision_client
from tests.conftest import NOON
from tests.web import Web, serving
from vtn.caller import Caller, Role

SECRET = "known to client and VTN"
CAST = {
    "retailer": Wanted(name="retailer", client_id="retailer", role=Role.BL),
    "ven": Wanted(name="ven", client_id="ven", role=Role.VEN, targets=["north"]),
    "stranger": Wanted(name="stranger", client_id="stranger", role=Role.VEN),
}


@pytest.fixture(scope="module")
def web(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[Web]:
    with django_db_blocker.unblock():
        for wanted in CAST.values():
            _provision(wanted)
    try:
        with serving(workers=2) as web:
            yield web
    finally:
        with django_db_blocker.unblock():
            call_command("flush", interactive=False, verbosity=0)


def _provision(wanted: Wanted) -> None:
    with_secret = replace(wanted, client_secret=SECRET)
    provision_client(caller=Caller.staff("tests"), wanted=with_secret, now=NOON)
