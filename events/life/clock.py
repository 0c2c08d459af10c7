"""Turns each boundary in the life of an event into a change like any other, so that whoever follows the event follows
the clock as well.

What was missed while nobody looked is made up for, in order and once: the row of an event says how far its life has
come. An event that has missed more than `MOST_MISSED` boundaries, as one whose intervals of seconds repeat has after a
night, is told once what it does now, and what it did meanwhile is left out: to tell that would keep everybody from
hearing what holds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import islice

from django.db import InterfaceError, OperationalError, transaction

from events.life.models import Turn
from events.life.moments import Life
from events.models import Event
from vtn import publishing
from vtn.caller import Caller
from vtn.documents import recorded
from vtn.publishing import Kind, Operation, Write
from vtn.wire import body

logger = logging.getLogger(__name__)

CLOCK = Caller.staff("the clock")
MOST_MISSED = 1_000
# An event with which something is wrong is looked at again after this.
PUT_OFF = timedelta(minutes=1)
_EVENT = Kind("EVENT", "events")


def turn(*, now: datetime, at_a_time: int = 100, run_for: float = 2.0) -> int:
    """Sees to the events that are due, the earliest first, until none is left or `run_for` seconds are over; tells how
    many that were. Others may do so as well. So many at a time share a transaction, for which their writers wait."""
    stop_at = time.monotonic() + run_for
    turned, passed = 0, set[str]()
    while ids := _due(now, passed, most=at_a_time):
        number = _turned(ids, now)
        turned += number
        if not number:
            # All in other hands, or put off.
            passed.update(ids)
        if time.monotonic() >= stop_at:
            break
    return turned


def _due(now: datetime, passed: Collection[str], *, most: int) -> list[str]:
    due = Turn.objects.filter(due_at__lte=now).exclude(event_id__in=passed)
    return list(due.order_by("due_at").values_list("event_id", flat=True)[:most])


def _turned(ids: Collection[str], now: datetime) -> int:
    """How many were seen to. Where something is wrong with one of them, the clock goes on for all others."""
    try:
        return _turn(ids, now)
    except (OperationalError, InterfaceError):
        raise  # the database is away; nothing is wrong with the events
    except Exception:
        if len(ids) > 1:
            return sum(_turned([each], now) for each in ids)
        logger.exception("The clock, on event %s", *ids)
        Turn.objects.filter(event_id__in=ids, due_at__lte=now).update(due_at=now + PUT_OFF)
        return 0


@transaction.atomic
def _turn(ids: Collection[str], now: datetime) -> int:
    """Events are locked before their turns, as by all who write them: what is recorded of one keeps its order."""
    events = Event.objects.select_for_update(skip_locked=True).in_bulk(ids)
    _forget_gone(set(ids) - set(events))
    turns = Turn.objects.select_for_update(skip_locked=True).filter(event_id__in=events, due_at__lte=now)
    seen_to: list[Turn] = []
    written = 0
    for turn in turns.order_by("due_at"):
        if written >= MOST_MISSED:
            break
        written += _see_to(turn, events[turn.event_id], now)
        seen_to.append(turn)
    # All of them are there: of the ways to update many rows, this is the one that costs next to nothing.
    Turn.objects.bulk_create(
        seen_to, update_conflicts=True, unique_fields=["event_id"], update_fields=["turned_at", "due_at"]
    )
    return len(seen_to)


def _forget_gone(ids: Collection[str]) -> None:
    """Others are locked by a writer, whose change is told in a moment."""
    still_there = Event.objects.filter(id__in=ids).values_list("id", flat=True)
    Turn.objects.filter(event_id__in=set(ids) - set(still_there)).delete()


def _see_to(turn: Turn, event: Event, now: datetime) -> int:
    """Records the boundaries since the last turn, and says when the next one is; how many that were."""
    life = Life(body.decode_text(recorded(event)))
    # The relay may not have told of the last edit yet. What the event does since then is news; what it would have
    # done before, had it been written like this, never was.
    since = max(turn.turned_at, event.modified_at)
    missed = _missed(life, since, now)
    for boundary in missed:
        _record(event, life, boundary)
    turn.turned_at = missed[-1] if missed else max(since, now)
    turn.due_at = life.next_after(turn.turned_at)
    return len(missed)


def _missed(life: Life, since: datetime, now: datetime) -> list[datetime]:
    """The moments of which nobody was told."""
    missed = list(islice(life.boundaries(since, now), MOST_MISSED + 1))
    return missed if len(missed) <= MOST_MISSED else [now]


def _record(event: Event, life: Life, boundary: datetime) -> None:
    publishing.record(
        _EVENT,
        event.id,
        Write(Operation.PHASE, CLOCK, boundary),
        before=None,
        after=body.encode_text(life.shown(boundary)),
        # Nothing that anybody can poll has changed.
        moves=(),
        program_id=event.program_id,
        literals=event.literals,
    )
