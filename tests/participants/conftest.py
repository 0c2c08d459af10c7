"""The cast: staff who provision, a retailer (business logic) and a VEN that was granted `north`."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.test import Client as HttpClient

from participants.content import ResourceContent, VenContent
from participants.models import Resource, ResourceTarget, Ven, VenTarget
from participants.services import client_secrets, clients, resources, vens
from vtn.caller import Caller, Role
from vtn.models import OutboxEntry

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


@pytest.fixture
def laboratory(settings):
    """No callback is called, or asked whether it wants to be."""
    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = True
    settings.UNSAFE_CALLBACKS_WITHOUT_CHALLENGE = True


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


def ven_content(ven_name, *, client_id=None, targets=()):
    """What staff write of a VEN."""
    members = {"venName": ven_name}
    return VenContent(ven_name=ven_name, client_id=client_id, targets=tuple(targets), members=members)


def resource_content(resource_name, *, targets=()):
    members = {"resourceName": resource_name}
    return ResourceContent(resource_name=resource_name, targets=tuple(targets), members=members)


def make_ven(ven_name, **granted):
    return vens.create_ven(caller=STAFF, content=ven_content(ven_name, **granted), now=NOW).ven


def make_resource(ven_id, resource_name, **granted):
    content = resource_content(resource_name, **granted)
    return resources.create_resource(caller=STAFF, content=content, ven_id=ven_id, now=NOW)


@pytest.fixture
def retailer(db):
    return known_client("retailer", Role.BL)


@pytest.fixture
def ven(db):
    known = known_client("ven-north", Role.VEN)
    make_ven("VEN north", client_id=known.client_id, targets=["north"])
    return known


@pytest.fixture
def business(enrol):
    """Business logic at the OpenADR doors."""
    return enrol("utility", Role.BL)


@pytest.fixture
def program(business):
    """A programme for everybody, as business logic reads it."""
    return business.post("/programs", {"programName": "day-ahead"}).json()


@pytest.fixture
def house(enrol):
    """A VEN client whose VEN was granted `north`, at the OpenADR doors."""
    return enrol("house", Role.VEN, targets=["north"])


@pytest.fixture
def neighbour(enrol):
    """Another one, which was granted `south`."""
    return enrol("neighbour", Role.VEN, targets=["south"])


@pytest.fixture
def newcomer(enrol):
    """A VEN client that has no VEN yet."""
    return enrol("newcomer", Role.VEN)


@pytest.fixture
def boiler(house, own):
    """A resource of the house that business logic has granted `hot`."""
    return make_resource(own(house)["id"], "boiler", targets=["hot"])


@pytest.fixture
def own():
    """The one VEN of a VEN client, as it reads it."""

    def read(actor):
        (ven,) = actor.get("/vens").json()
        return ven

    return read


@pytest.fixture
def stored():
    """All that there is of VENs and resources, and of the record of changes: a refusal changes nothing of it."""

    def read():
        models = (Ven, VenTarget, Resource, ResourceTarget, OutboxEntry)
        return [list(model.objects.order_by("pk").values()) for model in models]

    return read


def assert_problem(answer, status, title, detail):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json"), answer.content
    assert answer.json() == {"title": title, "status": status, "detail": detail}


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
