"""Turns a draft into what it says about events. Inside the transaction of whoever calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events import services
from events.composer.changes import CannotChange
from events.composer.local import label
from events.composer.series import occurrences
from events.content import timing_of
from events.drafts.models import EventDraft, Operation
from events.drafts.plans import checked
from events.models import Event
from events.timeline import schedule
from programs.models import Program
from vtn import errors
from vtn.caller import Caller
from vtn.local_time import zone_named


class NotAlone(errors.Forbidden):
    """The program wants two people to have looked, and so far it is one."""


class EventChanged(errors.Conflict):
    """The event is not what it was when the change was begun."""


def carry_out(draft: EventDraft, *, caller: Caller, now: datetime) -> list[str]:
    """The ids of the events that were made, changed or deleted. Raises `NotAlone`, `EventChanged`, `NoSuchEvent`, and
    what the services of events raise."""
    _require_four_eyes(draft, caller)
    if draft.operation == Operation.CREATE:
        return [
            services.create_event(caller=caller, content=checked(content), now=now).id
            for content in contents_of(draft, now)
        ]
    assert draft.event_id is not None
    assert draft.began_from is not None
    event = require_unchanged(draft.event_id, draft.began_from)
    if draft.operation == Operation.DELETE:
        services.delete_event(caller=caller, event_id=event.id, now=now)
    else:
        # Numbers that a 3.0.1 client wrote for its targets are not staff's to lose.
        content = replace(checked(draft.content), literals=event.literals or {})
        services.update_event(caller=caller, event_id=event.id, content=content, now=now)
    return [event.id]


def contents_of(draft: EventDraft, now: datetime) -> Iterator[dict[str, Any]]:
    """That of its event, or of each event of a series. Raises `Invalid`."""
    if not draft.days:
        yield draft.content
        return
    zone = zone_named(draft.zone)
    starts_at = schedule(timing_of(draft.content), now=now).starts_at
    if starts_at is None:
        raise errors.Invalid(_("An event that names no start cannot come back"))
    try:
        yield from occurrences(draft.content, draft.days, first=starts_at.astimezone(zone).date(), zone=zone)
    except CannotChange as error:
        raise errors.Invalid(str(error)) from None


def require_unchanged(event_id: str, seen_at: datetime) -> Event:
    """The event, locked, if it is still of this time. Raises `NoSuchEvent`, `EventChanged`."""
    event = services.locked_event(event_id)
    if event.modified_at != seen_at:
        said = {"when": label(event.modified_at, ZoneInfo("UTC"))}
        raise EventChanged(
            _(
                "Somebody else has changed this event since you opened it, at %(when)s. Nothing of yours was saved"
            )
            % said
        )
    return event


def _require_four_eyes(draft: EventDraft, caller: Caller) -> None:
    """Read in this transaction, and the program locked: the rule may have been switched on just now."""
    program = Program.objects.select_for_update(no_key=True).filter(id=draft.program_id).get()
    if program.four_eyes and caller.name in draft.authors:
        raise NotAlone(_("This program wants four eyes: somebody else has to publish what you have written"))
