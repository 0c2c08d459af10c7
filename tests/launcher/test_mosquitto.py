"""The Mosquitto of `make run`: found where it is installed, started with what it needs, and gone afterwards."""

import json
import os
import socket
import stat

import psutil
import pytest
from django.core.management import call_command

from tests.launcher.processes import all_gone, descendants, eventually
from vtn.launcher import services
from vtn.launcher.errors import CannotStart
from vtn.launcher.mosquitto import EmbeddedMosquitto, Mosquitto, directory
from vtn.launcher.options import Options
from vtn.launcher.web_address import WebAddress, free_port


@pytest.fixture
def mosquitto():
    found = Mosquitto.found(host="127.0.0.1", port=free_port())
    assert found, "Mosquitto is missing, or its dynamic security plugin: on Debian, apt install mosquitto"
    return found


@pytest.fixture
def embedded(mosquitto, home, told, db):
    call_command("mqtt_certificates", str(directory(home)), host=mosquitto.names)
    embedded = EmbeddedMosquitto(mosquitto, home, tell=told.append)
    yield embedded
    embedded.stop()


def test_it_is_not_offered_where_it_cannot_be(monkeypatch, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert Mosquitto.found(host="127.0.0.1", port=taken.getsockname()[1]) is None

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("vtn.launcher.mosquitto._PROGRAMS", str(tmp_path))
    assert Mosquitto.found(host="127.0.0.1", port=free_port()) is None


@pytest.mark.parametrize(("name", "value"), [("MQTT_URL", "mqtts://broker.example"), ("MQTT_PORT", "0")])
def test_it_is_not_looked_for_where_another_is_named_or_none_is_wanted(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    assert Options.from_environment().mosquitto is None


def test_the_processes_of_the_vtn_are_told_of_it(mosquitto, home, monkeypatch):
    monkeypatch.delenv("MQTT_URL", raising=False)
    address = WebAddress("127.0.0.1", 8000)
    with_it = Options(home=home, address=address, workers=1, mosquitto=mosquitto)

    told = services.environment(with_it)

    assert told["MQTT_URL"].startswith("unix://the%20vtn:")
    assert (told["MQTT_URIS"], told["MQTT_AUTHENTICATION"]) == (mosquitto.uri, "CERTIFICATE")
    assert services.environment(with_it)["MQTT_URL"] == told["MQTT_URL"]
    assert "MQTT_URL" not in services.environment(Options(home=home, address=address, workers=1))


def test_its_files_are_for_nobody_else_and_it_leaves_no_process(embedded, home):
    embedded.start()
    processes = descendants(os.getpid())
    assert any(process.name() == "mosquitto" for process in processes)

    for path in (directory(home), directory(home) / "server.key", directory(home) / "password"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0

    ours = [process for process in processes if process.name() == "mosquitto"]
    embedded.stop()
    assert eventually(lambda: all_gone(ours))


def test_it_knows_after_a_kill_whom_it_knew_before(embedded, home):
    embedded.start()
    rules = directory(home) / "dynamic-security.json"
    known = json.loads(rules.read_text())
    (process,) = psutil.Process(embedded.guard_pid).children()

    process.kill()
    assert eventually(lambda: embedded.ended() is not None)
    embedded.stop()
    embedded.start()

    assert embedded.ended() is None
    assert json.loads(rules.read_text()) == known


def test_without_its_certificates_it_says_why_it_does_not_start(mosquitto, home, told):
    embedded = EmbeddedMosquitto(mosquitto, home, tell=told.append)

    with pytest.raises(CannotStart, match="MQTT_PORT"):
        embedded.start()

    assert embedded.ended() is None
