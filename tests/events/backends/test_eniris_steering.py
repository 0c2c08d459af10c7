"""The message of a virtual power plant, on a real broker. Experimental: nobody has seen a controller take it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from dataclasses import replace

import pytest

from events.backends.base import Refused, TryLater
from events.backends.made_up import made_up
from events.timeline import Phase
from tests.launcher.processes import eventually
from tests.twins.eniris import backend_to, eniris_running
from tests.twins.mosquitto import Listener
from vtn.launcher.web_address import free_port

TOPIC = "vpp/operator/plant-1"


@pytest.fixture
def twin():
    with eniris_running() as twin:
        yield twin


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """A broker that lets everybody in."""
    port = free_port()
    rules = tmp_path_factory.mktemp("mosquitto") / "mosquitto.conf"
    rules.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    mosquitto = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    with subprocess.Popen([mosquitto, "-c", str(rules)], stderr=subprocess.DEVNULL) as broker:
        try:
            assert eventually(lambda: _is_there(port), within=10)
            yield port
        finally:
            broker.terminate()


def _is_there(port):
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def listener(port):
    listener = Listener(port, {}).connect()
    yield listener
    listener.close()


def backend(twin, port, **settings):
    return backend_to(
        twin,
        steering="mqtt_vpp",
        mqtt_url=f"mqtt://127.0.0.1:{port}",
        mqtt_username="operator",
        mqtt_password="mqtt-secret",
        vpp_id="plant-1",
        **settings,
    )


def change(phase=Phase.ACTIVE, type_="IMPORT_CAPACITY_LIMIT", value=4, units=None):
    made = made_up(phase, targets=["north"])
    payloads = [{"type": type_, "values": [value]}]
    descriptors = [{"payloadType": type_, "units": units}] if units else None
    intervals = [replace(each, payloads=payloads) for each in made.intervals]
    return replace(made, intervals=intervals, event={**made.event, "payloadDescriptors": descriptors})


def fields(backend, change):
    (shown,) = [each for each in backend.dry_run(change) if each.method == "PUBLISH"]
    return json.loads(shown.body)["fields"]


def test_it_is_published_to_the_plants_topic(twin, port, listener):
    assert listener.may_subscribe("vpp/#")

    receipt = backend(twin, port).push(change())

    ((topic, message),) = listener.wait_for(1)
    told = json.loads(message)
    assert topic == TOPIC
    assert told["vpp_id"] == "plant-1"
    assert told["msg_id"] // 1000 == told["time"]
    assert told["fields"] == {"battery policy": "setpoint", "battery setpoint": 4000.0}
    assert receipt.answer == f"told controllers 12; published to {TOPIC}"
    assert twin.state_of(45)["phase"] == "active"


def test_its_number_rises(twin, port, listener):
    assert listener.may_subscribe(TOPIC)

    for phase in (Phase.ACTIVE, Phase.ENDED):
        backend(twin, port).push(change(phase))

    first, second = (json.loads(message) for _, message in listener.wait_for(2))
    assert first["msg_id"] < second["msg_id"]
    assert second["fields"] == {"battery policy": "local"}


class Plant(Listener):
    """Acknowledges whatever it is sent."""

    def _on_message(self, client, _, message):
        client.publish(f"{TOPIC}/acknowledgement", b'{"payload": {"fields": {"responseCode": 0}}}', qos=1)


def test_an_acknowledgement_is_shown(twin, port):
    plant = Plant(port, {}).connect()
    assert plant.may_subscribe(TOPIC)

    receipt = backend(twin, port, acknowledgement_seconds=5).push(change())

    assert receipt.answer.endswith('acknowledged: {"payload": {"fields": {"responseCode": 0}}}')
    plant.close()


def test_nobody_has_to_acknowledge(twin, port):
    receipt = backend(twin, port, acknowledgement_seconds=0.2).push(change())

    assert receipt.answer.endswith("not acknowledged in time")


def test_a_broker_that_is_not_there_is_tried_later(twin):
    with pytest.raises(TryLater, match="The MQTT broker of Eniris cannot be reached"):
        backend(twin, free_port()).push(change())


@pytest.mark.parametrize(
    ("made", "watts"),
    [
        (change(), 4000.0),
        (change(type_="DISPATCH_SETPOINT", value=2.5), 2500.0),
        (change(units="W"), 4.0),
        (change(units="MW"), 4_000_000.0),
    ],
)
def test_a_power_is_in_watts(twin, port, made, watts):
    shown = fields(backend(twin, port, component="ev", policy_active="on"), made)

    assert shown == {"ev policy": "on", "ev setpoint": watts}


@pytest.mark.parametrize(
    "made",
    [
        change(type_="PRICE"),
        change(units="PERCENT"),
        change(value="much"),
        change(value=True),
        change(Phase.ANNOUNCED),
        change(Phase.CANCELLED),
    ],
)
def test_what_is_no_power_leaves_controllers_to_themselves(twin, port, made):
    assert fields(backend(twin, port), made) == {"battery policy": "local"}


def test_a_dry_run_shows_it_without_the_password(twin, port):
    shown = backend(twin, port).dry_run(change())

    assert (shown[-1].method, shown[-1].url) == ("PUBLISH", f"mqtt://127.0.0.1:{port}/{TOPIC}")
    assert "mqtt-secret" not in str(shown)


def test_nobody_is_steered_who_has_no_licence(twin, port, listener):
    assert listener.may_subscribe(TOPIC)
    unlicensed = backend(twin, port)
    twin.licences.named("SGO-12").activated = None

    with pytest.raises(Refused, match="has no active licence"):
        unlicensed.push(change())

    listener.publish(TOPIC, b"the end")
    assert listener.wait_for(1) == [(TOPIC, b"the end")]
