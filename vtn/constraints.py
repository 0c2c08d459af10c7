"""Turns a broken database constraint into the refusal that it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from vtn.errors import VtnError


@contextmanager
def refused_by(constraint: str, refusal: VtnError) -> Iterator[None]:
    """Raises the refusal when the block breaks the named constraint. Put it around the transaction."""
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is not None and diagnosis.constraint_name == constraint:
            raise refusal from error
        raise
