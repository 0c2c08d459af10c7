"""A timing as the engine of July 2013 gave it back: its lists read and written anew, its time verbatim."""

from __future__ import annotations

from typing import Any

from tariffs.timings.content import TimingContent
from tariffs.timings.words import SEPARATOR, number, week_day

_ALL, _NONE = "*all", "*none"
_MONTHS = tuple(range(1, 13))
_MONTH_DAYS = tuple(range(1, 32))
_WEEK_DAYS = (1, 2, 3, 4, 5, 6, 0)


def render(content: TimingContent) -> dict[str, Any]:
    """In the order of the engine's struct. `6;7` comes back as `6;0`, and what says nothing as `*all` or `*none`."""
    return {
        "TPid": content.tpid,
        "TimingId": content.tag,
        "Years": _written(_read(content.years, full=()), empty=_ALL),
        "Months": _restricting(_read(content.months, full=_MONTHS), _MONTHS),
        "MonthDays": _restricting(_read(content.month_days, full=_MONTH_DAYS), _MONTH_DAYS),
        "WeekDays": _restricting(tuple(map(week_day, _read(content.week_days, full=_WEEK_DAYS))), _WEEK_DAYS),
        "Time": content.time,
    }


def _read(text: str, *, full: tuple[int, ...]) -> tuple[int, ...]:
    """What `*all` stands for, or the items that are numbers, in their order and with their repeats."""
    if text == _ALL:
        return full
    return tuple(value for item in text.split(SEPARATOR) if (value := number(item)) is not None)


def _restricting(values: tuple[int, ...], full: tuple[int, ...]) -> str:
    return _ALL if values == full else _written(values, empty=_NONE)


def _written(values: tuple[int, ...], *, empty: str) -> str:
    return SEPARATOR.join(map(str, values)) or empty
