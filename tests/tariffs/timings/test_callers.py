"""Who may use the JSON-RPC door, and how they say who they are."""

from __future__ import annotations

import base64
import json
from ipaddress import ip_network

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client as DjangoClient

from participants.services.client_secrets import add_secret
from tariffs.models import StoredTiming
from tests.conftest import NOON
from tests.tariffs.timings.conftest import PEAK, line
from vtn.caller import Caller
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

SET, IDS = line("APIerSv1.SetTPTiming", PEAK), line("APIerSv1.GetTPTimingIds", {"TPid": "DR_2026"})
SECRET = "a-secret-of-more-than-thirty-two-letters"


@pytest.fixture(autouse=True)
def _no_attempts_of_before():
    cache.clear()


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def error(text: str, headers: dict[str, str] | None = None, **meta: str) -> str | None:
    response = DjangoClient(raise_request_exception=False).generic(
        "POST", "/jsonrpc", text, headers=headers or {}, **meta
    )
    assert response.status_code == 200
    return json.loads(response.content)["error"]


def test_nobody_may_neither_read_nor_write(db):
    for text in (SET, IDS):
        assert error(text) == "SERVER_ERROR: There is no Authorization header with a bearer token"
    assert not StoredTiming.objects.exists()
    assert not OutboxEntry.objects.filter(object_type="TIMING").exists()


def test_in_2013_s_words_there_is_no_space(db):
    text = error(line("Apier.GetTPTimingIds", {"TPid": "x"}))

    assert text == "SERVER_ERROR:There is no Authorization header with a bearer token"


def test_a_token_that_is_none_is_refused(db):
    assert error(SET, {"Authorization": "Bearer nonsense"}).startswith("SERVER_ERROR: ")
    assert not StoredTiming.objects.exists()


def test_a_client_s_id_and_secret_do_as_well(retailer):
    add_secret(caller=Caller.staff("tests"), client_id="retailer", text=SECRET, now=NOON)

    assert error(SET, basic("retailer", SECRET)) is None
    assert error(IDS, basic("retailer", "wrong" + SECRET)) == (
        "SERVER_ERROR: There is no client with this id and secret"
    )
    assert error(IDS, {"Authorization": "Basic nonsense"}).startswith(
        "SERVER_ERROR: The Authorization header"
    )


def test_guessing_ends_soon(retailer, settings):
    settings.TOKEN_ATTEMPTS_PER_CLIENT = 2

    texts = [error(IDS, basic("retailer", "guess")) for _ in range(3)]

    assert texts[-1] == "SERVER_ERROR: Too many failed attempts from this address; try again later"


def test_staff_who_may_do_all_with_timings_write_with_their_password(db):
    user = User.objects.create_user("ann", password="a long password", is_staff=True)
    assert error(SET, basic("ann", "a long password")) is not None

    user.user_permissions.add(Permission.objects.get(codename="change_storedtiming"))
    assert error(SET, basic("ann", "a long password")) is not None
    assert not StoredTiming.objects.exists()

    user.user_permissions.add(*Permission.objects.filter(content_type__model="storedtiming"))

    assert error(SET, basic("ann", "a long password")) is None
    assert OutboxEntry.objects.get(object_type="TIMING").made_by == "staff:ann"


class TestTrustedNetworks:
    @pytest.fixture(autouse=True)
    def _trusted(self, db, settings):
        settings.TARIFFS_TRUSTED_NETWORKS = [ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")]

    @pytest.mark.parametrize("address", ["10.1.2.3", "fd00:1::5", "::ffff:10.1.2.3"])
    def test_whoever_calls_from_there_needs_no_credentials(self, address):
        assert error(SET, REMOTE_ADDR=address) is None
        assert OutboxEntry.objects.get(object_type="TIMING").made_by.startswith("client:address ")

    @pytest.mark.parametrize("address", ["10.2.0.1", "", "not-an-address"])
    def test_others_do(self, address):
        assert error(SET, REMOTE_ADDR=address) is not None
        assert not StoredTiming.objects.exists()

    def test_what_a_sender_says_of_itself_counts_only_behind_proxies(self, settings):
        forged = {"X-Forwarded-For": "10.1.2.3"}

        assert error(SET, forged, REMOTE_ADDR="192.0.2.1") is not None
        settings.TRUSTED_PROXIES = 1
        assert error(SET, forged, REMOTE_ADDR="192.0.2.1") is None

    def test_bad_credentials_are_bad_there_too(self):
        assert error(SET, {"Authorization": "Bearer nonsense"}, REMOTE_ADDR="10.1.2.3") is not None
        assert not StoredTiming.objects.exists()

    def test_a_page_in_a_browser_is_not_trusted_for_where_it_is_looked_at(self):
        assert error(SET, {"Origin": "https://evil.example"}, REMOTE_ADDR="10.1.2.3") is not None
        assert not StoredTiming.objects.exists()
