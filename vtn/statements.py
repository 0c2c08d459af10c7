"""Statements that are parsed and planned once per connection, not at each use: with many parts that costs as much as
carrying them out."""

from __future__ import annotations

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements PostgreSQL keeps, from their first use on (`prepare_threshold` of the settings).

    Django's own put the parameters into the text, so that no statement is like another.
    """
    connection.ensure_connection()
    wrapped = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return wrapped(psycopg.Cursor(connection.connection))  # type: ignore[arg-type]  # what it wraps, and stubs say otherwise
