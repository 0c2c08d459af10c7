"""Which events are on, coming, and asked about: what the overview counts and draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import nlargest

from django.db.models import QuerySet

from events.models import Event
from events.reports.models import Report
from participants.fleet import EventFacts

BEFORE, AHEAD = timedelta(hours=2), timedelta(hours=22)
_SHOWN_EVENTS = 100
_LOOKED_AT = 1_000
_IN_TABLE = 5
_FACTS = ("modified_at", "id", "event_name", "program_id", "targets")


def active(now: datetime) -> QuerySet[Event]:
    """Those whose span has this moment in it."""
    return _overlapping(now, now, "[]")


def coming(now: datetime) -> QuerySet[Event]:
    """Those that begin within a day."""
    ahead = now + timedelta(days=1)
    return _overlapping(now, ahead, "[)").filter(span__startswith__gt=now)


def drawn(now: datetime) -> Sequence[Event]:
    """Those of the timeline, by program and begin; of very many, some."""
    found = _overlapping(now - BEFORE, now + AHEAD, "[)").select_related("program")
    columns = found.only("id", "event_name", "span", "priority", "program__program_name")
    return sorted(columns[:_SHOWN_EVENTS], key=lambda event: (event.program.program_name, _begins(event)))


def running(now: datetime) -> Sequence[EventFacts]:
    """The active events that were written last."""
    return _newest(active(now))


def awaiting_reports(now: datetime) -> Sequence[EventFacts]:
    """The newest events of the last day that ask for reports (3.1.0 Definition, `reportDescriptors`)."""
    recent = _overlapping(now - timedelta(days=1), now, "[]")
    return _newest(recent.filter(content__has_key="reportDescriptors").exclude(content__reportDescriptors=[]))


def facts_of(event_id: str) -> EventFacts | None:
    """What lists of VENs want to know of an event; None: there is none."""
    found = Event.objects.filter(id=event_id).values_list(*_FACTS).first()
    return None if found is None else _facts(*found)


def _overlapping(from_at: datetime, to_at: datetime, bounds: str) -> QuerySet[Event]:
    """By the index on spans, whose condition has to be stated (`events.models`)."""
    window = f"{bounds[0]}{from_at.isoformat()},{to_at.isoformat()}{bounds[1]}"
    return Event.objects.filter(id__gt="", span__overlap=window)


def _newest(events: QuerySet[Event]) -> Sequence[EventFacts]:
    """Where very many are on at once, only some are looked at. They are sorted here: PostgreSQL would go through all
    events there are by their last change, and see of each whether it is among these."""
    looked_at = events.values_list(*_FACTS)[:_LOOKED_AT]
    return [_facts(*facts) for facts in nlargest(_IN_TABLE, looked_at)]


def _facts(
    modified_at: datetime, event_id: str, name: str | None, program_id: str, targets: Sequence[str]
) -> EventFacts:
    return EventFacts(
        id=event_id,
        name=name or event_id,
        program_id=program_id,
        targets=tuple(targets),
        version_at=modified_at,
        reporters=Report.objects.filter(event_id=event_id).values("client_id"),
    )


def _begins(event: Event) -> float:
    return event.starts_at.timestamp() if event.starts_at else float("-inf")
