"""Steering by MQTT as a virtual power plant. Experimental: the envelope and its topic are public, the words of `fields`
and what they do are not, so they are settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from events.backends.base import BackendRequest, EventChange, TryLater
from events.backends.powers import powers_in
from vtn.notifiers.mqtt import Broker, BrokerAway, BrokerRules
from vtn.wire import body

_POWERS = frozenset(
    {"DISPATCH_SETPOINT", "DISPATCH_SETPOINT_RELATIVE", "IMPORT_CAPACITY_LIMIT", "EXPORT_CAPACITY_LIMIT"}
)
_SECONDS = 4.0


class MqttVpp:
    """A `events.backends.eniris.steering.Steering`."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._topic = f"vpp/{settings['mqtt_username']}/{settings['vpp_id']}"

    def steer(self, change: EventChange, now: datetime) -> str:
        patience = self._settings.get("acknowledgement_seconds") or 0
        try:
            with Broker(self._rules(patience or _SECONDS)) as broker:
                is_listening = bool(patience) and broker.subscribe(f"{self._topic}/acknowledgement")
                broker.publish(self._topic, body.encode(self._envelope(change, now)))
                broker.settle()
                heard = _acknowledgement(broker) if is_listening else ""
        except BrokerAway as error:
            raise TryLater(f"The MQTT broker of Eniris {error}") from error
        return f"published to {self._topic}{heard}"

    def dry_run(self, change: EventChange, now: datetime) -> Sequence[BackendRequest]:
        url = f"{self._settings['mqtt_url']}/{self._topic}"
        return [BackendRequest("PUBLISH", url, {}, body.encode_text(self._envelope(change, now)))]

    def _envelope(self, change: EventChange, now: datetime) -> dict[str, Any]:
        return {
            # It has to rise, through all processes and restarts: the clock does.
            "msg_id": int(now.timestamp() * 1000),
            "vpp_id": self._settings["vpp_id"],
            "time": int(now.timestamp()),
            "fields": self._fields(change),
        }

    def _fields(self, change: EventChange) -> dict[str, Any]:
        component = self._settings["component"]
        kw = next((kw for _, kw in powers_in(change, _POWERS)), None)
        if kw is None:
            return {f"{component} policy": self._settings["policy_otherwise"]}
        # In watts.
        return {
            f"{component} policy": self._settings["policy_active"],
            f"{component} setpoint": float(kw * 1000),
        }

    def _rules(self, seconds: float) -> BrokerRules:
        user = quote(self._settings["mqtt_username"], safe="")
        password = quote(self._settings.get("mqtt_password") or "", safe="")
        parts = urlsplit(self._settings["mqtt_url"])
        return BrokerRules(
            url=f"{parts.scheme}://{user}:{password}@{parts.netloc}", version="3.1.1", timeout=seconds
        )


def _acknowledgement(broker: Broker) -> str:
    """The first that comes. It names no `msg_id`, so whose it is cannot be told; it is shown, and decides nothing."""
    try:
        return f", acknowledged: {broker.next_message()[:200].decode(errors='replace')}"
    except BrokerAway:
        return ", not acknowledged in time"
