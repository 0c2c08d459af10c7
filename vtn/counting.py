"""Counts of lists that may be very long: to a limit, and many of them in one query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

MOST = 1_000


class Count(NamedTuple):
    """How many there are; where `is_more`, at least so many."""

    number: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"{self.number}+" if self.is_more else str(self.number)

    def less(self, other: Count) -> Count:
        """What is left of these without the others, which are among them: as little as is certain."""
        if other.is_more and not self.is_more:
            return Count(0)
        left = max(self.number - other.number, 0)
        return Count(left, self.is_more)


def counts(*querysets: QuerySet[Any], most: int = MOST) -> Sequence[Count]:
    """The number of rows in each of these, in one query that looks at no more than it has to."""
    parts = [_part(queryset, most) for queryset in querysets]
    if not parts:
        return []
    statement = ", ".join(sql for sql, _ in parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {statement}", [value for _, values in parts for value in values])
        found = cursor.fetchone()
    return [Count(min(number, most), number > most) for number in found]


def _part(queryset: QuerySet[Any], most: int) -> tuple[str, tuple[Any, ...]]:
    try:
        sql, values = queryset.order_by().values("pk")[: most + 1].query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT count(*) FROM ({sql}) AS counted)", values  # noqa: S608 - Django's own SQL, values apart
