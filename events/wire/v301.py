"""Events in OpenADR 3.0.1, which knows no `event.duration` and wants a start in every intervalPeriod."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from events.content import EventContent
from events.timeline import Schedule, Window, is_divided, passes
from events.wire.v310 import Priority, with_object_types
from vtn.wire import body
from vtn.wire.metadata import content_members, date_time, metadata
from vtn.wire.moments import NOW, SENTINEL, parse_moment
from vtn.wire.schema import ObjectID, Schema, ValuesMap
from vtn.wire.targets import Literals, from_values_maps, to_values_maps
from vtn.wire.v301 import Interval, IntervalPeriod, ReportDescriptor, with_start
from vtn.wire.v310 import EventPayloadDescriptor

_FOREVER = "P9999Y"

# A finite loop is written out in full up to here; nobody plans an event of more intervals than that.
MOST_WRITTEN_OUT = 2_000


class EventRequest(Schema, frozen=True):
    """An event as a client writes it."""

    program_id: ObjectID
    intervals: list[Interval]
    event_name: str | None = None
    priority: Priority | None = None
    targets: list[ValuesMap] | None = None
    report_descriptors: list[ReportDescriptor] | None = None
    payload_descriptors: list[EventPayloadDescriptor] | None = None
    interval_period: IntervalPeriod | None = None


@dataclass(frozen=True)
class EventContent301(EventContent):
    """What a 3.0.1 client can say of an event."""

    def replacing(self, stored: dict[str, Any]) -> dict[str, Any]:
        """`duration` and `reportIntervals` cannot have been meant by a 3.0.1 PUT, so they stay."""
        members = dict(self.members)
        if "duration" in stored:
            members["duration"] = stored["duration"]
        if "reportDescriptors" in members:
            left = list(stored.get("reportDescriptors", ()))
            members["reportDescriptors"] = [
                _keeping_report_intervals(descriptor, left) for descriptor in members["reportDescriptors"]
            ]
        return members


def parse_event(written: Any) -> EventContent:
    """Raises `Invalid` that names the member at fault."""
    request = body.conform(written, EventRequest)
    targets, literals = from_values_maps(written.get("targets") or ())
    members = with_object_types(content_members(written))
    members.pop("duration", None)  # unknown to 3.0.1; kept, it would take on 3.1's meaning
    if "reportDescriptors" in members:
        pairs = [_descriptor_to_310(descriptor) for descriptor in members["reportDescriptors"]]
        members["reportDescriptors"] = [descriptor for descriptor, _ in pairs]
        literals = {name: value for _, found in pairs for name, value in found.items()} | literals
    return EventContent301(
        program_id=request.program_id,
        event_name=request.event_name or "",
        priority=request.priority,
        targets=tuple(targets),
        members=members,
        literals=literals,
    )


def render_event(
    *,
    event_id: str,
    created_at: datetime,
    modified_at: datetime,
    members: dict[str, Any],
    schedule: Schedule,
    literals: Literals,
) -> dict[str, Any]:
    """The event less its targets."""
    rendered = {**metadata("EVENT", event_id, created_at, modified_at), **members}
    loops = rendered.pop("duration", None) is not None
    rendered |= _timing(members, schedule, loops=loops)
    if "reportDescriptors" in members:
        rendered["reportDescriptors"] = [
            _descriptor_to_301(descriptor, literals) for descriptor in members["reportDescriptors"]
        ]
    return rendered


def _timing(members: dict[str, Any], schedule: Schedule, *, loops: bool) -> dict[str, Any]:
    """`intervalPeriod` where there is one, and `intervals`, which 3.0.1 requires."""
    starts = _known_starts(members, schedule)
    if loops:
        return _written_out(members, schedule, known=starts.keys())
    timing: dict[str, Any] = {
        "intervals": [
            _with_start(interval, starts.get(position))
            for position, interval in enumerate(members.get("intervals", ()))
        ]
    }
    if "intervalPeriod" in members:
        timing["intervalPeriod"] = _with_start(members, starts.get(0))["intervalPeriod"]
    return timing


def _written_out(members: dict[str, Any], schedule: Schedule, *, known: Collection[int]) -> dict[str, Any]:
    """`event.duration` in 3.0.1's words: every pass of a finite loop with its times; of an endless one the first
    pass, in an event whose own duration is infinite ("goes on until changed", 3.0.1 User Guide §7.3)."""
    intervals = members.get("intervals", [])
    endless = schedule.every is not None and schedule.ends_at is None
    windows = schedule.windows if endless else passes(schedule, limit=MOST_WRITTEN_OUT)
    start = date_time(schedule.starts_at) if 0 in known and schedule.starts_at else SENTINEL
    period = {"start": start, **members.get("intervalPeriod", {})}
    if endless:
        period["duration"] = _FOREVER
    return {
        "intervalPeriod": period,
        "intervals": [
            _explicit(intervals[window.position], window, is_known=window.position in known)
            for window in windows
            if not window.is_implied
        ],
    }


def _explicit(interval: dict[str, Any], window: Window, *, is_known: bool) -> dict[str, Any]:
    """An interval that needs no other to be understood."""
    period = {
        **interval.get("intervalPeriod", {}),
        "start": date_time(window.starts_at) if is_known else SENTINEL,
        "duration": _FOREVER if window.ends_at is None else iso_duration(window.ends_at - window.starts_at),
    }
    return {**interval, "intervalPeriod": period, "payloads": _payloads(interval["payloads"], window)}


def _payloads(payloads: list[dict[str, Any]], window: Window) -> list[dict[str, Any]]:
    """Where a window is cut off, those of several values that fall behind the cut go with it."""
    if window.ends_at is None or not window.length or window.ends_at - window.starts_at == window.length:
        return payloads
    left = (window.ends_at - window.starts_at) / window.length
    return [
        {**payload, "values": payload["values"][: ceil(left * len(payload["values"]))]}
        if is_divided(payload["type"])
        else payload
        for payload in payloads
    ]


def _known_starts(members: dict[str, Any], schedule: Schedule) -> dict[int, datetime]:
    """The starts of the intervals from the first one on that hangs on a named moment; those before it start
    "now", whenever that is for their reader."""
    timed = [members, *members.get("intervals", ())]
    starts = [item.get("intervalPeriod", {}).get("start") for item in timed]
    named = [
        place for place, start in enumerate(starts) if start is not None and parse_moment(start) is not NOW
    ]
    if not named:
        return {}
    first = max(named[0] - 1, 0)
    return {window.position: window.starts_at for window in schedule.windows if window.position >= first}


def _with_start(timed: dict[str, Any], start: datetime | None) -> dict[str, Any]:
    return with_start(timed, date_time(start) if start else SENTINEL)


def iso_duration(length: timedelta) -> str:
    """A length of time in the largest unit that divides it."""
    seconds, micros = divmod(length // timedelta(microseconds=1), 1_000_000)
    if micros:
        return f"PT{seconds}.{micros:06}".rstrip("0") + "S"
    for unit, suffix in ((3_600, "H"), (60, "M")):
        if seconds % unit == 0:
            return f"PT{seconds // unit}{suffix}"
    return f"PT{seconds}S"


def _keeping_report_intervals(descriptor: dict[str, Any], left: list[dict[str, Any]]) -> dict[str, Any]:
    """Takes the first of its payload type that is left of those before for what it was."""
    for was in left:
        if was["payloadType"] == descriptor["payloadType"]:
            left.remove(was)
            return {**descriptor, **{name: was[name] for name in ("reportIntervals",) if name in was}}
    return descriptor


def _descriptor_to_310(descriptor: dict[str, Any]) -> tuple[dict[str, Any], Literals]:
    known = {name: value for name, value in descriptor.items() if name != "reportIntervals"}
    if not known.get("targets"):
        return known, {}
    targets, literals = from_values_maps(known["targets"])
    return {**known, "targets": targets}, literals


def _descriptor_to_301(descriptor: dict[str, Any], literals: Literals) -> dict[str, Any]:
    known = {name: value for name, value in descriptor.items() if name != "reportIntervals"}
    if known.get("targets"):
        known["targets"] = to_values_maps(known["targets"], literals)
    return known
