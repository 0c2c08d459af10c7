"""Events in OpenADR 3.0.1, which knows no `event.duration` and wants a start in every intervalPeriod."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.content import EventContent, timing_of
from events.timeline import Schedule, schedule
from events.wire import timing_v301
from events.wire.v310 import Priority, with_object_types
from vtn.wire import body
from vtn.wire.metadata import content_members, metadata, moments_of
from vtn.wire.schema import ObjectID, Schema, ValuesMap
from vtn.wire.targets import Literals, from_values_maps, to_values_maps
from vtn.wire.v301 import Interval, IntervalPeriod, ReportDescriptor
from vtn.wire.v310 import EventPayloadDescriptor

# Before the literals of report descriptors, which an event keeps beside those of its own targets.
_IN_REPORTS = "reportDescriptors "


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


@dataclass(frozen=True, kw_only=True)
class EventContent301(EventContent):
    """What a 3.0.1 client can say of an event."""

    def replacing(self, stored: dict[str, Any], *, written_at: datetime) -> dict[str, Any]:
        """What 3.0.1 cannot say cannot have been meant by a 3.0.1 PUT, so it stays: `reportIntervals`; and
        `duration`, unless the client has changed the times that 3.0.1 shows in its place."""
        members = dict(self.members)
        if timing_v301.says_the_same(members, stored, written_at):
            for name in timing_v301.MEMBERS:
                members.pop(name, None)
            members |= {name: stored[name] for name in timing_v301.MEMBERS if name in stored}
        if "reportDescriptors" in members:
            members["reportDescriptors"] = _keeping_report_intervals(
                members["reportDescriptors"], stored.get("reportDescriptors", [])
            )
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
    rendered.pop("duration", None)
    rendered |= timing_v301.timing_members(members, schedule)
    if "reportDescriptors" in members:
        rendered["reportDescriptors"] = [
            _descriptor_to_301(descriptor, literals) for descriptor in members["reportDescriptors"]
        ]
    return rendered


def recorded_in_301(document: dict[str, Any], *, literals: Literals, **_: Any) -> dict[str, Any]:
    """An event of the outbox, which is in the 3.1.0 dialect, as this one has it; less its targets."""
    created_at, modified_at = moments_of(document)
    members = content_members(document)
    return render_event(
        event_id=document["id"],
        created_at=created_at,
        modified_at=modified_at,
        members=members,
        schedule=schedule(timing_of(members), now=modified_at),
        literals=literals,
    )


def _keeping_report_intervals(
    descriptors: list[dict[str, Any]], before: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Each descriptor is taken for the first of its payload type before that is left."""
    left: defaultdict[str, deque[dict[str, Any]]] = defaultdict(deque)
    for descriptor in before:
        kept = {name: descriptor[name] for name in ("reportIntervals",) if name in descriptor}
        left[descriptor["payloadType"]].append(kept)
    return [
        {**descriptor, **(same.popleft() if (same := left[descriptor["payloadType"]]) else {})}
        for descriptor in descriptors
    ]


def _descriptor_to_310(descriptor: dict[str, Any]) -> tuple[dict[str, Any], Literals]:
    known = {name: value for name, value in descriptor.items() if name != "reportIntervals"}
    if not known.get("targets"):
        return known, {}
    targets, literals = from_values_maps(known["targets"])
    return {**known, "targets": targets}, {_IN_REPORTS + target: value for target, value in literals.items()}


def _descriptor_to_301(descriptor: dict[str, Any], literals: Literals) -> dict[str, Any]:
    known = {name: value for name, value in descriptor.items() if name != "reportIntervals"}
    if known.get("targets"):
        mine = {
            name.removeprefix(_IN_REPORTS): value
            for name, value in literals.items()
            if name.startswith(_IN_REPORTS)
        }
        known["targets"] = to_values_maps(known["targets"], mine)
    return known
