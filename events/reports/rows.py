"""A report and its readings, a row each, written in the statement that records the change (`vtn.outbox`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from msgspec.structs import astuple
from psycopg.types.range import Range

from events.reports.models import Report
from events.reports.readings import Extent, Reading
from vtn.outbox import Along
from vtn.statements import array, by_column, time_range
from vtn.wire import body

_COLUMNS = """
    event_id program_id client_id client_name report_name resource_names span document document_301 modified_at id
    created_at
""".split()
_NEW = "report AS (INSERT INTO events_report ({columns}) VALUES ({values}) RETURNING id)"
_CHANGED = "report AS (UPDATE events_report SET ({columns}) = ROW ({values}) WHERE id = %(id)s RETURNING id)"
# Texts come as JSON, all else as arrays (`vtn.statements`).
_READINGS = """
    readings AS (
        INSERT INTO events_readingcolumns (
            report_id, resource_names, interval_ids, starts_at, ends_at, payload_types, numbers, texts)
        SELECT id,
            ARRAY (SELECT json_array_elements_text(%(reading_resource_name)s)),
            %(reading_interval_id)s::int[],
            %(reading_starts_at)s::timestamptz[],
            %(reading_ends_at)s::timestamptz[],
            ARRAY (SELECT json_array_elements_text(%(reading_payload_type)s)),
            %(reading_number)s::numeric[],
            ARRAY (SELECT json_array_elements_text(%(reading_text)s))
        FROM report
    )
"""
_TEXTS = {"resource_name", "payload_type", "text"}
_DELETE_READINGS = "DELETE FROM events_readingcolumns WHERE report_id = %s"


def _with_readings(report: str) -> str:
    values = ", ".join(f"%({name})s" for name in _COLUMNS)
    return f"{report.format(columns=', '.join(_COLUMNS), values=values)}, {_READINGS}"


_INSERT, _UPDATE = _with_readings(_NEW), _with_readings(_CHANGED)


def of_new(report: Report, readings: Sequence[Reading]) -> Along:
    """Writes the report with its readings."""
    return Along(_INSERT, "report", _parameters(report, readings))


def of_changed(report: Report, readings: Sequence[Reading]) -> Along:
    """Makes the stored report what it is now, with its readings, once those from before are gone."""
    return Along(_UPDATE, "report", _parameters(report, readings))


def delete_readings(report_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_READINGS, [report_id])


def delete(report_id: str) -> None:
    delete_readings(report_id)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_report WHERE id = %s", [report_id])


def span_of(extent: Extent | None) -> Range[Any]:
    """As it is stored: a report without times matches any, as an event does; one that is an instant has both bounds."""
    if extent is None:
        return Range(None, None)
    return Range(*extent, "[]" if extent.starts_at == extent.ends_at else "[)")


def _parameters(report: Report, readings: Sequence[Reading]) -> dict[str, Any]:
    of_readings = by_column(list(map(astuple, readings)), Reading.__struct_fields__)
    stored = {name: getattr(report, name) for name in _COLUMNS} | {"span": time_range(report.span)}
    return stored | {
        f"reading_{name}": body.encode_text(column) if name in _TEXTS else array(column)
        for name, column in of_readings.items()
    }
