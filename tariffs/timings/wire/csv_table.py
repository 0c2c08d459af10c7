"""`Timings.csv` in all the forms that it has had, and its writing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tariffs.timings.content import TODAY, TimingContent, UnfitTiming
from vtn import errors

COLUMNS = ("Tag", "Years", "Months", "MonthDays", "WeekDays", "Time")
_FIRST = ("tag", "id")
# What the loader of July 2013 let through. The lines of later files, with *any, it refused. Its own pattern,
# `(\d{1,4};?)+`, says the same in a way that Python would try for ever on some lines.
_LIST_OF_2013 = r"(?:\*all|\d+(?:;\d+)*;?|)"
_IN_2013 = re.compile(
    rf"\w+,{_LIST_OF_2013},{_LIST_OF_2013},{_LIST_OF_2013},{_LIST_OF_2013},(?:\d\d:\d\d:\d\d|\*asap)",
    re.ASCII,
)
_TIME = re.compile(r"(?:\d\d:\d\d:\d\d(?:;\d\d:\d\d:\d\d)?|[*+]\S+|)", re.ASCII)
_RANGES = {"months": (range(1, 13), "month"), "month_days": (range(1, 32), "day of a month")}


@dataclass(frozen=True)
class Remark:
    """What is to be said of a line, which is counted from 1."""

    line: int
    text: str


@dataclass(frozen=True)
class Row:
    line: int
    content: TimingContent


@dataclass(frozen=True)
class Table:
    """What a file says. With any error it says nothing that could be relied on."""

    rows: tuple[Row, ...]
    errors: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    refused_in_2013: tuple[int, ...]


def read(document: bytes, *, tpid: str) -> Table:
    """The timings of a file for this plan, with or without a line of headings, in UTF-8 with or without a BOM."""
    rows: list[Row] = []
    found: list[Remark] = []
    try:
        for line, fields in _lines(document):
            try:
                rows.append(Row(line, _content(fields, tpid)))
            except errors.Invalid as error:
                found.append(Remark(line, error.detail))
    except _Unreadable as error:
        found.append(error.remark)
    found += [*_repeated(rows), *_cut_off(document, rows)]
    return Table(
        rows=tuple(rows),
        errors=tuple(sorted(found, key=lambda remark: remark.line)),
        warnings=tuple(Remark(row.line, text) for row in rows for text in doubts(row.content)),
        refused_in_2013=tuple(row.line for row in rows if not _IN_2013.fullmatch(_joined(row.content))),
    )


def write(contents: Iterable[TimingContent]) -> Iterator[str]:
    """The lines of a file that any version's loader reads, as far as it knows the words."""
    yield "#" + ",".join(COLUMNS) + "\n"
    for content in contents:
        line = io.StringIO()
        # What begins with # is a comment, and a line ends at \r too, unless it is quoted.
        is_quoted = content.tag.startswith("#") or "\r" in "".join(_fields(content))
        quoting: Literal[0, 1] = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
        csv.writer(line, lineterminator="\n", quoting=quoting).writerow(_fields(content))
        yield line.getvalue()


def doubts(content: TimingContent) -> Iterator[str]:
    """What is accepted, as the engine does, and is probably not meant."""
    timing = content.timing
    for item in timing.dropped:
        yield f"{item!r} is no number and is passed over"
    for name, (allowed, what) in _RANGES.items():
        yield from (f"there is no {what} {value}" for value in getattr(timing, name) if value not in allowed)
    if timing.is_schedule and not _TIME.fullmatch(content.time):
        yield f"{content.time!r} is no time of day such as 08:00:00, so that this is never active"
    elif timing.start and timing.end and timing.start >= timing.end:
        yield "it ends before it starts, so that this is never active: nothing goes over midnight"


class _Unreadable(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.remark = Remark(line, text)


def _lines(document: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows that are neither empty nor comments nor headings. Raises `_Unreadable`."""
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable(document[: error.start].count(b"\n") + 1, "this is not UTF-8") from None
    lines = list(io.StringIO(text, newline=""))
    has_begun = False
    for line, fields in _split(lines):
        if not has_begun and _is_heading(fields):
            _require_columns(fields, line)
            has_begun = True
        elif fields and not lines[line - 1].startswith("#"):
            has_begun = True
            yield line, fields


def _split(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Every row with the number of its first line: one with line ends in quotes has several. Raises `_Unreadable`."""
    reader, line = csv.reader(lines, strict=True), 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _Unreadable(line, f"this is no CSV: {error}") from None
        yield line, fields
        line = reader.line_num + 1


def _is_heading(fields: list[str]) -> bool:
    """`Tag` and `ID` may be tags too; but no list of years begins with a letter."""
    first, *rest = [field.strip() for field in fields] or [""]
    return first.lstrip("#").lower() in _FIRST and bool(rest) and rest[0][:1].isalpha()


def _require_columns(fields: list[str], line: int) -> None:
    """Columns in another order would be read as something else. Raises `_Unreadable`."""
    if [field.strip().lower() for field in fields[1:]] != [name.lower() for name in COLUMNS[1:]]:
        raise _Unreadable(line, f"the columns must be {','.join(COLUMNS)}")


def _content(fields: list[str], tpid: str) -> TimingContent:
    """Raises `Invalid`."""
    if len(fields) != len(COLUMNS):
        raise errors.Invalid(f"{len(fields)} columns instead of {len(COLUMNS)}")
    if not fields[0].strip():
        raise errors.Invalid("the tag is missing")
    content = TimingContent(tpid, *fields)
    try:
        content.require_fit(TODAY)
    except UnfitTiming as error:
        raise errors.Invalid(error.detail) from None
    return content


def _repeated(rows: list[Row]) -> Iterator[Remark]:
    """Today's loader stops there. That of 2013 let the later one silently take the place of the first."""
    seen: dict[str, int] = {}
    for row in rows:
        tag = row.content.tag
        if tag in seen:
            yield Remark(row.line, f"duplicate timing tag: {tag}, which line {seen[tag]} has")
        seen.setdefault(tag, row.line)


def _cut_off(document: bytes, rows: list[Row]) -> Iterator[Remark]:
    """Files often end without a line end. But one that ends inside a time has been cut."""
    if rows and not document.endswith((b"\n", b"\r")) and not _TIME.fullmatch(rows[-1].content.time):
        yield Remark(rows[-1].line, f"the file ends in the middle of a time: {rows[-1].content.time!r}")


def _fields(content: TimingContent) -> tuple[str, ...]:
    return (content.tag, *content.texts.values())


def _joined(content: TimingContent) -> str:
    return ",".join(_fields(content))
