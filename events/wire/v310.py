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
from vtn.wire.targets import Literals, require_few
from vtn.wire.v310 import EventPayloadDescriptor, ReportDescriptor, with_sentinel

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
    require_few(request.targets or ())
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
    """Gives payload descriptors their `objectType`: in an event there is only one (decisions/openadr.md §5)."""
    descriptors = members.get("payloadDescriptors")
    if not descriptors:
        return members
    described = [{"objectType": "EVENT_PAYLOAD_DESCRIPTOR", **descriptor} for descriptor in descriptors]
    return {**members, "payloadDescriptors": described}


def _with_sentinels(members: dict[str, Any]) -> dict[str, Any]:
    changed = with_sentinel(members)
    if "intervals" not in members:
        return changed
    return {**changed, "intervals": [with_sentinel(interval) for interval in members["intervals"]]}
