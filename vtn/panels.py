"""What an app says of itself on the overview: frozen values, which templates draw.

`WIRING["panels"]` names functions that are handed the time and give a `Panel` each (docs/admin.md).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts, and the list that shows exactly those. `is_bad`: somebody should look."""

    label: str
    value: str
    link: str = ""
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A few rows, each with as many cells as there are heads; the first one says what the row is about."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """What fills a part of a lane; both are shares of the whole width, from 0 to 1."""

    label: str
    link: str
    begins: float
    ends: float
    is_coming: bool


@dataclass(frozen=True, slots=True)
class Lane:
    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lanes along the time, beside a table that says the same. `marks` are times by their place."""

    title: str
    lanes: tuple[Lane, ...]
    marks: tuple[tuple[float, str], ...]
    now: float


@dataclass(frozen=True, slots=True)
class Panel:
    """`name` is for the page, `needs` the permission without which nobody is shown this."""

    name: str
    title: str
    needs: str
    figures: tuple[Figure, ...] = ()
    drawing: Drawing | None = None
    tables: tuple[Table, ...] = ()
    note: str = ""
    is_wide: bool = False
