"""A report with its readings, one row and hundreds, written in the statement that records the change (`vtn.outbox`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg.types.range import Range

from events.reports.models import Report
from events.reports.readings import Extent, Reading
from vtn.outbox import Along
from vtn.wire import body

_COLUMNS = """
    event_id program_id client_id client_name report_name resource_names span document document_301 modified_at id
    created_at
""".split()
_NEW = "report AS (INSERT INTO events_report ({columns}) VALUES ({values}) RETURNING id)"
_CHANGED = "report AS (UPDATE events_report SET ({columns}) = ROW ({values}) WHERE id = %(id)s RETURNING id)"
# Readings come as one JSON text instead of an array per column: it is made in C, and the arrays would not be.
_READINGS = """
    readings AS (
        INSERT INTO events_reading (
            report_id, position, resource_name, interval_id, starts_at, ends_at, payload_type, number, text)
        SELECT report.id, reading.* FROM report, json_to_recordset(%(readings)s) AS reading (
            position int, resource_name text, interval_id int, starts_at timestamptz, ends_at timestamptz,
            payload_type text, number numeric, text text)
    )
"""
_DELETE_READINGS = "DELETE FROM events_reading WHERE report_id = %s"


def _with_readings(report: str) -> str:
    columns, values = ", ".join(_COLUMNS), ", ".join(f"%({name})s" for name in _COLUMNS)
    return f"{report.format(columns=columns, values=values)}, {_READINGS}"


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
    parameters = {name: getattr(report, name) for name in _COLUMNS}
    return {**parameters, "readings": body.encode_text(readings)}
