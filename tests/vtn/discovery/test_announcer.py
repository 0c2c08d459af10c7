"""What a VEN finds that looks for VTNs: real multicast, on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.conf import settings

from tests.conftest import Actor
from tests.twins.browser import Browser, browsing
from tests.web import _test_database_url as database_url
from vtn.discovery.announcement import SERVICE_TYPE, Announcement, announcement
from vtn.discovery.announcer import Announcer, addresses_of


@pytest.fixture
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def host() -> str:
    """A name that no other run of these tests announces at the same time."""
    return f"vtn-{uuid4().hex[:12]}"


def of(host: str, *names: str, port: int = 8443) -> Announcement:
    return announcement(f"https://{host}.local:{port}", addresses=["127.0.0.1"], program_names=names)


def instance(host: str, port: int = 8443) -> str:
    return f"{host}-{port}.{SERVICE_TYPE}"


def test_it_is_found_changed_and_withdrawn(browser, host):

    with Announcer() as announcer:
        assert announcer.announce(of(host, "day-ahead"))
        found = browser.next("added", instance(host))
        assert not announcer.announce(of(host, "day-ahead"))
        assert announcer.announce(of(host, "day-ahead", "peak-hours"))
        changed = browser.next("updated", instance(host))
    browser.next("removed", instance(host))

    assert found.texts == dict(of(host, "day-ahead").texts)
    assert (found.info.server, found.info.port) == (f"{host}.local.", 8443)
    assert found.info.parsed_addresses() == ["127.0.0.1"]
    assert changed.texts["program_names"] == "day-ahead,peak-hours"


def test_what_moves_is_withdrawn_first_and_found_anew(browser, host):

    with Announcer() as announcer:
        announcer.announce(of(host))
        browser.next("added", instance(host))
        announcer.announce(of(host, port=9443))
        browser.next("removed", instance(host))
        found = browser.next("added", instance(host, 9443))

    assert found.info.port == 9443


def test_two_on_one_machine_are_both_found(browser, host):
    with Announcer() as one, Announcer() as other:
        one.announce(of(host, "one"))
        other.announce(of(host, "other", port=9443))
        first = browser.next("added", instance(host))
        second = browser.next("added", instance(host, 9443))

    assert (first.texts["program_names"], second.texts["program_names"]) == ("one", "other")


def test_one_that_cannot_be_announced_is_not_half_announced(browser, host):
    nowhere = announcement(f"https://{host}.local", addresses=["192.0.2.200"], program_names=[])

    with Announcer() as announcer:
        with pytest.raises(OSError):
            announcer.announce(nowhere)
        assert announcer.announce(of(host))
        browser.next("added", instance(host))


@pytest.mark.parametrize(("host", "addresses"), [("127.0.0.1", ["127.0.0.1"]), ("::1", ["::1"])])
def test_a_server_that_listens_at_one_address_is_found_there(host, addresses):
    assert addresses_of(host) == addresses


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_one_that_listens_everywhere_is_not_sought_on_loopback(host):
    found = addresses_of(host)

    assert not {"127.0.0.1", "::1"} & set(found)
    assert host == "::" or not [address for address in found if ":" in address]


@pytest.mark.django_db(transaction=True)
def test_the_command_keeps_the_names_up_to_date_until_it_is_stopped(browser, host, retailer: Actor):
    """Those that everybody sees: what is there for a few is not for the whole network."""
    retailer.post("/programs", {"programName": "day-ahead"})
    retailer.post("/programs", {"programName": "secret", "targets": ["north"]})
    command = [sys.executable, "manage.py", "announce", "--host", "127.0.0.1", "--look-every", "0.1"]
    environment = {"DATABASE_URL": database_url(), "MDNS_URL": f"http://{host}.local:8443"}

    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env={**os.environ, **environment})
    try:
        found = browser.next("added", instance(host))
        retailer.post("/programs", {"programName": "peak-hours"})
        changed = browser.next("updated", instance(host))
    finally:
        process.terminate()
        code = process.wait(20)
    browser.next("removed", instance(host))

    assert found.texts["program_names"] == "day-ahead"
    assert found.texts["local_url"] == f"http://{host}.local:8443/openadr3/3.1.0"
    assert changed.texts["program_names"] == "day-ahead,peak-hours"
    assert code == 0
