"""Everything that changes events. One function is one transaction: row, intervals, documents and outbox entry
together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from psycopg.types.range import Range

from events import rows
from events.content import EventContent, timing_of
from events.models import Event
from events.queries import NoSuchEvent
from events.timeline import Schedule, schedule
from events.wire import v301, v310
from vtn import errors, publishing
from vtn.caller import Caller, Scope
from vtn.ids import new_id
from vtn.outbox import Along
from vtn.publishing import Before, Kind, Operation, Write
from vtn.wire import body

_EVENT = Kind("EVENT", "events")


class UnknownProgram(errors.Invalid):
    """An event names a program that is not there (decisions/openadr.md §4)."""


class ProgramChanged(errors.Invalid):
    """An event stays in its program: moving it would tell no VEN that it is gone (decisions/openadr.md §4)."""


def create_event(*, caller: Caller, content: EventContent, now: datetime) -> Event:
    """Raises `UnknownProgram`."""
    caller.require_business(Scope.WRITE_EVENTS)
    event = Event(id=new_id(), program_id=content.program_id, created_at=now)
    write = Write(Operation.CREATE, caller, now)
    before = publishing.begin(event, content, content.members, write)
    planned = _describe(event, content, now)
    # A single statement, and so a transaction of its own where there is none around it.
    if not _record(event, write, before, rows.of_new(event, planned)):
        raise UnknownProgram(f"programID: there is no program '{content.program_id}'")
    event._state.adding = False  # as `save` would leave it: the admin goes on with this object
    return event


@transaction.atomic
def update_event(*, caller: Caller, event_id: str, content: EventContent, now: datetime) -> Event:
    """Replaces the event. Raises `NoSuchEvent`, `ProgramChanged`."""
    caller.require_business(Scope.WRITE_EVENTS)
    event = locked_event(event_id)
    if content.program_id != event.program_id:
        raise ProgramChanged(f"programID: the event belongs to '{event.program_id}' and cannot be moved")
    write = Write(Operation.UPDATE, caller, now)
    members = content.replacing(event.content, written_at=event.modified_at)
    before = publishing.begin(event, content, members, write)
    planned = _describe(event, content, now)
    event.save()
    rows.delete_derived(event)
    _record(event, write, before, rows.of_changed(event, planned))
    return event


@transaction.atomic
def delete_event(*, caller: Caller, event_id: str, now: datetime) -> Event:
    """Deletes the event and returns it as it was. Raises `NoSuchEvent`."""
    caller.require_business(Scope.WRITE_EVENTS)
    event = locked_event(event_id)
    _delete(event, Write(Operation.DELETE, caller, now))
    return event


def delete_events_of_program(*, program_id: str, caller: Caller, now: datetime) -> None:
    """Deletes a program's events one by one, so that whoever asked is told of each. Inside a transaction."""
    events = Event.objects.select_for_update().filter(program_id=program_id).order_by("created_at", "id")
    for event in events.iterator(chunk_size=200):
        _delete(event, Write(Operation.DELETE, caller, now))


def _delete(event: Event, write: Write) -> None:
    Event.objects.filter(id=event.id).delete()
    publishing.record_deletion(event, _EVENT, write, program_id=event.program_id)


def _describe(event: Event, content: EventContent, now: datetime) -> Schedule:
    """Gives the event all that follows from its content, documents included."""
    planned = schedule(timing_of(event.content), now=now)
    event.event_name, event.priority = content.event_name, content.priority
    event.span = Range(planned.starts_at, planned.ends_at, "[]" if _is_instant(planned) else "[)")
    event.repeats_every = planned.every
    event.document_310 = body.encode_text(_rendered(event, planned, v310.render_event))
    event.document_301 = body.encode_text(_rendered(event, planned, v301.render_event))
    return planned


def _record(event: Event, write: Write, before: Before, along: Along) -> bool:
    return publishing.finish(event, _EVENT, write, before, program_id=event.program_id, along=along)


def _is_instant(planned: Schedule) -> bool:
    return planned.starts_at is not None and planned.starts_at == planned.ends_at


def _rendered(event: Event, planned: Schedule, render: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return render(
        event_id=event.id,
        created_at=event.created_at,
        modified_at=event.modified_at,
        members=event.content,
        schedule=planned,
        literals=event.literals or {},
    )


def locked_event(event_id: str) -> Event:
    """Nobody else changes the event until the caller's transaction ends. Raises `NoSuchEvent`."""
    event = Event.objects.select_for_update().filter(id=event_id).first()
    if event is None:
        raise NoSuchEvent(event_id)
    return event
