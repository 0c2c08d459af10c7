"""Which windows apply at a moment or in a period, with the repetitions of an event worked out.

A pass that is repeated fills the whole distance between two repetitions and no more, so passes never overlap:
only one of them has to be looked at for a moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count, islice

from events.timeline.windows import Schedule, Window, cut


def in_force(schedule: Schedule, at: datetime) -> list[Window]:
    """The windows that a moment lies in, in list order. An instant is never in force."""
    turn = _turn(schedule, at)
    folded = at - _shift(schedule, turn)
    hits = [window for window in schedule.windows if _contains(window, folded)]
    return [window for window in _moved(schedule, hits, turn) if _contains(window, at)]


def occurrences(schedule: Schedule, *, from_at: datetime, to_at: datetime, limit: int) -> Iterator[Window]:
    """The windows that overlap a half-open period, by start; instants too. No more than `limit`, because a
    short pass that repeats for ever has any number of them."""
    by_start = sorted(schedule.windows, key=lambda window: window.starts_at)
    # One turn early: an instant at the end of a pass falls together with the start of the next.
    first = max(_turn(schedule, from_at) - 1, 0)
    return islice(_overlapping(_turns(schedule, by_start, first), from_at, to_at), limit)


def edges(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """The moments from this one's turn on at which windows begin and end, turn by turn in order."""
    for turn in _turns(schedule, schedule.windows, _turn(schedule, after)):
        bounds = {bound for window in turn for bound in (window.starts_at, window.ends_at)}
        yield from sorted(bound for bound in bounds if bound is not None)


def passes(schedule: Schedule, *, limit: int) -> Iterator[Window]:
    """All windows from the beginning, pass by pass in list order, no more than `limit`: for readers that know
    neither event.duration nor repetition."""
    turns = _turns(schedule, schedule.windows, 0)
    return islice((window for turn in turns for window in turn), limit)


def _contains(window: Window, moment: datetime) -> bool:
    return window.starts_at <= moment and (window.ends_at is None or moment < window.ends_at)


def _overlapping(turns: Iterable[list[Window]], from_at: datetime, to_at: datetime) -> Iterator[Window]:
    for turn in turns:
        for window in turn:
            if window.starts_at >= to_at:
                return
            if window.ends_at is None or from_at < window.ends_at or from_at <= window.starts_at:
                yield window


def _turns(schedule: Schedule, windows: Iterable[Window], first: int) -> Iterator[list[Window]]:
    """The windows of one turn after the other, until the event ends or the calendar does."""
    windows = list(windows)
    for turn in count(first) if schedule.every else (0,):
        try:
            moved = list(_moved(schedule, windows, turn))
        except OverflowError:
            return
        if not moved:
            return
        yield moved


def _moved(schedule: Schedule, windows: Iterable[Window], turn: int) -> Iterator[Window]:
    """Windows of the first pass where they lie in a later one, cut off at the end of the event."""
    if schedule.every is None:
        yield from windows
        return
    shift = _shift(schedule, turn)
    moved = (
        window._replace(starts_at=window.starts_at + shift, ends_at=_later(window.ends_at, shift))
        for window in windows
    )
    yield from cut(moved, schedule.ends_at)


def _turn(schedule: Schedule, at: datetime) -> int:
    if schedule.every is None or schedule.starts_at is None:
        return 0
    return max((at - schedule.starts_at) // schedule.every, 0)


def _shift(schedule: Schedule, turn: int) -> timedelta:
    return (schedule.every or timedelta(0)) * turn


def _later(moment: datetime | None, shift: timedelta) -> datetime | None:
    """None, which is never, also when the calendar ends before."""
    try:
        return None if moment is None else moment + shift
    except OverflowError:
        return None
