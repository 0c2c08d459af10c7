"""One process at a time, on whichever host: by locks of the database, which one that dies loses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Any numbers will do that nobody else takes.
PUBLISHING, ACCESS = 0x76746E10, 0x76746E11


@contextmanager
def turn(of: int, *, wait: bool) -> Iterator[bool]:
    """Whether it is ours, which it is after waiting. For the session: no transaction is open meanwhile."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s)", [of])
            is_ours = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [of])
            (is_ours,) = cursor.fetchone()
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [of])
