"""Events in OpenADR 3.1.0."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from events.content import EventContent
from events.timeline import Schedule
from vtn.wire import body
from vtn.wire.metadata import content_members, metadata
from vtn.wire.schema import (
    CheckedDuration,
    Interval,
    IntervalPeriod,
    ObjectID,
    Schema,
    Target,
    check_duration,
)
from vtn.wire.targets import Literals
from vtn.wire.v310 import EventPayloadDescriptor, ReportDescriptor

Priority = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class EventRequest(Schema, frozen=True):
    """An event as a client writes it."""

    program_id: ObjectID
    event_name: str | None = None
    duration: CheckedDuration | None = None
    priority: Priority | None = None
    targets: list[Target] | None = None
    report_descriptors: list[ReportDescriptor] | None = None
    payload_descriptors: list[EventPayloadDescriptor] | None = None
    interval_period: IntervalPeriod | None = None
    intervals: list[Interval] | None = None

    def __post_init__(self) -> None:
        check_duration(self.duration, "duration")


def parse_event(written: Any) -> EventContent:
    """Raises `Invalid` that names the member at fault."""
    request = body.conform(written, EventRequest)
    return EventContent(
        program_id=request.program_id,
        event_name=request.event_name or "",
        priority=request.priority,
        targets=tuple(request.targets or ()),
        members=with_object_types(content_members(written)),
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
    return {**metadata("EVENT", event_id, created_at, modified_at), **_with_sentinels(members)}


def with_object_types(members: dict[str, Any]) -> dict[str, Any]:
    """Gives payload descriptors their `objectType`: in an event there is only one (DIGEST §4.8)."""
    descriptors = members.get("payloadDescriptors")
    if not descriptors:
        return members
    described = [{"objectType": "EVENT_PAYLOAD_DESCRIPTOR", **descriptor} for descriptor in descriptors]
    return {**members, "payloadDescriptors": described}


def _with_sentinels(members: dict[str, Any]) -> dict[str, Any]:
    """Year 0 is 3.0.1's way to say "now" (DIGEST §13); no date-time of RFC 3339 libraries reaches back there."""
    changed = dict(members)
    if "intervalPeriod" in members:
        changed["intervalPeriod"] = _with_sentinel(members["intervalPeriod"])
    if any(_is_year_zero(interval.get("intervalPeriod", {})) for interval in members.get("intervals", ())):
        changed["intervals"] = [
            {**interval, "intervalPeriod": _with_sentinel(interval["intervalPeriod"])}
            if "intervalPeriod" in interval
            else interval
            for interval in members["intervals"]
        ]
    return changed


def _with_sentinel(period: dict[str, Any]) -> dict[str, Any]:
    return {**period, "start": "0001-01-01"} if _is_year_zero(period) else period


def _is_year_zero(period: dict[str, Any]) -> bool:
    return period.get("start", "").startswith("0000-")
