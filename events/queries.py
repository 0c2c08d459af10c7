"""Reads of events, one query each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from events import pages
from events.models import Event
from events.period import Period, bounded
from vtn import errors
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.documents import by_id, joined
from vtn.mirror import Since, changed_since
from vtn.models import Tombstone
from vtn.paging import Page
from vtn.polling import keys
from vtn.polling.answers import Answer
from vtn.polling.state import polling
from vtn.queries import answer_to, read_one
from vtn.visibility import Visibility


class NoSuchEvent(errors.NoSuchObject):
    """No event has this id, or none that the caller may see."""

    kind = "event"


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a list of events is narrowed to. `from_at` and `to_at` bound a half-open window that the event's span
    overlaps; `active` leaves out events that have ended."""

    asked: frozenset[str] | None = None
    program_id: str | None = None
    active: bool = False
    from_at: datetime | None = None
    to_at: datetime | None = None
    since: Since | None = None

    def windows(self, now: datetime) -> list[Period]:
        """Half-open stretches of time, all of which an event's span has to overlap."""
        still = Period(now, None) if self.active else None
        return [period for period in (bounded(self.from_at, self.to_at), still) if period is not None]


def visible_events(
    caller: Caller, wanted: EventFilter, *, page: Page, dialect: Dialect, now: datetime
) -> Answer:
    """A page of the events that the caller sees, oldest first, as the dialect writes them."""
    visibility = caller.visibility(wanted.asked)
    seen = polling().see(keys.list_dependencies("events", visibility, program_id=wanted.program_id or ""))
    windows = wanted.windows(now)
    if wanted.since is not None:
        body = _changed(wanted.since, wanted.program_id, windows, visibility, page, dialect)
        # The clock alone may end an event that is asked for as active, on any page.
        return answer_to(caller, body, seen, good_until=0.0 if wanted.active else float("inf"))
    found = pages.read(visibility, program_id=wanted.program_id, windows=windows, page=page, dialect=dialect)
    body = joined(((event.targets, event.literals, event.document) for event in found), visibility, dialect)
    return answer_to(
        caller, body, seen, good_until=_first_end(found, page) if wanted.active else float("inf")
    )


def _changed(
    since: Since,
    program_id: str | None,
    windows: list[Period],
    visibility: Visibility,
    page: Page,
    dialect: Dialect,
) -> bytes:
    """As a mirror wants it. A deleted event is told of whenever it was to take place."""
    events, deleted = Event.objects.visible_to(visibility), Tombstone.objects.visible_to(visibility)
    if program_id is not None:
        events, deleted = events.filter(program_id=program_id), deleted.inside("program", program_id)
    for window in windows:
        events = window.narrow(events)
    return changed_since(
        since,
        page,
        object_type="EVENT",
        objects=events,
        deleted=deleted,
        documents=partial(by_id, events, visibility, dialect),
    )


def visible_event(caller: Caller, event_id: str, dialect: Dialect) -> Answer:
    """One event. Raises `NoSuchEvent`."""
    answer = read_one(Event.objects.all(), "events", event_id, caller=caller, dialect=dialect)
    if answer is None:
        raise NoSuchEvent(event_id)
    return answer


def _first_end(found: list[pages.FoundEvent], page: Page) -> float:
    """When the clock alone changes a page of active events: as the first of them ends. What is on the pages
    before is not known here, so a later page is good for this moment only."""
    if page.skip:
        return 0.0
    return min((event.ends_at for event in found if event.ends_at is not None), default=float("inf"))
