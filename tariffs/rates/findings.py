"""What is wrong with a tariff over a time: when no rate applies, when two do, and which never do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from tariffs.rates.book import RateBook, rate_windows
from tariffs.rates.curve import Rate, Stretch, curve
from tariffs.stretches import by_day
from vtn.local_time import midnight

_DAY = timedelta(days=1)


class Fault(StrEnum):
    UNKNOWN_TIMING = "unknown timing"
    GAP = "gap"
    CONTESTED = "contested"
    NEVER = "never applies"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, and on which local days it is there at these hours of the local clock (of a whole version: none).
    `tags` are the timings that it is about."""

    fault: Fault
    tags: tuple[str, ...]
    hours: str
    days: tuple[date, ...]

    @property
    def keeps_from_publishing(self) -> bool:
        return self.fault is not Fault.NEVER

    @property
    def text(self) -> str:
        """One line for a member of staff."""
        named = " and ".join(self.tags)
        when = f"{self.hours} on {_listed(self.days)}"
        return {
            Fault.UNKNOWN_TIMING: f"There is no timing {named} in the tariff plan",
            Fault.GAP: f"No rate applies {when}",
            Fault.CONTESTED: f"{named} have the same weight and the same start, and other values, {when}",
            Fault.NEVER: f"The rate of {named} never applies {_period(self.days)}",
        }[self.fault]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a stretch inside one local day."""

    starts_at: datetime
    ends_at: datetime
    stretch: Stretch

    def between(self, from_at: datetime, to_at: datetime) -> _Piece:
        return _Piece(from_at, to_at, self.stretch)


def findings(book: RateBook, since: date, days: int = 366) -> list[Finding]:
    """Over so many local days: what keeps days from being published first, and of equal kind the earliest first."""
    until = since + days * _DAY
    found = [finding for period in _periods(book, since, until) for finding in _in_period(book, *period)]
    faults = list(Fault)
    return sorted(found, key=lambda each: (faults.index(each.fault), each.days[0], each.hours))


def _periods(book: RateBook, since: date, until: date) -> Iterator[tuple[tuple[Rate, ...], date, date]]:
    """With one version each."""
    edges = [since, *(day for day, _ in book.versions if since < day < until), until]
    for first, end in pairwise(edges):
        yield book.rates_on(first), first, end


def _in_period(book: RateBook, rates: tuple[Rate, ...], first: date, end: date) -> Iterator[Finding]:
    ends, first_and_last = (midnight(first, book.zone), midnight(end, book.zone)), (first, end - _DAY)
    unknown = book.unknown_tags(rates)
    for tag in unknown:
        yield Finding(Fault.UNKNOWN_TIMING, (tag,), "", first_and_last)
    known = [rate for rate in rates if rate.tag not in unknown]
    found = curve({rate: rate_windows(book.timing(rate), *ends, book.zone) for rate in known}, *ends)
    yield from _by_hours(book, Fault.GAP, [each for each in found if each.is_gap])
    yield from _by_hours(book, Fault.CONTESTED, [each for each in found if each.is_contested])
    applying = {rate.tag for each in found for rate in each.rates}
    for rate in known:
        if rate.tag not in applying:
            yield Finding(Fault.NEVER, (rate.tag,), "", first_and_last)


def _by_hours(book: RateBook, fault: Fault, stretches: list[Stretch]) -> Iterator[Finding]:
    """One finding for all days on which it is the same."""
    same: dict[tuple[tuple[str, ...], str], list[date]] = {}
    pieces = [_Piece(each.starts_at, each.ends_at, each) for each in stretches]
    for day, parts in by_day(pieces, book.zone).items():
        for part in parts:
            tags = tuple(sorted(rate.tag for rate in part.stretch.rates))
            same.setdefault((tags, _hours(part, day, book)), []).append(day)
    for (tags, hours), days in same.items():
        yield Finding(fault, tags, hours, tuple(days))


def _hours(part: _Piece, day: date, book: RateBook) -> str:
    start, end = part.starts_at.astimezone(book.zone), part.ends_at.astimezone(book.zone)
    if part.starts_at == midnight(day, book.zone) and part.ends_at == midnight(day + _DAY, book.zone):
        return "all day"
    shown = f"{end:%H:%M:%S}".removesuffix(":00")
    until = "24:00" if part.ends_at == midnight(day + _DAY, book.zone) else shown
    return f"from {f'{start:%H:%M:%S}'.removesuffix(':00')} to {until}"


def _listed(days: tuple[date, ...]) -> str:
    if len(days) == 1:
        return f"{days[0]:%a} {days[0]}"
    return f"{len(days)} days, first {days[0]:%a} {days[0]}, last {days[-1]:%a} {days[-1]}"


def _period(days: tuple[date, ...]) -> str:
    return f"from {days[0]} to {days[-1]}"
