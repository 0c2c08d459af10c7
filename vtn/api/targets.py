"""The targets that a query asks for, in each dialect's parameters."""

from __future__ import annotations

from django.http import QueryDict

from vtn.dialect import Dialect
from vtn.wire.targets import asked_for, storable


def asked_targets(query: QueryDict, dialect: Dialect) -> frozenset[str] | None:
    """None when the query names no targets. Several mean any of them (decisions/openadr.md §4).

    Interpretation: 3.0.1's `targetType` and `targetValues` filter only together; one alone says too little.
    """
    if dialect is Dialect.V310:
        named = query.getlist("targets")
        return storable(frozenset(named)) if named else None
    kind, values = query.get("targetType"), query.getlist("targetValues")
    return storable(asked_for(kind, values)) if kind is not None and values else None
