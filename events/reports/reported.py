"""The event that a report is on. A fleet reports on few events, and on each of them often, so what a report has to know
of it is kept in memory, as answers are."""

from __future__ import annotations

from typing import NamedTuple

from vtn.polling import keys
from vtn.polling.answers import Kept, Seen
from vtn.polling.state import polling
from vtn.statements import prepared_cursor

_KEPT_BYTES = 1 << 20
_WEIGHT = 500  # bytes of an event beside its targets, roughly


class ReportedEvent(NamedTuple):
    """`seen` are versions read before the row."""

    program_id: str
    targets: list[str]
    seen: Seen


def reported_event(event_id: str) -> ReportedEvent | None:
    """None where there is none. No lock is taken, for a report outlives its event: it may as well come a moment before
    the event is changed. For the same reason a change on another host may be heard of a moment late."""
    state = polling()
    event = _kept.get(event_id) if state.may_keep else None
    if event is not None and state.still(event.seen):
        return event
    event = _read(event_id, state.see(keys.object_dependency("events", event_id)))
    if event is not None and state.may_keep:
        _kept.put(event_id, event)
    return event


def _read(event_id: str, seen: Seen) -> ReportedEvent | None:
    with prepared_cursor() as cursor:
        cursor.execute("SELECT program_id, targets FROM events_event WHERE id = %s", [event_id])
        row = cursor.fetchone()
    return None if row is None else ReportedEvent(row[0], row[1], seen)


def _weight(event_id: str, event: ReportedEvent) -> int:
    return _WEIGHT + sum(map(len, event.targets))


_kept: Kept[ReportedEvent] = Kept(_KEPT_BYTES, weigh=_weight)
