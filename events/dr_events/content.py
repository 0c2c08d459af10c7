"""A DR event as somebody wants it, and as an OpenADR request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from events.dr_events.goals import UNITS, Payload, payload_of
from events.dr_events.priorities import Word, number_of
from participants.enrolment import code_of
from vtn.wire.metadata import date_time
from vtn.wire.moments import iso_duration

# What is open has no date, and Ecosuite's API wants both: the first and the last that there are stand for it.
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class DrEventContent:
    """`participants` are named as they were written; `members` is what was written and means nothing to us."""

    priority: Word
    name: str
    starts_at: datetime
    ends_at: datetime
    notification_at: datetime
    goal: str
    participants: tuple[str, ...]
    members: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ShownDrEvent:
    """A DR event as it is now: what is said of it here, and what its OpenADR event says. `priority` is that one's
    number; a start or an end of None is open. `is_sent`: all who were to be told have been told."""

    id: str
    priority: int | None
    name: str
    starts_at: datetime | None
    ends_at: datetime | None
    notification_at: datetime
    goal: str
    participants: tuple[str, ...]
    is_sent: bool
    members: dict[str, Any]


def new_members(content: DrEventContent, *, program_id: str, targets: Iterable[str]) -> dict[str, Any]:
    """The 3.1.0 request for a new event: one interval from start to end, with what the goal asks for."""
    return {
        "programID": program_id,
        "eventName": content.name,
        "priority": number_of(content.priority),
        "targets": list(targets),
        **_period(content, {}),
        **_asking(content.goal),
    }


def changed_members(
    content: DrEventContent,
    stored: dict[str, Any],
    *,
    targets: Iterable[str],
    is_retimed: bool,
    is_asked_otherwise: bool,
    priority: int | None,
) -> dict[str, Any]:
    """The 3.1.0 request for a changed one. What others have written stays where this says nothing new about it: their
    intervals while neither the times nor the goal change, their priority where the word for it is the same."""
    members = {**stored, "eventName": content.name, "targets": list(targets)}
    members.pop("priority", None)
    if priority is not None:
        members["priority"] = priority
    if is_retimed:
        members.pop("duration", None)
        members |= _period(content, stored.get("intervalPeriod", {}))
    if is_asked_otherwise:
        return {**members, **_asking(content.goal)}
    if is_retimed:
        members["intervals"] = _one_interval(stored.get("intervals", []), content.goal)
    return members


def other_targets(targets: Iterable[str]) -> list[str]:
    """Those that stand for no participant, which this door does not touch."""
    return [target for target in targets if code_of(target) is None]


def _period(content: DrEventContent, before: dict[str, Any]) -> dict[str, Any]:
    duration = iso_duration(content.ends_at - content.starts_at)
    return {"intervalPeriod": {**before, "start": date_time(content.starts_at), "duration": duration}}


def _asking(goal: str) -> dict[str, Any]:
    payload = payload_of(goal)
    return {
        "payloadDescriptors": [descriptor(payload.type)],
        "intervals": [_interval(payload)],
    }


def _one_interval(before: list[dict[str, Any]], goal: str) -> list[dict[str, Any]]:
    """The only one there was keeps what it asks for; of several, none would fit the new times."""
    if len(before) != 1:
        return [_interval(payload_of(goal))]
    return [{name: value for name, value in before[0].items() if name != "intervalPeriod"}]


def _interval(payload: Payload) -> dict[str, Any]:
    return {"id": 0, "payloads": [{"type": payload.type, "values": [payload.value]}]}


def descriptor(payload_type: str) -> dict[str, Any]:
    units = UNITS[payload_type]
    described = {"objectType": "EVENT_PAYLOAD_DESCRIPTOR", "payloadType": payload_type}
    return described if units is None else {**described, "units": units}
