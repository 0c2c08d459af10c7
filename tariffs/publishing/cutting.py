"""A day's slots in the pieces that a publication wants: as few as can be, or one for each hour or quarter hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import models

from tariffs.publishing.slots import Slot
from vtn import errors

_QUARTER = timedelta(minutes=15)


class Cut(models.TextChoices):
    MERGED = "merged", "as few intervals as there can be"
    HOURS = "hours", "an interval for each hour"
    QUARTERS = "quarters", "an interval for each quarter hour"


class ChangesWithin(errors.Invalid):
    """The value changes within what is to be one interval."""


def cut_up(slots: Sequence[Slot], cut: Cut, zone: ZoneInfo) -> tuple[Slot, ...]:
    """Slots that follow each other, cut anew. The hours are those of local clocks: 23 or 25 of them on the days of most
    clock changes; where clocks change by half an hour, the one that it happens in is longer.

    Raises `ChangesWithin` rather than give an interval that is only true for a part of it.
    """
    fewest = tuple(_merged(slots))
    if cut is Cut.MERGED or not fewest:
        return fewest
    edges = _edges(fewest[0].starts_at, fewest[-1].ends_at, 60 if cut is Cut.HOURS else 15, zone)
    if astray := {slot.starts_at for slot in fewest}.difference(edges):
        at = min(astray).astimezone(zone)
        what = "an hour" if cut is Cut.HOURS else "a quarter hour"
        raise ChangesWithin(f"the rate changes at {at:%H:%M:%S} on {at:%Y-%m-%d}, within {what}")
    return tuple(_pieces(fewest, edges))


def _pieces(slots: Sequence[Slot], edges: Sequence[datetime]) -> Iterator[Slot]:
    coming = iter(slots)
    slot = next(coming)
    for at, to in pairwise(edges):
        if at >= slot.ends_at:
            slot = next(coming)
        yield slot.between(at, to)


def _merged(slots: Sequence[Slot]) -> Iterator[Slot]:
    last: Slot | None = None
    for slot in slots:
        if last is not None and last.ends_at == slot.starts_at and last.amounts == slot.amounts:
            last = last.between(last.starts_at, slot.ends_at)
            continue
        if last is not None:
            yield last
        last = slot
    if last is not None:
        yield last


# Many tariffs have the same day.
@lru_cache(maxsize=256)
def _edges(since: datetime, until: datetime, minutes: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments at which local clocks show a multiple of so many minutes, and both ends."""
    return since, *_between(since, until, minutes, zone), until


def _between(since: datetime, until: datetime, minutes: int, zone: ZoneInfo) -> Iterator[datetime]:
    at = since + _QUARTER
    while at < until:
        if at.astimezone(zone).minute % minutes == 0:
            yield at
        at += _QUARTER
