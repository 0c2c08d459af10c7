"""With MDNS on, the whole system is found on the network as soon as it is ready, until it is stopped."""

from __future__ import annotations

import os

import pytest

from tests.twins.browser import browsing
from vtn.discovery.announcement import SERVICE_TYPE
from vtn.launcher import services
from vtn.launcher.options import Options
from vtn.launcher.supervisor import Supervisor
from vtn.launcher.web_address import WebAddress, free_port


@pytest.fixture
def options(home, monkeypatch) -> Options:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return Options(home=home, address=WebAddress("127.0.0.1", free_port()), workers=1)


def test_it_is_found_while_it_serves(options, told, monkeypatch):
    host = f"vtn-{os.getpid()}"
    name = f"{host}-{options.address.port}.{SERVICE_TYPE}"
    monkeypatch.setenv("MDNS", "yes")
    monkeypatch.setenv("MDNS_URL", f"http://{host}.local:{options.address.port}")

    with browsing() as browser:
        with Supervisor(options, tell=told.append) as running:
            found = browser.next("added", name)
            assert running.demo is not None
            assert found.texts["program_names"] == running.demo.program_name
            assert options.address.answers("/health/ready")
        browser.next("removed", name)

    assert found.info is not None
    assert found.info.parsed_addresses() == ["127.0.0.1"]
    stopped = [line for line in told if line.startswith("Stopping ")]
    assert stopped[:2] == ["Stopping mDNS", "Stopping web server"]


@pytest.mark.parametrize(("text", "is_on"), [(None, False), ("", False), ("no", False), ("yes", True)])
def test_it_is_off_unless_it_is_switched_on(monkeypatch, text, is_on):
    if text is None:
        monkeypatch.delenv("MDNS", raising=False)
    else:
        monkeypatch.setenv("MDNS", text)

    assert services.is_announced() is is_on


def test_what_announces_is_told_where_the_web_server_listens(options):
    command = list(services.announcer(options).command)

    port = str(options.address.port)
    assert command[-5:] == ["--skip-checks", "--host", "127.0.0.1", "--port", port]
