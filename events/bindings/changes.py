"""A change as it was posted, made into what a backend is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from events.backends.base import EventChange, IntervalInForce
from events.timeline import Phase


def change_of(shown: dict[str, Any], *, key: str, cause: str) -> EventChange:
    """What was posted (`events.bindings.fan_out`), as a backend gets it."""
    return EventChange(
        key=key,
        event_id=shown["id"],
        program_id=shown["programID"],
        name=shown.get("eventName") or "",
        cause=cause,
        phase=Phase(shown["phase"]),
        at=datetime.fromisoformat(shown["at"]),
        priority=shown.get("priority"),
        targets=tuple(shown.get("targets", ())),
        intervals=tuple(_interval(each) for each in shown["intervals"]),
        event=shown,
        targets_before=None if (before := shown.get("targetsBefore")) is None else tuple(before),
    )


def _interval(shown: dict[str, Any]) -> IntervalInForce:
    ends_at = shown["endsAt"]
    return IntervalInForce(
        id=shown["id"],
        starts_at=datetime.fromisoformat(shown["startsAt"]),
        ends_at=None if ends_at is None else datetime.fromisoformat(ends_at),
        payloads=shown["payloads"],
    )
