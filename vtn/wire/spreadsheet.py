"""Tables as spreadsheets write them in CSV: commas, semicolons or tabs, with or without a byte order mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from vtn import errors

_DELIMITERS = (",", ";", "\t")
_LONGEST_NAME_TOLD = 40


class UnreadableTable(errors.Invalid):
    """It is no such table as a whole."""


class Line(NamedTuple):
    """Cells without the spaces around them, and where in the file they end: a quoted cell may hold several lines."""

    number: int
    cells: list[str]


def lines(document: bytes, *, most: int) -> Iterator[Line]:
    """The heads, which may be none, and then each line that has anything in it. Raises `UnreadableTable`, perhaps in
    the middle; also where there are more lines than this below the heads."""
    text = _text(document)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        yield Line(1, _stripped(next(reader, [])))
        filled = (cells for cells in map(_stripped, reader) if any(cells))
        for count, cells in enumerate(filled, start=1):
            if count > most:
                raise UnreadableTable(
                    _("The table has more than %(most)s lines; take it in parts") % {"most": most}
                )
            yield Line(reader.line_num, cells)
    except csv.Error as error:
        raise UnreadableTable(
            _("Line %(line)s: %(error)s") % {"line": reader.line_num, "error": error}
        ) from None


def columns(heads: Sequence[str], known: Sequence[str], *, needed: Sequence[str]) -> list[str]:
    """Which of the known columns the heads name. Case, spaces and underscores do not count: `client_id` is also
    "Client ID". Raises `UnreadableTable`."""
    by_spelling = {_spelled(name): name for name in known}
    if unknown := [head for head in heads if _spelled(head) not in by_spelling]:
        names = {"name": unknown[0][:_LONGEST_NAME_TOLD], "known": ", ".join(known)}
        raise UnreadableTable(_("The first line names a column “%(name)s”; there are: %(known)s") % names)
    named = [by_spelling[_spelled(head)] for head in heads]
    if len(set(named)) < len(named):
        raise UnreadableTable(_("The first line names a column twice"))
    if missing := [name for name in needed if name not in named]:
        raise UnreadableTable(
            _("The first line names the columns, and one of them has to be “%(name)s”") % {"name": missing[0]}
        )
    return named


def _spelled(name: str) -> str:
    return name.replace("_", "").replace(" ", "").casefold()


def _stripped(cells: list[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def _text(document: bytes) -> str:
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableTable(_("This is not a text in UTF-8; save it as “CSV UTF-8”")) from None
    if "\0" in text:
        raise UnreadableTable(_("This is no text: it holds NUL characters"))
    return text


def _delimiter(text: str) -> str:
    """By the heads, whose names hold none of them."""
    heads = text.partition("\n")[0]
    return max(_DELIMITERS, key=heads.count)
