"""The timing of an event in 3.0.1's words, which know no `event.duration` and want a start in every intervalPeriod."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from math import ceil
from typing import Any

from events.content import timing_of
from events.timeline import Schedule, Window, is_divided, passes, schedule
from vtn.wire import body
from vtn.wire.metadata import date_time
from vtn.wire.moments import NOW, SENTINEL, iso_duration, parse_moment
from vtn.wire.v301 import with_start

MEMBERS = ("intervalPeriod", "duration", "intervals")

_FOREVER = "P9999Y"

# A finite loop is written out as far as this goes: a year of hours, in a document of a size that polls can bear.
MOST_WRITTEN_OUT, MOST_BYTES = 10_000, 1 << 20


def says_the_same(written: dict[str, Any], stored: dict[str, Any], written_at: datetime) -> bool:
    """Whether what a 3.0.1 client wrote is how 3.0.1 shows what was stored then: then it did not mean to change it."""
    shown = timing_members(stored, schedule(timing_of(stored), now=written_at))
    return all(written.get(name) == shown.get(name) for name in ("intervalPeriod", "intervals"))


def timing_members(members: dict[str, Any], planned: Schedule) -> dict[str, Any]:
    """`intervalPeriod` where there is one, and `intervals`, which 3.0.1 requires."""
    starts = _known_starts(members, planned)
    if "duration" in members:
        return _written_out(members, planned, known=starts.keys())
    timing: dict[str, Any] = {
        "intervals": [
            _with_start(interval, starts.get(position))
            for position, interval in enumerate(members.get("intervals", ()))
        ]
    }
    if "intervalPeriod" in members:
        timing["intervalPeriod"] = _with_start(members, starts.get(0))["intervalPeriod"]
    return timing


def _written_out(members: dict[str, Any], planned: Schedule, *, known: Collection[int]) -> dict[str, Any]:
    """`event.duration` in 3.0.1's words: every pass of a finite loop with its times; of an endless one the first
    pass, in an event whose own duration is infinite ("goes on until changed", 3.0.1 User Guide §7.3)."""
    intervals = members.get("intervals", [])
    endless = planned.every is not None and planned.ends_at is None
    windows = planned.windows if endless else passes(planned, limit=_most(intervals))
    start = date_time(planned.starts_at) if 0 in known and planned.starts_at else SENTINEL
    period = {"start": start, **members.get("intervalPeriod", {})}
    if endless and intervals:
        period["duration"] = _FOREVER
    elif not planned.windows and timing_of(members).duration is not None:
        # The time of the event itself; with implied intervals, the period is theirs.
        period["duration"] = members["duration"]
    return {
        "intervalPeriod": period,
        "intervals": [
            _explicit(intervals[window.position], window, is_known=window.position in known)
            for window in windows
            if not window.is_implied
        ],
    }


def _most(intervals: list[dict[str, Any]]) -> int:
    """How many windows are written out: one pass in any case."""
    each = len(body.encode(intervals)) // max(len(intervals), 1) + 100  # its own intervalPeriod comes on top
    return max(len(intervals), min(MOST_WRITTEN_OUT, MOST_BYTES // each))


def _explicit(interval: dict[str, Any], window: Window, *, is_known: bool) -> dict[str, Any]:
    """An interval that needs no other to be understood."""
    period = {
        **interval.get("intervalPeriod", {}),
        "start": date_time(window.starts_at) if is_known else SENTINEL,
        "duration": _FOREVER if window.ends_at is None else iso_duration(window.ends_at - window.starts_at),
    }
    return {**interval, "intervalPeriod": period, "payloads": _payloads(interval["payloads"], window)}


def _payloads(payloads: list[dict[str, Any]], window: Window) -> list[dict[str, Any]]:
    """Where a window is cut off, those of several values that fall behind the cut go with it."""
    if window.ends_at is None or not window.length or window.ends_at - window.starts_at == window.length:
        return payloads
    left = (window.ends_at - window.starts_at) / window.length
    return [
        {**payload, "values": payload["values"][: ceil(left * len(payload["values"]))]}
        if is_divided(payload["type"])
        else payload
        for payload in payloads
    ]


def _known_starts(members: dict[str, Any], planned: Schedule) -> dict[int, datetime]:
    """The starts of the intervals from the first one on that hangs on a named moment; those before it start
    "now", whenever that is for their reader."""
    timed = [members, *members.get("intervals", ())]
    starts = [item.get("intervalPeriod", {}).get("start") for item in timed]
    named = [
        place for place, start in enumerate(starts) if start is not None and parse_moment(start) is not NOW
    ]
    if not named:
        return {}
    first = max(named[0] - 1, 0)
    return {window.position: window.starts_at for window in planned.windows if window.position >= first}


def _with_start(timed: dict[str, Any], start: datetime | None) -> dict[str, Any]:
    if "intervalPeriod" not in timed:
        return timed
    return with_start(timed, date_time(start) if start else SENTINEL)
