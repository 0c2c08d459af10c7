"""The last readings of all reports that answer a question: as many as are drawn, whatever there is. Two queries.

The reports come first, newest first, by an index that gives them in that order and begins with what the question names:
`report_of_client`, `report_of_event`, `report_of_client_on_event`. In a window of time it is a GiST index with the span
in it (`report_span`, `report_span_of_client`, `report_span_of_event`), which gives what overlaps by its distance from a
moment after all reports (`events.reports.pages`). Then their readings, of which there is no index but the reports'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import DurationField, F, Func, QuerySet
from psycopg.types.range import Range

from events.reports.charts.curves import Span
from events.reports.models import Report

MOST_REPORTS, MOST_READINGS = 1_000, 2_000


@dataclass(frozen=True, slots=True)
class Question:
    """Which readings are wanted: those of which all that is given is so. A client, an event or a window is given.
    `upto` is the newest report that is looked at."""

    client_id: str | None = None
    event_id: str | None = None
    resource_name: str | None = None
    payload_type: str | None = None
    window: Span | None = None
    upto: str | None = None


class Told(NamedTuple):
    """A reading with what its report says of it: the columns of an export (`export.COLUMNS`), in their order."""

    report_id: str
    created_at: datetime
    program_id: str
    event_id: str
    client_id: str
    client_name: str
    report_name: str
    resource_name: str
    interval_id: int
    starts_at: datetime | None
    ends_at: datetime | None
    payload_type: str
    number: Decimal | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest first. `reported` are pairs of a client and an event that there are reports of; `newest` is the id of
    the newest report. `is_cut`: there are more reports, or more readings in them, than were read."""

    readings: tuple[Told, ...]
    reported: tuple[tuple[str, str], ...]
    newest: str | None
    is_cut: bool


def read(question: Question) -> Answer:
    """Of what is stored now; of more than the limits, the newest."""
    reports = {row[_ID]: row for row in _newest(question)}
    kept = list(reports)[:MOST_REPORTS]
    readings = _readings(question, kept)
    return Answer(
        readings=tuple(Told(*reports[id_], *rest) for id_, *rest in readings[:MOST_READINGS]),
        reported=tuple(dict.fromkeys((reports[id_][_CLIENT], reports[id_][_EVENT]) for id_ in kept)),
        newest=max(kept, default=None),
        is_cut=len(reports) > MOST_REPORTS or len(readings) > MOST_READINGS,
    )


_OF_REPORT = "id created_at program_id event_id client_id client_name report_name".split()
_ID, _EVENT, _CLIENT = map(_OF_REPORT.index, ("id", "event_id", "client_id"))
# Report after report, and no further than it has to: PostgreSQL does not know how many readings are in one, and would
# sort them all. Of a report without the payload type no array is taken apart. An instant is in the window that begins
# with it.
_READINGS = """
    SELECT told.* FROM unnest(%(reports)s::text[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT report_id, resource_name, interval_id, starts_at, ends_at, payload_type, number, text
        FROM events_reading
        WHERE report_id = wanted.id
            AND (%(resource_name)s::text IS NULL OR resource_name = %(resource_name)s)
            AND (%(payload_type)s::text IS NULL OR payload_type = %(payload_type)s)
            AND (%(payload_type)s::text IS NULL OR EXISTS (
                SELECT FROM events_readingcolumns AS columns
                WHERE columns.report_id = wanted.id AND %(payload_type)s = ANY (columns.payload_types)))
            AND (%(from_at)s::timestamptz IS NULL OR starts_at < %(to_at)s AND (
                ends_at IS NULL OR ends_at > %(from_at)s OR (ends_at = starts_at AND starts_at = %(from_at)s)))
        ORDER BY position DESC LIMIT %(most)s
    ) AS told
    LIMIT %(most)s
"""
# Of two times the operator gives the distance. No report is of a later moment, so that the newest are the nearest.
_FROM_LATER = Func(
    F("created_at"), template="%(expressions)s <-> timestamptz '2200-01-01'", output_field=DurationField()
)


def _newest(question: Question) -> QuerySet[Report, tuple[Any, ...]]:
    """One more than is kept, so that it is known whether there are more."""
    reports = Report.objects.all()
    if question.resource_name is not None:
        reports = reports.filter(resource_names__contains=[question.resource_name])
    if question.upto is not None:
        reports = reports.filter(id__lte=question.upto)
    given = {"client_id": question.client_id, "event_id": question.event_id}
    named = {column: value for column, value in given.items() if value is not None}
    reports = reports.filter(**named)
    if question.window is None:
        ordered = reports.order_by("-id")
    elif len(named) == len(given):
        # What one client says of one event is little enough to be looked through.
        ordered = reports.filter(span__overlap=Range(*question.window)).order_by("-id")
    else:
        # These indexes serve only queries that state their condition (`events.models`).
        always = {f"{column}__gt": "" for column in named or ("id",)}
        ordered = reports.filter(span__overlap=Range(*question.window), **always).order_by(_FROM_LATER)
    return ordered.values_list(*_OF_REPORT)[: MOST_REPORTS + 1]


def _readings(question: Question, report_ids: list[str]) -> list[tuple[Any, ...]]:
    """In the order of these reports, the last of each first; one more than is kept."""
    given: dict[str, Any] = {
        "reports": report_ids,
        "resource_name": question.resource_name,
        "payload_type": question.payload_type,
        "from_at": question.window and question.window.starts_at,
        "to_at": question.window and question.window.ends_at,
        "most": MOST_READINGS + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_READINGS, given)
        return cursor.fetchall()
