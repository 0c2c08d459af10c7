"""Date-times and durations as OpenADR writes them, turned into values that can be reckoned with."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

from dateutil.relativedelta import relativedelta


class Now(enum.Enum):
    """The type of NOW, so that a checker can tell it from a datetime."""

    NOW = "now"


# What a start "at the beginning of time" parses to. Which moment it stands for is for the reader to say.
NOW: Final = Now.NOW
# How NOW is written where we have to write it: a date-time that libraries for RFC 3339 can read, which a bare date
# and year 0 are not.
SENTINEL: Final = "0001-01-01T00:00:00Z"

# The pattern of `duration` in the YAML; used with fullmatch, because `$` also matches before a final newline,
# and with ASCII, because there `\d` means 0 to 9.
_DURATION = re.compile(
    r"(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
# RFC 3339 §5.6, which lets T and Z be lower case and T be a space.
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:)(\d\d)((?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d))", re.ASCII
)
# Interpretation: 'If intervalPeriod.start is "0001-01-01" or "0001-01-01T00:00:00" ("the beginning of time")'
# (User Guide 3.1.0 §7.3); 3.0.1 says 0000-00-00 and the 3.1.0 change log 0000-01-01. Clients write all three,
# cut short or completed to a date-time, so all of them are taken, at midnight and without a real offset.
_NOW = re.compile(r"(0000-00-00|000[01]-01-01)([Tt ]00:00(:00(\.0+)?)?([Zz]|[+-]00:00)?)?", re.ASCII)

# No moment or duration that means anything is as long; Python's own limit for numbers is further off.
_LONGEST_TEXT = 128
_SECONDS_PER_YEAR = 31_556_952  # 365.2425 days
_INFINITY = 9999 * _SECONDS_PER_YEAR


@dataclass(frozen=True)
class Duration:
    """A length of time in the units it was written in; a month is as long as the calendar makes it."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: Decimal = Decimal(0)

    @cached_property
    def is_infinite(self) -> bool:
        """9999 years or more, whatever the spelling: the standard's infinity is P9999Y."""
        return (12 * self.years + self.months) * _SECONDS_PER_YEAR // 12 + self._exact_seconds >= _INFINITY

    @cached_property
    def is_zero(self) -> bool:
        return not (self.years or self.months or self._exact_seconds)

    def added_to(self, moment: datetime) -> datetime | None:
        """The moment this much later, or None when that lies beyond the calendar's last year: never. Infinity
        does so from any moment."""
        try:
            if self.years or self.months:
                moment += relativedelta(years=self.years, months=self.months)
            return moment + self._exact_length
        except (OverflowError, ValueError):
            return None

    @cached_property
    def _exact_seconds(self) -> Decimal:
        whole = (self.weeks * 7 + self.days) * 86_400 + self.hours * 3_600 + self.minutes * 60
        return whole + self.seconds

    @cached_property
    def _exact_length(self) -> timedelta:
        return timedelta(microseconds=int((self._exact_seconds * 1_000_000).to_integral_value()))


@lru_cache(maxsize=4096)
def parse_duration(text: str) -> Duration:
    """A duration by the pattern of the YAML. ValueError, with a text for the client, for anything else and
    for negative ones: nothing in OpenADR runs backwards."""
    match = _DURATION.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise ValueError(f"{_quoted(text)} is not an ISO 8601 duration such as PT1H or P1DT12H")
    sign, years, months, days_or_weeks, unit, hours, minutes, seconds = match.groups()
    if sign:
        raise ValueError(f"{_quoted(text)} is negative; a duration must not be")
    return Duration(
        years=int(years or 0),
        months=int(months or 0),
        weeks=int(days_or_weeks) if unit == "W" else 0,
        days=int(days_or_weeks) if unit == "D" else 0,
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=Decimal(seconds or 0),
    )


@lru_cache(maxsize=4096)
def parse_moment(text: str) -> datetime | Now:
    """An RFC 3339 date-time with an offset, in UTC and cut to microseconds; NOW for "the beginning of time".

    ValueError, with a text for the client, for anything else.
    """
    if len(text) > _LONGEST_TEXT:
        raise _not_a_moment(text)
    if _NOW.fullmatch(text):
        return NOW
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise _not_a_moment(text)
    minute, seconds, rest = match.groups()
    try:
        if seconds == "60":
            return _leap_second(minute, rest)
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _not_a_moment(text) from None


def _leap_second(minute: str, rest: str) -> datetime:
    """Python has no 23:59:60, so it becomes the second that follows."""
    moment = datetime.fromisoformat(f"{minute}59{rest}".upper()).astimezone(UTC)
    if (moment.hour, moment.minute) != (23, 59):
        raise ValueError("leap seconds end a day of UTC")
    return moment + timedelta(seconds=1)


def _not_a_moment(text: str) -> ValueError:
    return ValueError(
        f"{_quoted(text)} is not an RFC 3339 date-time with an offset, such as 2023-06-15T09:30:00Z"
    )


def _quoted(text: str) -> str:
    return f"'{text}'" if len(text) <= 40 else f"'{text[:40]}…'"


def iso_duration(length: timedelta) -> str:
    """A length of time in the largest unit that divides it."""
    seconds, micros = divmod(length // timedelta(microseconds=1), 1_000_000)
    if micros:
        return f"PT{seconds}.{micros:06}".rstrip("0") + "S"
    for unit, suffix in ((3_600, "H"), (60, "M")):
        if seconds % unit == 0:
            return f"PT{seconds // unit}{suffix}"
    return f"PT{seconds}S"
