"""Writes a report with its readings in one statement: a report is one row, and its readings are hundreds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg.types.range import Range

from events.reports.models import Report
from events.reports.readings import Extent, Reading
from vtn.wire import body

_COLUMNS = """
    event_id program_id client_id client_name report_name resource_names span document document_301 modified_at id
    created_at
""".split()
_INSERT_REPORT = "INSERT INTO events_report ({columns}) VALUES ({values})"
_UPDATE_REPORT = "UPDATE events_report SET ({columns}) = ROW ({values}) WHERE id = %(id)s"
# Readings come as one JSON text instead of an array per column: it is made in C, and the arrays would not be.
_WRITE = """
    WITH report AS ({report})
    INSERT INTO events_reading (
        report_id, position, resource_name, interval_id, starts_at, ends_at, payload_type, number, text)
    SELECT %(id)s, * FROM json_to_recordset(%(readings)s) AS reading (
        position int, resource_name text, interval_id int, starts_at timestamptz, ends_at timestamptz,
        payload_type text, number numeric, text text)
"""
_DELETE_READINGS = "DELETE FROM events_reading WHERE report_id = %s"


def _write(report: str) -> str:
    columns, values = ", ".join(_COLUMNS), ", ".join(f"%({name})s" for name in _COLUMNS)
    return _WRITE.format(report=report.format(columns=columns, values=values))


_INSERT, _UPDATE = _write(_INSERT_REPORT), _write(_UPDATE_REPORT)


def insert(report: Report, readings: Sequence[Reading]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, _parameters(report, readings))


def replace(report: Report, readings: Sequence[Reading]) -> None:
    """Makes the stored report, and its readings, what these are now."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_READINGS, [report.id])
        cursor.execute(_UPDATE, _parameters(report, readings))


def delete(report_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_READINGS, [report_id])
        cursor.execute("DELETE FROM events_report WHERE id = %s", [report_id])


def span_of(extent: Extent | None) -> Range[Any]:
    """As it is stored: a report without times matches any, as an event does; one that is an instant has both bounds."""
    if extent is None:
        return Range(None, None)
    return Range(*extent, "[]" if extent.starts_at == extent.ends_at else "[)")


def _parameters(report: Report, readings: Sequence[Reading]) -> dict[str, Any]:
    parameters = {name: getattr(report, name) for name in _COLUMNS}
    return {**parameters, "readings": body.encode_text(readings)}
