"""An event's content and its grid: what the composer puts into an event, and what it can show of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from events.composer.grid import Cell, Grid
from events.composer.tables import MOST_ROWS
from events.content import timing_of
from events.timeline import schedule
from vtn.wire.metadata import date_time
from vtn.wire.moments import iso_duration

# What the grid says. Everything else that an event says stays as it is.
_TIMED = ("intervalPeriod", "intervals", "duration")


def with_grid(members: Mapping[str, Any], grid: Grid) -> dict[str, Any]:
    """The members with the grid in the place of what they said of time and values."""
    kept = {name: value for name, value in members.items() if name not in _TIMED}
    if grid.step is None:
        return {
            **kept,
            "intervals": [_as_it_says(place, cell, grid) for place, cell in enumerate(grid.cells)],
        }
    return {
        **kept,
        "intervalPeriod": {"start": date_time(grid.starts_at), "duration": iso_duration(grid.step)},
        "intervals": [
            {"id": place, "payloads": _payloads(cell, grid)} for place, cell in enumerate(grid.cells)
        ],
    }


def grid_of(members: Mapping[str, Any]) -> Grid | None:
    """The grid that gives these checked members again; None where they say more than a grid can: several values of one
    type, other types in each interval, points, seconds, intervals without end, or ones that are repeated."""
    intervals = members.get("intervals") or []
    if not intervals or len(intervals) > MOST_ROWS or _is_random(members):
        return None
    planned = schedule(timing_of(dict(members)), now=_NEVER_NAMED)
    if planned.every is not None or not planned.windows:
        return None
    types = tuple(payload["type"] for payload in intervals[0]["payloads"])
    cells = list(_cells(intervals, planned.windows, types))
    if not types or len(set(types)) != len(types) or None in cells:
        return None
    found = tuple(cell for cell in cells if cell is not None)
    return Grid(types, _step(found), found)


# Where "now" is written, or nothing, the moment depends on when the event is saved: no grid says that.
_NEVER_NAMED = datetime.fromisoformat("0002-01-01T00:00:00+00:00")


def _is_random(members: Mapping[str, Any]) -> bool:
    """A grid has no word for `randomizeStart`."""
    return any(
        "randomizeStart" in timed.get("intervalPeriod", {}) for timed in (members, *members["intervals"])
    )


def _cells(intervals: list[Any], windows: tuple[Any, ...], types: tuple[str, ...]) -> Iterator[Cell | None]:
    for window in windows:
        payloads = intervals[window.position]["payloads"]
        is_plain = (
            window.ends_at is not None
            and window.starts_at < window.ends_at
            and window.starts_at.year > _NEVER_NAMED.year
            and not any(moment.second or moment.microsecond for moment in (window.starts_at, window.ends_at))
            and tuple(payload["type"] for payload in payloads) == types
            and all(len(payload["values"]) == 1 for payload in payloads)
            and not any(isinstance(payload["values"][0], bool | dict) for payload in payloads)
        )
        values = tuple(payload["values"][0] for payload in payloads) if is_plain else ()
        yield Cell(window.starts_at, window.ends_at, values) if is_plain else None


def _step(cells: tuple[Cell, ...]) -> timedelta | None:
    length = cells[0].ends_at - cells[0].starts_at
    expected = [cells[0].starts_at + place * length for place in range(len(cells))]
    is_even = all(
        cell.starts_at == begins and cell.ends_at == begins + length
        for cell, begins in zip(cells, expected, strict=True)
    )
    return length if is_even and length >= timedelta(minutes=1) else None


def _as_it_says(place: int, cell: Cell, grid: Grid) -> dict[str, Any]:
    period = {"start": date_time(cell.starts_at), "duration": iso_duration(cell.ends_at - cell.starts_at)}
    return {"id": place, "intervalPeriod": period, "payloads": _payloads(cell, grid)}


def _payloads(cell: Cell, grid: Grid) -> list[dict[str, Any]]:
    return [
        {"type": payload_type, "values": [value]}
        for payload_type, value in zip(grid.types, cell.values, strict=True)
    ]
