"""A week as a table of days and half hours that says what applies when: for people, on pages of the admin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from vtn.local_time import moments_of

_STEP = timedelta(minutes=30)
_STEPS = 48
_DAYS = 7
# As many as the style sheet tells apart; the text says it all, whatever the tone.
_TONES = 8

Spans = Mapping[str, Iterable[tuple[datetime, datetime]]]


@dataclass(frozen=True)
class Cell:
    """What applies in some half hours that follow each other, `rows` of them. Where clocks skip them, nothing can."""

    names: tuple[str, ...]
    is_skipped: bool
    rows: int = 1
    tone: int = 0  # 0 where nothing applies; equal for what says the same


@dataclass(frozen=True)
class Row:
    """A half hour by its begin, with those cells that begin there."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class WeekGrid:
    zone: str
    days: tuple[date, ...]
    rows: tuple[Row, ...]


def monday_of(day: date) -> date:
    """That of its week."""
    return day - timedelta(days=day.weekday())


def week_grid(monday: date, zone: ZoneInfo, spans: Spans) -> WeekGrid:
    """The seven days from this one, by the clocks of a zone. `spans` are texts with the periods in which they apply;
    what applies in a part of a half hour is shown in all of it, and so is what applies in one of two that clocks show
    alike."""
    kept = {name: tuple(each) for name, each in spans.items()}
    days = tuple(monday + timedelta(days=number) for number in range(_DAYS))
    columns = [[_cell(day, step, zone, kept) for step in range(_STEPS)] for day in days]
    tones = _tones(columns)
    joined = [dict(_joined(column, tones)) for column in columns]
    rows = tuple(
        Row(f"{_begin(step):%H:%M}", tuple(column[step] for column in joined if step in column))
        for step in range(_STEPS)
    )
    return WeekGrid(zone.key, days, rows)


def _cell(
    day: date, step: int, zone: ZoneInfo, spans: Mapping[str, tuple[tuple[datetime, datetime], ...]]
) -> Cell:
    moments = moments_of(datetime.combine(day, _begin(step)), zone)
    names = tuple(
        name
        for name, periods in spans.items()
        if any(start < at + _STEP and at < end for at in moments for start, end in periods)
    )
    return Cell(names, is_skipped=not moments)


def _begin(step: int) -> time:
    return time(step // 2, step % 2 * 30)


def _tones(columns: list[list[Cell]]) -> dict[tuple[str, ...], int]:
    """A tone for each set of names, in the order in which they first come up."""
    sets = dict.fromkeys(cell.names for column in columns for cell in column if cell.names)
    return {names: place % _TONES + 1 for place, names in enumerate(sets)}


def _joined(column: list[Cell], tones: Mapping[tuple[str, ...], int]) -> Iterator[tuple[int, Cell]]:
    """The cells of a day by where they begin, with equal ones joined."""
    at = 0
    for cell, equal in groupby(column):
        rows = sum(1 for _ in equal)
        yield at, Cell(cell.names, cell.is_skipped, rows, tones.get(cell.names, 0))
        at += rows
