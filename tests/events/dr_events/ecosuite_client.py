"""The shapes of the public generated client of Ecosuite's API, re-typed: which members its models need, of which types,
and that they take any others. (It reads with `d.pop("name")`, and keeps what is left.)"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple


class Shape(NamedTuple):
    required: dict[str, type]
    optional: dict[str, type]


PARTICIPANT = Shape({"code": str, "contactUser": str, "phoneContact": str}, {})
DR_EVENT = Shape(
    {
        "priority": str,
        "name": str,
        "startDate": datetime,
        "notificationDate": datetime,
        "endDate": datetime,
        "goal": str,
        "participants": list,
    },
    {"notificationSent": bool},
)
DR_NOTIFICATION = Shape(
    {"event": str, "date": datetime, "user": str, "protocol": str, "endpoint": str}, {"targets": list}
)


def read(shape: Shape, written: dict[str, Any]) -> dict[str, Any]:
    """What a model of the client makes of JSON. KeyError, TypeError or ValueError where it cannot."""
    left = dict(written)
    model = {name: _value(kind, left.pop(name)) for name, kind in shape.required.items()}
    model |= {name: _value(kind, left.pop(name)) for name, kind in shape.optional.items() if name in left}
    if model.get("priority", "low") not in ("low", "medium", "high"):
        raise ValueError(model["priority"])
    return {**model, "additional_properties": left}


def write(model: dict[str, Any]) -> dict[str, Any]:
    """What it sends of a model: what is additional first, and dates as Python writes them."""
    known = {name: value for name, value in model.items() if name != "additional_properties"}
    dates = {name: value.isoformat() for name, value in known.items() if isinstance(value, datetime)}
    return {**model.get("additional_properties", {}), **known, **dates}


def _value(kind: type, value: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind}")
    return value
