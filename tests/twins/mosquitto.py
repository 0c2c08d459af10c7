"""A real Mosquitto on a free port, as `make run` starts it, and clients that listen to it."""

from __future__ import annotations

import json
import shutil
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.core.management import call_command
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from vtn.launcher.home import Home
from vtn.launcher.mosquitto import EmbeddedMosquitto, Mosquitto, directory
from vtn.launcher.web_address import free_port
from vtn.notifiers.mqtt import Broker as Connection
from vtn.notifiers.mqtt import BrokerAway, BrokerRules

_PATIENCE = 10.0


class Broker:
    """It can be killed and started again; what it was told of its clients stays."""

    def __init__(self, mosquitto: Mosquitto, home: Home) -> None:
        self._mosquitto, self._home = mosquitto, home
        self._embedded = EmbeddedMosquitto(mosquitto, home, tell=print)
        self.port = mosquitto.port
        self.environment = mosquitto.environment(home)

    @property
    def rules(self) -> Path:
        """The file of its dynamic security plugin."""
        return directory(self._home) / "dynamic-security.json"

    def start(self) -> None:
        call_command("mqtt_certificates", str(directory(self._home)), host=self._mosquitto.names)
        self._embedded.start()

    def limit(self, packet: int) -> None:
        """From now on it takes no larger packets."""
        self.stop()
        self._embedded = _Limited(packet, self._mosquitto, self._home, tell=print)
        self.start()

    def kill(self) -> None:
        """As if the power had gone."""
        for process in psutil.Process(self._embedded.guard_pid).children():
            process.kill()
            process.wait()
        self._embedded.stop()

    def forbid(self, topic: str) -> None:
        """Not even the VTN may publish there."""
        acl = {"acltype": "publishClientSend", "topic": topic, "priority": 10, "allow": False}
        self._command({"command": "addRoleACL", "rolename": "administrator", **acl})

    def allow(self, topic: str) -> None:
        acl = {"acltype": "publishClientSend", "topic": topic}
        self._command({"command": "removeRoleACL", "rolename": "administrator", **acl})

    def _command(self, command: dict[str, Any]) -> None:
        with Connection(BrokerRules(url=self.environment["MQTT_URL"])) as connection:
            connection.publish("$CONTROL/dynamic-security/v1", json.dumps({"commands": [command]}).encode())
            with suppress(BrokerAway):  # it throws out whose role has changed
                connection.settle()

    def reset(self) -> None:
        """It starts again with what it knew at first."""
        self.stop()
        self.rules.unlink()
        self.start()

    def stop(self) -> None:
        self._embedded.stop()


class _Limited(EmbeddedMosquitto):
    def __init__(self, packet: int, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._packet = packet

    def _lines(self) -> list[str]:
        return [f"max_packet_size {self._packet}", *super()._lines()]


@contextmanager
def mosquitto_home() -> Iterator[tuple[Mosquitto, Home]]:
    mosquitto = Mosquitto.found(host="127.0.0.1", port=free_port())
    if mosquitto is None:
        pytest.fail("Mosquitto is missing, or its dynamic security plugin: on Debian, apt install mosquitto")
    # Not $TMPDIR: its path may be too long for a socket.
    place = Path(tempfile.mkdtemp(prefix="vtn-mqtt-", dir="/tmp"))
    try:
        yield mosquitto, Home.at(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


class Listener:
    """A client of the broker that notes all that it is sent. It connects with what /notifiers gave it."""

    def __init__(self, port: int, authentication: dict[str, str], **options: Any) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._something = threading.Condition()
        self._granted: dict[int, bool] = {}
        self._kept: list[str] = []
        self.is_connected, self._is_refused = False, False
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5, **options)
        if "clientCert" in authentication:
            self._client.tls_set_context(_context(authentication))
        self._client.on_connect, self._client.on_disconnect = self._on_connect, self._on_disconnect
        self._client.on_subscribe, self._client.on_message = self._on_subscribe, self._on_message
        self._client.reconnect_delay_set(0.05, 0.2)
        self._port = port

    def connect(self) -> Listener:
        """Raises `OSError` when the broker does not want it."""
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        self._wait(lambda: self.is_connected or self._is_refused)
        if self._is_refused:
            self.close()
            raise ConnectionRefusedError
        return self

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def may_subscribe(self, topic: str) -> bool:
        _, message_id = self._client.subscribe(topic, qos=1)
        assert message_id is not None
        self._wait(lambda: message_id in self._granted)
        return self._granted[message_id]

    def keep_to(self, *topics: str) -> None:
        """Subscribes to these whenever it is connected anew."""
        self._kept += topics

    def publish(self, topic: str, payload: bytes) -> None:
        self._client.publish(topic, payload, qos=1).wait_for_publish(_PATIENCE)

    def wait_for(self, count: int) -> list[tuple[str, bytes]]:
        self._wait(lambda: len(self.heard) >= count)
        return self.heard

    def wait_until_cut_off(self) -> None:
        self._wait(lambda: not self.is_connected)

    def wait_until_connected(self) -> None:
        self._wait(lambda: self.is_connected)

    def _wait(self, is_so: Any) -> None:
        with self._something:
            assert self._something.wait_for(is_so, _PATIENCE), f"nothing more came; heard {len(self.heard)}"

    def _on_connect(self, _: Any, __: Any, ___: Any, code: Any, ____: Any) -> None:
        with self._something:
            self.is_connected, self._is_refused = not code.is_failure, code.is_failure
            self._something.notify_all()
        for topic in self._kept:
            self._client.subscribe(topic, qos=1)

    def _on_disconnect(self, *_: Any) -> None:
        with self._something:
            # In TLS 1.3 a server may refuse a certificate after the client takes the connection for made.
            self._is_refused = not self.is_connected
            self.is_connected = False
            self._something.notify_all()

    def _on_subscribe(self, _: Any, __: Any, message_id: int, codes: Any, ___: Any) -> None:
        with self._something:
            self._granted[message_id] = not codes[0].is_failure
            self._something.notify_all()

    def _on_message(self, _: Any, __: Any, message: Any) -> None:
        with self._something:
            self.heard.append((message.topic, message.payload))
            self._something.notify_all()


def _context(authentication: dict[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=authentication["caCert"])
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "client.pem"
        file.write_text(authentication["clientCert"] + authentication["clientKey"])
        context.load_cert_chain(file)
    return context
