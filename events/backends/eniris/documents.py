"""What is written at Eniris: the JSON of the property, of the telemetry points, and of licences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from events.backends.base import EventChange
from events.backends.eniris.mapping import Controller
from vtn.wire import body
from vtn.wire.metadata import date_time

_NOT_IN_A_FIELD = re.compile(r"[^A-Za-z0-9_ -]")


def property_patch(name: str, change: EventChange) -> list[dict[str, Any]]:
    """RFC 6902; the paths begin in the device's properties. `add` also replaces (§4.1), so it may be done again."""
    return [{"op": "add", "path": f"/{name}", "value": state(change)}]


def state(change: EventChange) -> dict[str, Any]:
    """What the event does: all of it, so that it is the same however often it is written."""
    return {
        "eventID": change.event_id,
        "eventName": change.name,
        "programID": change.program_id,
        "phase": change.phase.value,
        "since": date_time(change.at),
        "priority": change.priority,
        "intervals": [
            {
                "id": each.id,
                "startsAt": date_time(each.starts_at),
                "endsAt": None if each.ends_at is None else date_time(each.ends_at),
                "payloads": [*each.payloads],
            }
            for each in change.intervals
        ],
    }


def point(measurement: str, controller: Controller, change: EventChange) -> dict[str, Any]:
    """One with the same time and tags takes the place of another: it may be written again too. The event is a tag, as
    two of them may begin at the same moment."""
    return {
        "measurement": measurement,
        "time": date_time(change.at),
        "tags": {
            "nodeId": str(controller.node_id),
            "programID": change.program_id,
            "eventID": change.event_id,
        },
        "fields": {"phase": change.phase.value, **dict(_fields(change))},
    }


def claim(licence_key: str, node_id: int | str) -> dict[str, Any]:
    return {"licenseKey": licence_key, "nodeId": node_id}


def activation(licence_key: str, at: datetime | None) -> dict[str, Any]:
    """`key` here and `licenseKey` there: so the documents have it."""
    moment = {} if at is None else {"activationIso": date_time(at.astimezone(UTC))}
    return {"key": licence_key, **moment}


def _fields(change: EventChange) -> Iterator[tuple[str, Any]]:
    """A payload's values by its type, the second and later ones with a number: `SIMPLE`, `OLS 2`."""
    for interval in change.intervals:
        for payload in interval.payloads:
            name = _NOT_IN_A_FIELD.sub("_", payload["type"])
            for number, value in enumerate(payload["values"], start=1):
                yield name if number == 1 else f"{name} {number}", _field(value)


def _field(value: Any) -> float | bool | str:
    """Always a float for a number: a field keeps the kind that it was first written with."""
    if isinstance(value, bool | str):
        return value
    return float(value) if isinstance(value, int | float | Decimal) else body.encode_text(value)
