"""What staff want to become of an event, as a checked value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from events.content import EventContent
from events.drafts.models import HolidayCalendar, Operation
from events.models import Event
from events.wire import v310
from vtn.documents import recorded
from vtn.wire import body
from vtn.wire.metadata import METADATA


@dataclass(frozen=True, kw_only=True)
class Series:
    """On which days there is to be one, and how they were chosen."""

    days: tuple[date, ...]
    weekdays: tuple[int, ...]
    until: date
    calendar: HolidayCalendar | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`content` is a whole request of 3.1.0. `event_id` and `began_from` are the event that it changes, and which
    version of it."""

    operation: Operation
    content: dict[str, Any]
    zone: str
    name: str = ""
    event_id: str | None = None
    began_from: datetime | None = None
    series: Series | None = None
    is_template: bool = False
    reason: str = ""
    action: str = ""

    @property
    def program_id(self) -> str:
        return self.content["programID"]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The version of an event that somebody has before them, and wants to do something about."""

    event_id: str
    modified_at: datetime
    content: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, event: Event) -> Seen:
        return cls(event_id=event.id, modified_at=event.modified_at, content=request_of(event))

    def changed(self, content: dict[str, Any], *, zone: str, reason: str = "", action: str = "") -> Plan:
        return Plan(
            operation=Operation.UPDATE,
            content=content,
            zone=zone,
            event_id=self.event_id,
            began_from=self.modified_at,
            reason=reason,
            action=action,
        )

    def deleted(self, *, zone: str, reason: str = "", action: str = "") -> Plan:
        return Plan(
            operation=Operation.DELETE,
            content=self.content,
            zone=zone,
            event_id=self.event_id,
            began_from=self.modified_at,
            reason=reason,
            action=action,
        )


def request_of(event: Event) -> dict[str, Any]:
    """The event as a request that would write it again, with all its targets."""
    document = body.decode_text(recorded(event))
    return {name: value for name, value in document.items() if name not in METADATA}


def as_request(content: EventContent) -> dict[str, Any]:
    """Checked content as the request that says it."""
    targets = {"targets": list(content.targets)} if content.targets else {}
    return {**content.members, **targets}


def checked(content: dict[str, Any]) -> EventContent:
    """Raises `Invalid` that names the member at fault."""
    return v310.parse_event(content)
