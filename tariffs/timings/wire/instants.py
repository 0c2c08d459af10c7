"""Moments in the layouts that the engine takes, of which some have a zone and others are read in ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from tariffs.timings.days import moment
from tariffs.timings.words import Clock
from vtn import errors

NOW: Final = "*now"
_MICRO = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE_TIME = (
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T ](?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
)
_FRACTION = r"(?:\.(?P<fraction>\d+))?"


class UnreadableInstant(errors.Invalid):
    """The text is in none of the layouts, or names a day or a time that there is not."""


# RFC 3339; the same without a colon in the offset; what Go prints, with the zone's name or its offset again; SQL's.
_LAYOUTS = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        _DATE_TIME + _FRACTION + r"(?P<offset>Z|[+-]\d\d:?\d\d)?",
        _DATE_TIME + _FRACTION + r" (?P<offset>[+-]\d{4}) (?:\w+|[+-]\d+)",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)"
        + _FRACTION,
        r"(?P<day>\d\d)[./](?P<month>\d\d)[./](?P<year>\d{4}) {1,2}(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)",
    )
]
# Digits alone are a count since 1970, in the unit that their number tells.
_UNITS: dict[int, Callable[[int], timedelta]] = {
    10: lambda count: timedelta(seconds=count),
    13: lambda count: timedelta(milliseconds=count),
    16: lambda count: timedelta(microseconds=count),
    19: lambda count: timedelta(microseconds=count // 1_000 + (count % 1_000_000_000 in range(1, 1_000))),
}
_LATER = re.compile(
    r"\+(?=\d)(?:(?P<hours>\d{1,6})h)?(?:(?P<minutes>\d{1,6})m)?(?:(?P<seconds>\d{1,6})s)?", re.ASCII
)


def parse_instant(text: str, zone: ZoneInfo, *, now: datetime) -> datetime:
    """A moment in the zone that the text names, or in this one. Raises `UnreadableInstant`.

    What is finer than a microsecond is cut off. But no rule looks at more than whether a moment is exactly on the
    second, so that a second and a nanosecond counts as a second and a microsecond.
    """
    text = text.strip()
    if text == NOW:
        return now.astimezone(zone)
    if later := _LATER.fullmatch(text):
        return (
            now + timedelta(**{unit: int(count or 0) for unit, count in later.groupdict().items()})
        ).astimezone(zone)
    if text.isascii() and text.isdigit() and len(text) in _UNITS:
        return (_EPOCH + _UNITS[len(text)](int(text))).astimezone(zone)
    for layout in _LAYOUTS:
        if match := layout.fullmatch(text):
            return _moment(match.groupdict(), zone, text)
    raise UnreadableInstant("Unsupported time format")


def _moment(parts: dict[str, str | None], zone: ZoneInfo, text: str) -> datetime:
    year, month, day, hour, minute, second = (
        int(parts[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    offset = _offset(parts.get("offset"))
    try:
        # Only to see that there is such a day and such a time.
        local = datetime(year, month, day, hour, minute, second)
        fraction = _micros(parts.get("fraction") or "") * _MICRO
        if offset is not None:
            return local.replace(tzinfo=offset) + fraction
        at = moment(date(year, month, day), Clock(hour, minute, second), zone)
        return (at + fraction).astimezone(zone)
    except (ValueError, OverflowError):
        raise UnreadableInstant(f'parsing time "{text}": out of range') from None


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if length >= timedelta(days=1):
        raise UnreadableInstant(f"there is no offset {text}")
    return timezone(-length if text[0] == "-" else length)


def _micros(fraction: str) -> int:
    micros, rest = int(fraction[:6].ljust(6, "0")), fraction[6:].strip("0")
    return 1 if rest and not micros else micros
