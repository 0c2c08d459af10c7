"""DR events and DR notifications as Ecosuite's DR API spells them.

What is required is what its public document requires; additional members are allowed there, and come back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from events.dr_events.content import EARLIEST, LATEST, DrEventContent, ShownDrEvent
from events.dr_events.priorities import Word, word_of
from participants.wire.ecosuite import date_time
from vtn import errors
from vtn.wire import body
from vtn.wire.moments import parse_moment
from vtn.wire.schema import Schema

Moment = Annotated[
    str, Meta(extra_json_schema={"format": "date-time"}, examples=["2026-12-01T16:00:00.000Z"])
]


class DrEvent(Schema, frozen=True):
    """A demand response event. participants are ids or codes of participants; notificationSent is the server's, and
    ignored when a client sends it."""

    priority: Word
    name: str
    start_date: Moment
    notification_date: Moment
    end_date: Moment
    goal: Annotated[str, Meta(examples=["shed 250 kW"])]
    participants: Annotated[list[str], Meta(examples=[["NORTHMILL"]])]
    notification_sent: bool | None = None


class StoredDrEvent(DrEvent, frozen=True, kw_only=True):
    """A demand response event as it is stored; its id is that of its OpenADR event."""

    id: str


class DrEvents(Schema, frozen=True):
    """All demand response events."""

    events: list[StoredDrEvent]


class DrNotification(Schema, frozen=True):
    """Somebody who is told of a demand response event. sent says whether that has arrived."""

    event: str
    date: Moment
    user: str
    protocol: Annotated[str, Meta(examples=["email", "sms", "webhook"])]
    endpoint: str
    id: str
    sent: bool
    targets: list[str] | None = None


class DrNotifications(Schema, frozen=True):
    """All notifications of demand response events."""

    events: list[DrNotification]


_KNOWN = frozenset(field.encode_name for field in msgspec.structs.fields(StoredDrEvent))


def parse_dr_event(written: Any) -> DrEventContent:
    """Raises `Invalid` that names the member at fault. An event for nobody is refused: without targets, it would be one
    for everybody (3.1.0 Definition, "BL created object privacy")."""
    request = body.conform(written, DrEvent)
    starts_at, ends_at = _moment(request.start_date, "startDate"), _moment(request.end_date, "endDate")
    if ends_at <= starts_at:
        raise errors.Invalid("endDate: the event ends before it has begun")
    if not request.participants:
        raise errors.Invalid("participants: name at least one")
    return DrEventContent(
        priority=request.priority,
        name=request.name,
        starts_at=starts_at,
        ends_at=ends_at,
        notification_at=_moment(request.notification_date, "notificationDate"),
        goal=request.goal,
        participants=tuple(request.participants),
        members={name: value for name, value in written.items() if name not in _KNOWN},
    )


def render_dr_event(shown: ShownDrEvent) -> dict[str, Any]:
    return {
        **shown.members,
        "id": shown.id,
        "priority": word_of(shown.priority),
        "name": shown.name,
        "startDate": date_time(shown.starts_at or EARLIEST),
        "notificationDate": date_time(shown.notification_at),
        "notificationSent": shown.is_sent,
        "endDate": date_time(shown.ends_at or LATEST),
        "goal": shown.goal,
        "participants": list(shown.participants),
    }


def render_notification(notification: Any) -> dict[str, Any]:
    """A row of `events.dr_events.models.DrNotification`."""
    return {
        "id": str(notification.id),
        "event": notification.dr_event_id,
        "date": date_time(notification.made_at),
        "user": notification.user,
        "protocol": notification.protocol,
        "endpoint": notification.endpoint,
        "targets": notification.targets,
        "sent": notification.sent_at is not None,
    }


def _moment(text: str, member: str) -> datetime:
    """Raises `Invalid`, also for what means "now" in OpenADR: this API has no such thing."""
    try:
        moment = parse_moment(text)
    except ValueError as error:
        raise errors.Invalid(f"{member}: {error}") from None
    if not isinstance(moment, datetime):
        raise errors.Invalid(f"{member}: '{text}' is not a date")
    return moment
