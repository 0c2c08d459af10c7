"""When a timing is active: at a moment, as the engine of CGRateS answers, and over time as windows.

The rules are those of its `IsActiveAt`. Each list that is not empty restricts, all of them together; a timing is active
on such a day from its start until its end, and never over midnight.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tariffs.timings.days import FIRST_YEAR, LAST_YEAR, Day, days_of, moment
from tariffs.timings.words import Clock, Timing

# A 29 February that is a Monday may be 40 years away, when a century without one comes between.
_LONGEST_WAIT = 41
_EARLIEST, _LATEST = datetime(FIRST_YEAR, 1, 2, tzinfo=UTC), datetime(LAST_YEAR, 12, 30, tzinfo=UTC)
_MIDNIGHT, _DAY = timedelta(0), timedelta(days=1)


class Window(NamedTuple):
    """A period in which a timing is active: half-open, in UTC, inside one local day."""

    start: datetime
    end: datetime


def is_active(timing: Timing, at: datetime) -> bool:
    """What today's engine answers. `at` is read in its own zone.

    The moment of the end is active still, and the microsecond after it is not. The calendar's first and last years are
    out of reach: nothing is active in them.
    """
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        return False
    if not _is_on(timing, at.year, at.month, at.day, at.isoweekday() % 7):
        return False
    zone = at.tzinfo
    assert zone is not None, "a moment has a zone"
    moment_at = at.astimezone(UTC)
    if timing.start is not None and moment_at < moment(at.date(), timing.start, zone):
        return False
    return timing.end is None or moment_at <= moment(at.date(), timing.end, zone)


def was_active_in_2013(timing: Timing, at: datetime) -> bool:
    """What the engine of July 2013 answered: no end, no fractions of a second, and clocks compared by what they
    show."""
    if not _is_on(timing, at.year, at.month, at.day, at.isoweekday() % 7):
        return False
    return timing.start_in_2013 is None or (at.hour, at.minute, at.second) >= timing.start_in_2013


def windows(timing: Timing, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Window]:
    """Those that overlap the period from `since` until `until`, whole and in order, one for each local day.

    Interpretation: the engine counts the very moment of an end as active, and nothing after it. A window ends there,
    so that of two that meet one is in force. One that ends as it starts is none.
    """
    if timing.is_schedule or since >= until:
        return
    since, until = max(since.astimezone(UTC), _EARLIEST), min(until.astimezone(UTC), _LATEST)
    # Of a plain day both edges are a sum. A year of a tariff is ten thousand of these.
    start, end = _since_midnight(timing.start, _MIDNIGHT), _since_midnight(timing.end, _DAY)
    for day in _days(timing, since, until, zone):
        if day.is_plain:
            starts_at, ends_at = day.starts_at + start, day.starts_at + end
        else:
            starts_at, ends_at = _edges(timing, day, zone)
        if starts_at < until and ends_at > since and starts_at < ends_at:
            yield Window(starts_at, ends_at)


def next_start(timing: Timing, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first start later than this, or None: there is none."""
    return next((window.start for window in _from(timing, after, zone) if window.start > after), None)


def next_end(timing: Timing, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first end later than this, or None: there is none. A window that meets the next one ends all the same."""
    return next((window.end for window in _from(timing, after, zone)), None)


def _from(timing: Timing, after: datetime, zone: ZoneInfo) -> Iterator[Window]:
    if not timing.years:
        return windows(timing, after, _in_year(after.year + _LONGEST_WAIT), zone)
    return windows(timing, after, _in_year(max(timing.years) + 2), zone)


def _in_year(year: int) -> datetime:
    return datetime(max(FIRST_YEAR, min(year, LAST_YEAR)), 1, 1, tzinfo=UTC)


def _is_on(timing: Timing, year: int, month: int, day: int, week_day: int) -> bool:
    return (
        (not timing.years or year in timing.years)
        and (not timing.months or month in timing.months)
        and (not timing.month_days or day in timing.month_days)
        and (not timing.week_days or week_day in timing.week_days)
    )


def _days(timing: Timing, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Day]:
    """The local days that touch the period and that the lists allow."""
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    for year in range(max(first.year, FIRST_YEAR), min(last.year, LAST_YEAR) + 1):
        if timing.years and year not in timing.years:
            continue
        begin = first.timetuple().tm_yday - 1 if year == first.year else 0
        end = last.timetuple().tm_yday if year == last.year else None
        yield from _allowed(timing, islice(days_of(year, zone), begin, end))


def _allowed(timing: Timing, days: Iterator[Day]) -> Iterator[Day]:
    """`_is_on` for many days, each list turned into a set once."""
    months = frozenset(timing.months or range(1, 13))
    month_days = frozenset(timing.month_days or range(1, 32))
    week_days = frozenset(timing.week_days or range(7))
    return (
        day for day in days if day.month in months and day.day in month_days and day.week_day in week_days
    )


def _edges(timing: Timing, day: Day, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, end = day.starts_at, day.ends_at
    if timing.start is not None:
        start = max(start, day.at(timing.start, zone))
    if timing.end is not None:
        end = min(end, day.at(timing.end, zone))
    return start, end


def _since_midnight(clock: Clock | None, otherwise: timedelta) -> timedelta:
    """Never outside the day."""
    if clock is None:
        return otherwise
    return max(_MIDNIGHT, min(_DAY, timedelta(seconds=clock.seconds)))
