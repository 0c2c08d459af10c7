"""One at a time, whichever process or host it is: by locks of the database, which a process that dies loses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def wait_for_turn(of: str) -> None:
    """Until the transaction that is open ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [of])


def take_turn(of: str) -> bool:
    """Whether it is free, and then ours until the transaction that is open ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [of])
        return bool(cursor.fetchone()[0])


@contextmanager
def long_turn(of: str) -> Iterator[bool]:
    """Whether it is free, and then ours. No transaction is open meanwhile: the session holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [of])
        (is_ours,) = cursor.fetchone()
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [of])
