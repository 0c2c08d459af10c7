"""Statements that are parsed and planned once per connection, not at each use (with many parts that costs as much as
carrying them out), and how they are given many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from psycopg.types.range import Range

from vtn.wire import body

_INSERT_ALL = """
    INSERT INTO {table} ({columns})
    SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json) WITH ORDINALITY
    ORDER BY ordinality RETURNING {key}
"""


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements PostgreSQL keeps, from their first use on (`prepare_threshold` of the settings).

    Django's own put the parameters into the text, so that no statement is like another.
    """
    connection.ensure_connection()
    wrapped = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return wrapped(psycopg.Cursor(connection.connection))  # type: ignore[arg-type]  # what it wraps, and stubs say otherwise


def by_column(rows: Sequence[tuple[Any, ...]], names: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """The columns of some rows by their names; empty ones where there is no row."""
    found = zip(*rows, strict=True) if rows else [()] * len(names)
    return dict(zip(names, found, strict=True))


def insert_all(rows: Sequence[models.Model]) -> None:
    """Writes new rows of one table with one statement, and gives them the keys that the database makes.

    As JSON, which is made and read in C: `bulk_create` takes three times as long, nearly all of it in Python.
    """
    if not rows:
        return
    meta = rows[0]._meta
    is_made = isinstance(meta.pk, models.AutoField)
    fields = [field for field in meta.concrete_fields if not (is_made and field is meta.pk)]
    written = [{str(field.column): getattr(row, field.attname) for field in fields} for row in rows]
    with prepared_cursor() as cursor:
        cursor.execute(
            _INSERT_ALL.format(
                table=meta.db_table, columns=", ".join(f'"{name}"' for name in written[0]), key=meta.pk.column
            ),
            [body.encode_text(written)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    for row, key in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding = False


def array(values: Sequence[Any]) -> str:
    """Numbers, times or lengths of time as PostgreSQL writes an array: as JSON does, but for the brackets. So it is
    made in C, and read in half the time of JSON. Of texts it would be wrong, for they are escaped otherwise."""
    return f"{{{body.encode_text(values)[1:-1]}}}"


def time_range(times: Range[datetime]) -> str:
    """As PostgreSQL writes it. psycopg's own way takes as long as a dozen other parameters."""
    lower, upper = ("" if end is None else end.isoformat() for end in (times.lower, times.upper))
    return f"{times.bounds[0]}{lower},{upper}{times.bounds[1]}"
