"""An event as a client wants it, whatever dialect it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from events.timeline import Timing
from vtn.content import Content


@dataclass(frozen=True, kw_only=True)
class EventContent(Content):
    program_id: str
    event_name: str
    priority: int | None


def timing_of(members: dict[str, Any]) -> Timing:
    """What checked members say about time."""
    intervals = members.get("intervals", ())
    descriptors = members.get("reportDescriptors", ())
    return Timing.of(
        period=_start_and_duration(members),
        duration=members.get("duration"),
        intervals=((interval["id"], *_start_and_duration(interval)) for interval in intervals),
        report_only=bool(descriptors) and not any(interval["payloads"] for interval in intervals),
        num_intervals=max((descriptor.get("numIntervals", -1) for descriptor in descriptors), default=-1),
    )


def _start_and_duration(timed: dict[str, Any]) -> tuple[str | None, str | None]:
    period = timed.get("intervalPeriod", {})
    return period.get("start"), period.get("duration")
