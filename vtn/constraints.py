"""Turns a broken database constraint into the refusal that it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected

from vtn.errors import VtnError


@contextmanager
def refused_by(refusals: Mapping[str, VtnError]) -> Iterator[None]:
    """Raises the refusal of the constraint, by its name, that the block breaks. Put it around the transaction.

    Two writers that each want the value the other has wait for each other, until PostgreSQL refuses one of them. It
    does not say which constraint they met at, so the first refusal stands for it.
    """
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise next(iter(refusals.values())) from error
        raise
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = refusals.get(diagnosis.constraint_name or "") if diagnosis is not None else None
        if refusal is None:
            raise
        raise refusal from error
