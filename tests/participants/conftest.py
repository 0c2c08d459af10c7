"""The cast: staff who provision, a retailer (business logic) and a VEN that was granted `north`."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.test import Client as HttpClient

from participants.services import client_secrets, clients, vens
from vtn.caller import Caller, Role

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STAFF = Caller.staff("anna")


class QuickScrypt(ScryptPasswordHasher):
    """The same hash with next to no work: these tests are about what is asked, not about how long it takes."""

    work_factor = 2


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "tests.participants.conftest.QuickScrypt",
        "participants.hashers.GeneratedSecretHasher",
    ]


@dataclass(frozen=True)
class Known:
    """A client as its owner knows it."""

    client_id: str
    secret: str

    @property
    def form(self):
        return {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret}


def known_client(client_id, role, **options):
    clients.create_client(caller=STAFF, client_id=client_id, name=client_id, role=role, now=NOW, **options)
    return Known(client_id, client_secrets.add_secret(caller=STAFF, client_id=client_id, now=NOW).text)


@pytest.fixture
def retailer(db):
    return known_client("retailer", Role.BL)


@pytest.fixture
def ven(db):
    known = known_client("ven-north", Role.VEN)
    vens.create_ven(caller=STAFF, ven_name="VEN north", client_id=known.client_id, targets=["north"], now=NOW)
    return known


@pytest.fixture
def http():
    """Requests from an address that no other test uses: failed attempts are counted by address."""
    return HttpClient(
        REMOTE_ADDR=f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"
    )


@pytest.fixture(params=["/openadr3/3.1.0", "/openadr3/3.0.1", "/api/openadr/v1"])
def root(request):
    return request.param


FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def ask(http):
    """Posts a form to /auth/token; the form may be a text, for what no dict can hold."""

    def post(form, root="/openadr3/3.1.0", **headers):
        if isinstance(form, dict):
            form = urlencode(form)
        return http.post(f"{root}/auth/token", form, content_type=FORM, headers=headers)

    return post
