"""What makes controllers act, which telling Eniris does not. Replaceable: only an outline of it is public."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from events.backends.base import BackendRequest, EventChange
from events.backends.eniris.form import MQTT_VPP
from events.backends.eniris.mqtt_vpp import MqttVpp


class Steering(Protocol):
    def steer(self, change: EventChange, now: datetime) -> str:
        """Says in words what came of it; nothing, if nothing was done. Raises `TryLater`. May be done again."""

    def dry_run(self, change: EventChange, now: datetime) -> Sequence[BackendRequest]:
        """What `steer` would send."""


class NoSteering:
    """Controllers are left alone."""

    def steer(self, change: EventChange, now: datetime) -> str:
        return ""

    def dry_run(self, change: EventChange, now: datetime) -> Sequence[BackendRequest]:
        return []


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Steering]] = {MQTT_VPP: MqttVpp}


def steering_of(settings: Mapping[str, Any]) -> Steering:
    kind = _KINDS.get(settings["steering"])
    return NoSteering() if kind is None else kind(settings)
