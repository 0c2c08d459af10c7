"""Everything that changes DR events: the OpenADR event and what stands beside it, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from events import services
from events.content import EventContent
from events.dr_events.content import (
    EARLIEST,
    LATEST,
    DrEventContent,
    ShownDrEvent,
    changed_members,
    new_members,
    other_targets,
)
from events.dr_events.goals import payload_of
from events.dr_events.models import DrEvent
from events.dr_events.priorities import number_of, word_of
from events.dr_events.program import program_named
from events.dr_events.queries import dr_event
from events.dr_events.wire import render_dr_event
from events.models import Event
from events.queries import NoSuchEvent
from events.wire import v310
from participants.queries.participants import targets_of
from participants.wire.ecosuite import date_time
from vtn import errors
from vtn.audit import record_described
from vtn.caller import Caller, Scope


class UnknownParticipant(errors.Invalid):
    """A DR event is meant for somebody who is not enrolled."""


@transaction.atomic
def create_dr_event(
    *, caller: Caller, content: DrEventContent, program_name: str, now: datetime
) -> ShownDrEvent:
    """Raises `UnknownParticipant`, `Invalid`, `Forbidden`."""
    caller.require_business(Scope.WRITE_EVENTS)
    written_as = _written_as(content)
    members = new_members(content, program_id=program_named(program_name, now), targets=written_as)
    event = services.create_event(caller=caller, content=v310.parse_event(members), now=now)
    DrEvent.objects.create(
        event_id=event.id,
        goal=content.goal,
        notification_at=content.notification_at,
        written_as=written_as,
        content=content.members,
        notify_at=content.notification_at,
    )
    shown = dr_event(event.id)
    _record(event.id, None, shown, caller, now)
    return shown


@transaction.atomic
def update_dr_event(*, caller: Caller, event_id: str, content: DrEventContent, now: datetime) -> ShownDrEvent:
    """Replaces the DR event; of the OpenADR event, what it says of it. Who has been told already is told once more
    where the notificationDate moves to a moment that is still to come.

    Raises `NoSuchEvent`, `UnknownParticipant`, `Invalid`, `Forbidden`.
    """
    caller.require_business(Scope.WRITE_EVENTS)
    event, stored = _locked(event_id)
    before = dr_event(event_id)
    written_as = _written_as(content)
    wanted = _changed(event, stored, content, written_as)
    services.update_event(caller=caller, event_id=event_id, content=wanted, now=now)
    _reschedule(stored, content.notification_at, now)
    stored.goal, stored.written_as, stored.content = content.goal, written_as, content.members
    stored.save()
    shown = dr_event(event_id)
    _record(event_id, before, shown, caller, now)
    return shown


@transaction.atomic
def delete_dr_event(*, caller: Caller, event_id: str, now: datetime) -> None:
    """Cancels it: the OpenADR event is deleted, so that VENs have it no more and backends let go, and whoever was not
    told yet is not told. Raises `NoSuchEvent`, `Forbidden`."""
    caller.require_business(Scope.WRITE_EVENTS)
    _, stored = _locked(event_id)
    before = dr_event(event_id)
    services.delete_event(caller=caller, event_id=event_id, now=now)
    stored.delete()
    _record(event_id, before, None, caller, now)


def _written_as(content: DrEventContent) -> dict[str, str]:
    """The targets of the participants, each with what it was named by first. Raises `UnknownParticipant`."""
    targets = targets_of(content.participants)
    written_as: dict[str, str] = {}
    for name in content.participants:
        if name not in targets:
            raise UnknownParticipant(f"participants: there is no participant '{name[:140]}'")
        written_as.setdefault(targets[name], name)
    return written_as


def _changed(
    event: Event, stored: DrEvent, content: DrEventContent, written_as: dict[str, str]
) -> EventContent:
    """Times are compared as they are shown: whoever writes back what he has read changes nothing."""
    times = [
        (event.starts_at or EARLIEST, content.starts_at),
        (event.ends_at or LATEST, content.ends_at),
    ]
    is_same_priority = word_of(event.priority) == content.priority
    members = changed_members(
        content,
        event.content,
        targets=[*other_targets(event.targets), *written_as],
        is_retimed=any(date_time(is_) != date_time(wanted) for is_, wanted in times),
        is_asked_otherwise=payload_of(content.goal) != payload_of(stored.goal),
        priority=event.priority if is_same_priority else number_of(content.priority),
    )
    return replace(v310.parse_event(members), literals=event.literals or {})


def _reschedule(stored: DrEvent, notification_at: datetime, now: datetime) -> None:
    """The clock looks once more in any case, for whoever has come to take part. What waits of an earlier date is not
    sent any more when there is another one to come."""
    if notification_at != stored.notification_at and notification_at > now:
        stored.notifications.filter(sent_at=None).delete()
        if stored.notified_at is not None:
            stored.round, stored.notified_at, stored.was_sent = stored.round + 1, None, False
    stored.notification_at = stored.notify_at = notification_at


def _locked(event_id: str) -> tuple[Event, DrEvent]:
    """The event is locked first, as by all who write it."""
    event = services.locked_event(event_id)
    stored = DrEvent.objects.select_for_update().filter(event_id=event_id).first()
    if stored is None:
        raise NoSuchEvent(event_id)
    return event, stored


def _record(
    event_id: str, before: ShownDrEvent | None, after: ShownDrEvent | None, caller: Caller, now: datetime
) -> None:
    """For the audit: whoever follows events hears of the OpenADR event."""
    record_described("DR_EVENT", event_id, _described(before), _described(after), caller=caller, now=now)


def _described(shown: ShownDrEvent | None) -> dict[str, Any] | None:
    return None if shown is None else render_dr_event(shown)
