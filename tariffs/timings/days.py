"""The local days of a year as moments, so that a zone is asked once for a day and not once for each timing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tariffs.timings.words import Clock
from vtn.local_time import midnight

_DAY = timedelta(days=1)
# The calendar's own ends are not in reach: a zone's offset would lead out of it.
FIRST_YEAR, LAST_YEAR = 2, 9_998


class Day(NamedTuple):
    """A local day, from `starts_at` until `ends_at` (in UTC; equal where the zone left it out). `week_day` is 0 on
    Sundays. A plain day is 24 hours from its midnight, without a clock change."""

    year: int
    month: int
    day: int
    week_day: int
    starts_at: datetime
    ends_at: datetime
    is_plain: bool

    def at(self, clock: Clock, zone: tzinfo) -> datetime:
        """The moment in UTC at which a clock shows this time of this day."""
        return moment(date(self.year, self.month, self.day), clock, zone)


def moment(day: date, clock: Clock, zone: tzinfo) -> datetime:
    """As Go's time.Date settles it, on which the engine's answers depend.

    A time that clocks skip is moved by the change: forward where the zone is east of Greenwich (02:30 in Stockholm is
    03:30), back where it is west. One that they show twice is the second there, and the first here.
    """
    local = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=clock.seconds)
    return local - _offset(local - _offset(local, zone), zone)


@lru_cache(maxsize=64)
def days_of(year: int, zone: ZoneInfo) -> tuple[Day, ...]:
    """The days of a year in order. Interpretation: each is one piece. In Newfoundland, until 2011, a minute of the
    new day came before the last hour of the old one; it counts as the old one's."""
    first, following = date(year, 1, 1), date(year + 1, 1, 1)
    dates = [first + number * _DAY for number in range((following - first).days + 1)]
    moments = [midnight(day, zone) for day in dates]
    offsets = [_offset(at, zone) for at in moments]
    return tuple(
        Day(
            day.year,
            day.month,
            day.day,
            day.isoweekday() % 7,
            moments[place],
            moments[place + 1],
            _shows_midnight(day, moments[place], offsets[place]) and offsets[place] == offsets[place + 1],
        )
        for place, day in enumerate(dates[:-1])
    )


def _shows_midnight(day: date, at: datetime, offset: timedelta) -> bool:
    return at + offset == datetime(day.year, day.month, day.day, tzinfo=UTC)


def _offset(at: datetime, zone: tzinfo) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset
