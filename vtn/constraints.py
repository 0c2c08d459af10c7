"""Turns a broken database constraint into the refusal that it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected

from vtn.errors import VtnError


@contextmanager
def refused_by(constraint: str, refusal: VtnError) -> Iterator[None]:
    """Raises the refusal when the block breaks the named constraint. Put it around the transaction.

    Two writers that each want the value the other has wait for each other, until PostgreSQL refuses one of them.
    """
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise refusal from error
        raise
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is not None and diagnosis.constraint_name == constraint:
            raise refusal from error
        raise
