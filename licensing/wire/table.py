"""A table of licences in CSV, as spreadsheets write it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from licensing.wire.eniris import LONGEST_KEY, LONGEST_NODE_ID
from vtn import errors
from vtn.wire import spreadsheet
from vtn.wire.moments import NOW, parse_moment

MOST_LINES = 20_000
TYPES = ("residential", "commercial")
_LONGEST_NAME = 128
_LARGEST = 2**31 - 1
# As the licence API spells them, but for whose licence it is, and the controller that it is claimed for.
COLUMNS = (
    *("key", "customer", "order", "gridKw", "solarKw", "batteryKw", "evKw", "type"),
    *("creationDate", "activationDate", "duration", "deactivationDate", "nodeId"),
)


class BadLine(errors.Invalid):
    """One line of it holds what a licence cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A licence as a line has it; the order is `import` where the table names none."""

    key: str
    customer: str
    order: str
    grid_kw: int | None
    solar_kw: int | None
    battery_kw: int | None
    ev_kw: int | None
    type: str
    created_at: datetime | None
    activated_at: datetime | None
    duration: int
    deactivated_at: datetime | None
    node_id: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its number in the file, with the licence in it or what is wrong with it."""

    number: int
    row: Row | None
    fault: str = ""


def read(document: bytes) -> list[Line]:
    """All lines that hold something. Raises `spreadsheet.UnreadableTable`; a single bad line is none."""
    lines = spreadsheet.lines(document, most=MOST_LINES)
    columns = spreadsheet.columns(next(lines).cells, COLUMNS, needed=["key", "customer"])
    return [_line(number, columns, cells) for number, cells in lines]


def _line(number: int, columns: list[str], cells: list[str]) -> Line:
    try:
        return Line(number, _row(_cells(columns, cells)))
    except BadLine as fault:
        return Line(number, None, fault.detail)


def _cells(columns: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(columns):
        raise BadLine(f"has {len(cells)} cells, and there are {len(columns)} columns")
    return dict(zip(columns, cells, strict=True))


def _row(cells: Mapping[str, str]) -> Row:
    license_type = cells.get("type") or TYPES[0]
    if license_type not in TYPES:
        raise BadLine(f"type: is neither {' nor '.join(TYPES)}")
    return Row(
        key=_text(cells, "key", LONGEST_KEY),
        customer=_text(cells, "customer", _LONGEST_NAME),
        order=_text(cells, "order", _LONGEST_NAME) if cells.get("order") else "import",
        grid_kw=_number(cells, "gridKw"),
        solar_kw=_number(cells, "solarKw"),
        battery_kw=_number(cells, "batteryKw"),
        ev_kw=_number(cells, "evKw"),
        type=license_type,
        created_at=_moment(cells, "creationDate"),
        activated_at=_moment(cells, "activationDate"),
        duration=_number(cells, "duration") or 0,
        deactivated_at=_moment(cells, "deactivationDate"),
        node_id=_text(cells, "nodeId", LONGEST_NODE_ID) if cells.get("nodeId") else None,
    )


def _text(cells: Mapping[str, str], name: str, longest: int) -> str:
    text = cells[name]
    if not 1 <= len(text) <= longest:
        raise BadLine(f"{name}: 1 to {longest} characters")
    if not text.isprintable():
        raise BadLine(f"{name}: control characters are not allowed")
    return text


def _number(cells: Mapping[str, str], name: str) -> int | None:
    """None where the cell is empty, or says null."""
    text = cells.get(name, "")
    if text in ("", "null"):
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > _LARGEST:
        raise BadLine(f"{name}: is not a whole number from 0 on")
    return int(text)


def _moment(cells: Mapping[str, str], name: str) -> datetime | None:
    text = cells.get(name, "")
    if text in ("", "null"):
        return None
    try:
        moment = parse_moment(text)
    except ValueError as error:
        raise BadLine(f"{name}: {error}") from None
    if moment is NOW:
        raise BadLine(f"{name}: the beginning of time means nothing here")
    return moment
