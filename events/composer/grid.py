"""The grid of an event: what was typed as intervals with their values, and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.composer import tables
from events.composer.local import label, length_of_day
from events.composer.spans import free, stepped
from events.composer.tables import BadTable, Fault
from events.composer.values import require_one_decimal_mark, texts_of, values_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cell:
    """An interval of the grid: when it is, in UTC, and a value of each type."""

    starts_at: datetime
    ends_at: datetime
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Intervals in their order. `step` is their length where all are as long and follow each other; None: each is as
    it says. `skipped` is a line that was taken for a header."""

    types: tuple[str, ...]
    step: timedelta | None
    cells: tuple[Cell, ...]
    skipped: str = field(default="", compare=False)

    @property
    def starts_at(self) -> datetime:
        return self.cells[0].starts_at

    @property
    def ends_at(self) -> datetime:
        return max(cell.ends_at for cell in self.cells)


def parse_grid(
    text: str,
    *,
    types: tuple[str, ...],
    step: timedelta | None,
    start: datetime | None,
    zone: ZoneInfo,
) -> Grid:
    """What was typed, from a start in UTC; without one, from the first time in it. Times that stand in it have to be
    those of the grid. Raises `BadTable`, which tells of every cell that is wrong."""
    table = tables.read(text, types)
    rows = table.rows
    faults: list[Fault] = []
    values = [values_of(row, types, faults) for row in rows]
    require_one_decimal_mark(rows, types, faults)
    spans = stepped(rows, step, start, zone, faults) if step else free(rows, start, zone, faults)
    if faults:
        raise BadTable(sorted(faults, key=lambda fault: fault.row or 0))
    cells = tuple(Cell(*span, of_row) for span, of_row in zip(spans, values, strict=True))
    return Grid(types, step, cells, table.skipped)


def format_grid(grid: Grid, zone: ZoneInfo) -> str:
    """The text that gives the grid again: a line for each interval, with its times where no step gives them."""
    lines = [_line(cell, zone, with_times=grid.step is None) for cell in grid.cells]
    return "\n".join(lines)


def remarks_on(grid: Grid, zone: ZoneInfo) -> list[str]:
    """What is not wrong, and may still be a mistake."""
    skipped = _("The first line is taken for the names of columns: %(line)s") % {"line": grid.skipped[:80]}
    return [*([skipped] if grid.skipped else []), *_on_length_of_day(grid, zone)]


def _on_length_of_day(grid: Grid, zone: ZoneInfo) -> list[str]:
    """24 hours from midnight where the clocks change."""
    begins = grid.starts_at.astimezone(zone)
    length = length_of_day(grid.starts_at, zone)
    if begins.time() != time() or length == _DAY or grid.ends_at - grid.starts_at != _DAY:
        return []
    said = {
        "day": f"{begins:%Y-%m-%d}",
        "hours": length // timedelta(hours=1),
        "end": label(grid.ends_at, zone),
    }
    return [
        _("%(day)s has %(hours)s hours, and these intervals have 24: the last one ends at %(end)s") % said
    ]


def _line(cell: Cell, zone: ZoneInfo, *, with_times: bool) -> str:
    times = [label(cell.starts_at, zone), label(cell.ends_at, zone)] if with_times else []
    return "\t".join([*times, *texts_of(cell.values)])
