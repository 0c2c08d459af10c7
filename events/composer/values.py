"""The values of a grid's cells, as they were typed and as the wire has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from events.composer.tables import Fault, Row, takes_text

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?", re.ASCII)
_LONGEST_NUMBER, _LONGEST_TEXT = 40, 1_000


def values_of(row: Row, types: tuple[str, ...], faults: list[Fault]) -> tuple[Any, ...]:
    """A value for each type; what is wrong is added to the faults."""
    return tuple(
        _value(cell, payload_type, row.number, faults)
        for cell, payload_type in zip(row.values, types, strict=True)
    )


def _value(cell: str, payload_type: str, row: int, faults: list[Fault]) -> Any:
    if not cell:
        faults.append(Fault(_("there is no value"), row, payload_type))
        return None
    if len(cell) <= _LONGEST_NUMBER and _NUMBER.fullmatch(cell):
        number = Decimal(cell.replace(",", "."))
        # Of a double, as on the wire (vtn/wire/body.py).
        if not number or -330 <= number.adjusted() <= 308:
            return int(number) if _INTEGER.fullmatch(cell) else number
    if takes_text(payload_type) and len(cell) <= _LONGEST_TEXT and "\0" not in cell:
        return cell
    faults.append(Fault(_why_no_number(cell), row, payload_type))
    return None


def _why_no_number(cell: str) -> str:
    shown = cell if len(cell) <= 40 else f"{cell[:40]}…"
    if "." in cell and "," in cell:
        return _("'%(cell)s' has a point and a comma; write numbers without marks for thousands") % {
            "cell": shown
        }
    return _("'%(cell)s' is not a number") % {"cell": shown}


def require_one_decimal_mark(rows: list[Row], types: tuple[str, ...], faults: list[Fault]) -> None:
    """One comma among points is a thousand, or a slip of the finger: nobody else can tell."""
    first: str | None = None
    for row in rows:
        for cell, payload_type in zip(row.values, types, strict=True):
            mark = next((mark for mark in ".," if mark in cell), None)
            if mark is None or not _NUMBER.fullmatch(cell):
                continue
            first = first or mark
            if mark != first:
                text = _("'%(cell)s' has another decimal mark than the numbers before it")
                faults.append(Fault(text % {"cell": cell}, row.number, payload_type))


def texts_of(values: Iterable[Any]) -> Iterator[str]:
    """As `values_of` reads them."""
    for value in values:
        yield format(value, "f") if isinstance(value, Decimal) else str(value)
