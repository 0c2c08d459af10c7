"""Readings as CSV and as Parquet, piece by piece: a million of them need no more memory than one piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from events.period import Period
from events.reports.models import Reading
from vtn.wire.metadata import date_time

# Names of columns in the files, and where they come from.
COLUMNS = {
    "report_id": "report_id",
    "created_at": "report__created_at",
    "program_id": "report__program_id",
    "event_id": "report__event_id",
    "client_id": "report__client_id",
    "client_name": "report__client_name",
    "report_name": "report__report_name",
    "resource_name": "resource_name",
    "interval_id": "interval_id",
    "starts_at": "starts_at",
    "ends_at": "ends_at",
    "payload_type": "payload_type",
    "number": "number",
    "text": "text",
}
_PIECE = 20_000

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which readings are exported: those of which all that is given is so. `from_at` and `to_at` bound a half-open
    window, and leave out readings of which nobody knows when they were; `report_ids` None are all."""

    program_id: str | None = None
    event_id: str | None = None
    client_id: str | None = None
    resource_name: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    report_ids: Iterable[str] | QuerySet[Any] | None = None


def readings(wanted: Selection) -> QuerySet[Reading]:
    """In the order of reports, and of a report as its client wrote them."""
    named = {
        "report__program_id": wanted.program_id,
        "report__event_id": wanted.event_id,
        "report__client_id": wanted.client_id,
        "resource_name": wanted.resource_name,
        "report_id__in": wanted.report_ids,
    }
    found = Reading.objects.filter(**{name: value for name, value in named.items() if value is not None})
    if wanted.resource_name is not None:
        # Of readings there is no index; of reports there is.
        found = found.filter(report__resource_names__contains=[wanted.resource_name])
    if wanted.from_at or wanted.to_at:
        found = _overlapping(found, wanted.from_at, wanted.to_at)
    return found.order_by("report_id", "position")


def written_as_csv(wanted: Selection) -> Generator[bytes]:
    """Of all that is wanted, piece by piece."""
    return csv_of(_pieces(wanted))


def csv_of(pieces: Iterable[Iterable[Row]]) -> Generator[bytes]:
    """RFC 4180, in UTF-8, with a line of names; a row has the values of `COLUMNS`."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for piece in pieces:
        lines.writerows([_cell(value) for value in row] for row in piece)
        yield _taken(text)
    yield _taken(text)


def written_as_parquet(wanted: Selection) -> Generator[bytes]:
    """`number` is a double there, which is what tools reckon with, and `exact_number` its text."""
    # Large, and needed by no request but this one.
    from events.reports import parquet

    with parquet.Writer() as writer:
        for piece in _pieces(wanted):
            yield writer.written(dict(zip(COLUMNS, zip(*piece, strict=True), strict=True)))
    yield writer.rest()


FORMATS: dict[str, Callable[[Selection], Generator[bytes]]] = {
    "csv": written_as_csv,
    "parquet": written_as_parquet,
}


def _overlapping(
    found: QuerySet[Reading], from_at: datetime | None, to_at: datetime | None
) -> QuerySet[Reading]:
    found = Period(from_at, to_at).narrow(found, "report__span").filter(starts_at__isnull=False)
    if to_at:
        found = found.filter(starts_at__lt=to_at)
    if from_at:
        # An instant is in the window that begins with it.
        instant = Q(ends_at=F("starts_at"), starts_at=from_at)
        found = found.filter(Q(ends_at=None) | Q(ends_at__gt=from_at) | instant)
    return found


def _pieces(wanted: Selection) -> Iterator[list[Row]]:
    # In a transaction the server keeps a cursor open; without one it would first write down all there is.
    with transaction.atomic():
        rows = readings(wanted).values_list(*COLUMNS.values()).iterator(chunk_size=_PIECE)
        while piece := list(islice(rows, _PIECE)):
            yield piece


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return date_time(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _harmless(str(value))


def _harmless(text: str) -> str:
    """Spreadsheets take a text that begins so for a formula, and these texts are written by clients."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _taken(text: io.StringIO) -> bytes:
    """What has been written since, and room for more."""
    taken = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return taken
