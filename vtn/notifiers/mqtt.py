"""The connection to an MQTT broker: many messages on their way at once, each with a receipt (QoS 1).

Without threads: whoever publishes also reads the receipts, so that an error comes up where it can be dealt with.
"""

from __future__ import annotations

import math
import select
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ssl import SSLError
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

SCHEMES = {
    "mqtts": 8883,
    "mqtt": 1883,
    "unix": 1,
}  # with the ports they mean; a socket has none, and paho wants one
VERSIONS = {"5": MQTTProtocolVersion.MQTTv5, "3.1.1": MQTTProtocolVersion.MQTTv311}
_KEEPALIVE = 60
# What a packet has beside topic and payload, at most (MQTT 5, 3.3): its kind, three lengths, a number, no properties.
_AROUND = 10
# Messages without a receipt yet; a broker may ask for fewer.
_WINDOW = 1_000
# Refusals of MQTT 5 that are about the broker's state, and not about the message: quota exceeded.
_NOT_NOW = {0x97}

Receipt = Callable[[Any, str | None], None]


class BrokerAway(Exception):
    """It cannot be reached, or is gone, or does not answer: another try can help. Its text begins with a verb."""


@dataclass(frozen=True, slots=True)
class BrokerRules:
    """Where the broker is: `mqtts://user:password@host:port`, `mqtt://…`, or `unix://user:password@/path/of/socket`.

    `ca_file` names the certificates to trust instead of the system's; `timeout` is how long, in seconds, may pass
    without any answer.
    """

    url: str = field(repr=False)
    ca_file: str = ""
    version: str = "5"
    timeout: float = 10.0

    @property
    def username(self) -> str:
        return unquote(urlsplit(self.url).username or "")

    @property
    def password(self) -> str:
        return unquote(urlsplit(self.url).password or "")


class Broker:
    """A connection, as a context. `receipt` is called with what was given along with a message and, where the broker
    refuses the message, with its reason; in the order in which they were published (MQTT 5, 4.6)."""

    def __init__(self, rules: BrokerRules, receipt: Receipt | None = None) -> None:
        self._rules, self._receipt = rules, receipt
        self._is_connected = False
        self._failure = ""
        self._window = _WINDOW
        self._largest = math.inf
        self._notes: dict[int, Any] = {}
        self._inbox: list[bytes] = []
        self._is_granted: bool | None = None
        self._client = self._new_client()

    def __enter__(self) -> Self:
        """Raises `BrokerAway`."""
        parts = urlsplit(self._rules.url)
        host = parts.path if parts.scheme == "unix" else parts.hostname
        try:
            self._client.connect(host or "", parts.port or SCHEMES[parts.scheme], _KEEPALIVE)
        except (OSError, SSLError, ValueError) as error:
            raise BrokerAway(f"cannot be reached: {error}") from error
        self._until(lambda: self._is_connected)
        return self

    def __exit__(self, *_: Any) -> None:
        self._client.disconnect()

    def publish(self, topic: str, payload: bytes, note: Any = None) -> None:
        """Sends a message, once there is room for one more without a receipt. Raises `BrokerAway`.

        One that is larger than the broker takes is refused here: it would end the connection, at each try anew.
        """
        if len(topic.encode()) + len(payload) + _AROUND > self._largest:
            self.settle()
            if self._receipt is not None:
                self._receipt(note, f"Larger than the {self._largest} bytes that the broker takes")
            return
        if len(self._notes) >= self._window:
            self._until(lambda: len(self._notes) < self._window)
        info = self._client.publish(topic, payload, qos=1)
        self._require(info.rc)
        self._notes[info.mid] = note

    def settle(self) -> None:
        """Waits for all receipts. Raises `BrokerAway`."""
        self._until(lambda: not self._notes)

    def subscribe(self, topic: str) -> bool:
        """Whether the broker lets us. Raises `BrokerAway`."""
        self._is_granted = None
        self._require(self._client.subscribe(topic, qos=1)[0])
        self._until(lambda: self._is_granted is not None)
        return bool(self._is_granted)

    def next_message(self) -> bytes:
        """The next one of those subscribed to. Raises `BrokerAway`."""
        self._until(lambda: bool(self._inbox))
        return self._inbox.pop(0)

    def _new_client(self) -> Client:
        parts, rules = urlsplit(self._rules.url), self._rules
        client = Client(
            CallbackAPIVersion.VERSION2,
            protocol=VERSIONS[rules.version],
            transport="unix" if parts.scheme == "unix" else "tcp",
            reconnect_on_failure=False,
        )
        if parts.username:
            client.username_pw_set(rules.username, rules.password)
        if parts.scheme == "mqtts":
            client.tls_set(ca_certs=rules.ca_file or None)
        client.connect_timeout = min(rules.timeout, 2.0)
        # We count ourselves; its own window walks through all messages at every receipt.
        client.max_inflight_messages_set(0)
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_publish, client.on_subscribe = self._on_publish, self._on_subscribe
        client.on_message = self._on_message
        return client

    def _until(self, is_so: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + self._rules.timeout
        while not is_so():
            if self._failure:
                raise BrokerAway(self._failure)
            if self._turn():
                give_up_at = time.monotonic() + self._rules.timeout
            elif time.monotonic() > give_up_at:
                raise BrokerAway(f"has not answered for {self._rules.timeout:g} s")

    def _turn(self) -> bool:
        """Reads and writes what there is; whether there was something to read."""
        client = self._client
        socket: Any = client.socket()
        if socket is None:
            raise BrokerAway(self._failure or "has closed the connection")
        # What TLS has decrypted already makes no socket readable.
        is_pending = bool(getattr(socket, "pending", int)())
        writing = [socket] if client.want_write() else []
        readable, writable, _ = select.select([socket], writing, [], 0 if is_pending else 0.1)
        if writable:
            self._require(client.loop_write())
        if readable or is_pending:
            self._require(client.loop_read())
        self._require(client.loop_misc())
        return bool(readable or is_pending)

    def _require(self, code: MQTTErrorCode) -> None:
        if code not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_AGAIN):
            raise BrokerAway(self._failure or f"has closed the connection ({code.name})")

    def _on_connect(self, _: Any, __: Any, ___: Any, code: ReasonCode, told: Properties | None) -> None:
        if code.is_failure:
            self._failure = f"refuses the connection: {code}"
            return
        self._is_connected = True
        self._window = min(_WINDOW, getattr(told, "ReceiveMaximum", _WINDOW))
        self._largest = getattr(told, "MaximumPacketSize", math.inf)

    def _on_disconnect(self, _: Any, __: Any, ___: Any, code: ReasonCode, ____: Any) -> None:
        self._failure = self._failure or f"has ended the connection: {code}"

    def _on_publish(self, _: Any, __: Any, message_id: int, code: ReasonCode, ___: Any) -> None:
        if code.value in _NOT_NOW:
            self._failure = f"takes no message now: {code}"
            return
        note = self._notes.pop(message_id, None)
        if self._receipt is not None:
            self._receipt(note, str(code) if code.is_failure else None)

    def _on_subscribe(self, _: Any, __: Any, ___: Any, codes: list[ReasonCode], ____: Any) -> None:
        self._is_granted = not any(code.is_failure for code in codes)

    def _on_message(self, _: Any, __: Any, message: MQTTMessage) -> None:
        self._inbox.append(bytes(message.payload))
