"""Statements that are parsed and planned once per connection, not at each use (with many parts that costs as much as
carrying them out), and how they are given many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.types.range import Range

from vtn.wire import body


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


def array(values: Sequence[Any]) -> str:
    """Numbers, times or lengths of time as PostgreSQL writes an array: as JSON does, but for the brackets. So it is
    made in C, and read in half the time of JSON. Of texts it would be wrong, for they are escaped otherwise."""
    return f"{{{body.encode_text(values)[1:-1]}}}"


def time_range(times: Range[datetime]) -> str:
    """As PostgreSQL writes it. psycopg's own way takes as long as a dozen other parameters."""
    lower, upper = ("" if end is None else end.isoformat() for end in (times.lower, times.upper))
    return f"{times.bounds[0]}{lower},{upper}{times.bounds[1]}"
