"""Text from a spreadsheet, a CSV file or the keyboard, as a table of cells."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from vtn.wire.payloads import EVENT_PAYLOADS

MOST_ROWS = 3_000  # a month of quarters of an hour
_MOST_FAULTS = 50

_TIME = re.compile(
    r"((?P<date>\d{4}-\d\d-\d\d|\d\d?-\d\d?-\d{4})[T ]+)?(?P<time>\d\d?:\d\d)(:00)?"
    r"\s*(?P<offset>Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_RANGE = re.compile(r"(\d\d?:\d\d)\s*[-–]\s*(\d\d?:\d\d)", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_TITLE = re.compile(r"[^\W\d_]{3}")  # what is shorter, or has a digit in front, is a slip of the finger
_FROM = frozenset({"from", "start", "time", "begin", "van", "tijd", "starts"})
_TO = frozenset({"to", "until", "end", "tot", "einde", "ends"})


class Fault(NamedTuple):
    """What is wrong with a cell, or with a row, or with the whole. Rows count from 1, as the reader counts them."""

    text: str
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        if self.row is None:
            return self.text
        place = {"row": self.row, "column": self.column, "text": self.text}
        if self.column:
            return _("Row %(row)s, %(column)s: %(text)s") % place
        return _("Row %(row)s: %(text)s") % place


class BadTable(ValueError):
    """Some cells are wrong; all are told, as far as anybody reads on."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(str(faults[0]))
        self.faults = faults[:_MOST_FAULTS]
        self.more = len(faults) - len(self.faults)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: `number` counts those with something in them, the header not. Times are as they were
    written."""

    number: int
    times: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`skipped` is the first line, where it was taken for a header that names nothing we know."""

    rows: list[Row]
    skipped: str


def read(text: str, columns: tuple[str, ...]) -> Table:
    """The rows, with the values in the order of these columns. Separated by tabs, semicolons or commas; with or
    without a header; with none, one or two columns of times in front. Raises `BadTable`."""
    lines, delimiter = _cells(text)
    if not lines:
        raise BadTable([Fault(_("There are no values"))])
    order, skipped = _header(lines[0], columns) if len(lines) > 1 else (None, "")
    lines = lines if order is None else lines[1:]
    if len(lines) > MOST_ROWS:
        most = {"number": len(lines), "most": MOST_ROWS}
        raise BadTable([Fault(_("%(number)s rows are more than the %(most)s that fit") % most)])
    rows, faults = [], []
    for number, cells in enumerate(lines, start=1):
        times, values = _split(cells, len(columns), delimiter)
        if len(values) != len(columns):
            counts = {"found": len(values), "wanted": len(columns)}
            faults.append(
                Fault(_("there are %(found)s values, and %(wanted)s are expected") % counts, number)
            )
            continue
        rows.append(Row(number, times, tuple(values[place] for place in order or range(len(columns)))))
    if faults:
        raise BadTable(faults)
    return Table(rows, skipped)


def looks_like_time(cell: str) -> re.Match[str] | None:
    return _TIME.fullmatch(cell)


def _cells(text: str) -> tuple[list[list[str]], str]:
    """The lines, without empty ones at the end, and what separates their cells."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    delimiter = next((mark for mark in ("\t", ";") if mark in text), ",")
    if not text.strip():
        return [], delimiter
    try:
        read = csv.reader(text.split("\n"), delimiter=delimiter, strict=True)
        lines = [[cell.strip() for cell in line] for line in read]
    except csv.Error as error:
        raise BadTable([Fault(_("This is no table: %(error)s") % {"error": error})]) from None
    while lines and not any(lines[-1]):
        lines.pop()
    return [_without_empty_end(line) for line in lines], delimiter


def _without_empty_end(line: list[str]) -> list[str]:
    """Spreadsheets write a separator behind the last cell as well."""
    return line[:-1] if len(line) > 1 and not line[-1] and line.count("") == 1 else line


def _header(line: list[str], columns: tuple[str, ...]) -> tuple[list[int] | None, str]:
    """In which place each column stands, and the line itself if it names none of them; None if it is no header."""
    names, wanted = [cell.casefold() for cell in line], [column.casefold() for column in columns]
    if not any(name in wanted for name in names):
        is_header = any(line) and all(_TITLE.match(cell) for cell in line if cell)
        has_words = any(map(takes_text, columns)) and not set(names) & (_FROM | _TO)
        return (list(range(len(columns))), " ".join(line)) if is_header and not has_words else (None, "")
    named = [name for name in names if name not in _FROM | _TO and name]
    strange = [name for name in named if name not in wanted]
    missing = [column for column in columns if column.casefold() not in named]
    if strange or missing:
        said = {"strange": ", ".join(strange) or "–", "missing": ", ".join(missing) or "–"}
        text = _(
            "The header names columns that are none of the payload types (%(strange)s), or lacks some (%(missing)s)"
        )
        raise BadTable([Fault(text % said)])
    return [named.index(column) for column in wanted], ""


def _split(cells: list[str], columns: int, delimiter: str) -> tuple[tuple[str, ...], list[str]]:
    """The times in front, and the values. A line with nothing in it has all its values missing."""
    if not any(cells):
        return (), [""] * columns
    number = 0
    while number < min(2, len(cells)) and _TIME.fullmatch(cells[number]):
        number += 1
    times = tuple(cells[:number])
    if match := _RANGE.fullmatch(cells[0]):
        number, times = 1, (match[1], match[2])
    values = cells[number:]
    return times, _with_decimal_commas(values, columns) if delimiter == "," else values


def _with_decimal_commas(values: list[str], columns: int) -> list[str]:
    """Where commas separate and stand in numbers as well, a number has come apart."""
    if columns == 1:
        return [",".join(values)] if values else []
    if len(values) == 2 * columns and all(map(_INTEGER.fullmatch, values)):
        return [f"{whole},{part}" for whole, part in zip(values[::2], values[1::2], strict=True)]
    return values


def takes_text(payload_type: str) -> bool:
    """Whether values of the type may be words: alerts have a text (3.1.0 Definition, Table 1), and of private types
    nobody knows."""
    return payload_type.startswith("ALERT_") or payload_type not in EVENT_PAYLOADS
