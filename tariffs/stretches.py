"""Periods with something in them, laid over each other and divided into local days."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Protocol, Self, TypeVar
from zoneinfo import ZoneInfo

from vtn.local_time import midnight


class Part(Protocol):
    """A half-open period, such as a price or a slot, and what it would be if it were shorter."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...

    def between(self, from_at: datetime, to_at: datetime) -> Self: ...


AnyPart = TypeVar("AnyPart", bound=Part)


def overlaid(below: Iterable[AnyPart], above: Sequence[AnyPart]) -> tuple[AnyPart, ...]:
    """Both by time, with those above wherever both would apply. Each is by time and free of overlaps itself."""
    ends = [part.ends_at for part in above]
    seen = [rest for part in below for rest in _uncovered(part, above, ends)]
    return tuple(sorted([*seen, *above], key=lambda part: part.starts_at))


def by_day(parts: Iterable[AnyPart], zone: ZoneInfo) -> dict[date, tuple[AnyPart, ...]]:
    """Those of each local day. One that goes on across midnight is divided there."""
    days: dict[date, list[AnyPart]] = {}
    for part in parts:
        for day, piece in divided(part, zone):
            days.setdefault(day, []).append(piece)
    return {day: tuple(pieces) for day, pieces in days.items()}


def divided(part: AnyPart, zone: ZoneInfo) -> Iterator[tuple[date, AnyPart]]:
    at = part.starts_at
    while at < part.ends_at:
        day = at.astimezone(zone).date()
        until = min(part.ends_at, midnight(day + timedelta(days=1), zone))
        yield day, part.between(at, until)
        at = until


def _uncovered(part: AnyPart, above: Sequence[AnyPart], ends: list[datetime]) -> Iterator[AnyPart]:
    """The parts of one that none of those above covers; `ends` are the ends of these."""
    at = part.starts_at
    for cover in islice(above, bisect_right(ends, at), None):
        if cover.starts_at >= part.ends_at:
            break
        if cover.starts_at > at:
            yield part.between(at, cover.starts_at)
        at = cover.ends_at
    if at < part.ends_at:
        yield part.between(at, part.ends_at)
