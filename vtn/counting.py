"""Counts of lists that may be very long: to a limit, and many of them in one query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import IntegerField, Model, OuterRef, Q, QuerySet, Subquery

MOST = 1_000
# Most look at no more than a thousand rows. The planner would rather pass over a whole table than look those up, as on
# disks that turn, or start processes that take longer than the query. The settings hold for this query alone.
_BY_LOOKUPS = "SET LOCAL random_page_cost = 1; SET LOCAL max_parallel_workers_per_gather = 0;"


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
    found = one_row(f"SELECT {statement}", [value for _, values in parts for value in values])
    return [Count(min(number, most), number > most) for number in found]


def one_row(query: str, values: Any) -> tuple[Any, ...]:
    """What a query with one row finds, planned by look-ups and in one process."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_BY_LOOKUPS} {query}", values)
        while cursor.nextset():
            pass  # from the answers to SET to that of the query
        return cursor.fetchone()


class CountOf(Subquery):
    """For each row of a model, how many there are by a relation, but at most one more than `MOST`. Unlike those of a
    join they are counted for the rows alone that are read."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, model: type[Model], relation: str, *narrowed: Q) -> None:
        found: Any = model._meta.get_field(relation)
        related = found.related_model._base_manager.filter(*narrowed, **{found.field.name: OuterRef("pk")})
        super().__init__(related.order_by().values("pk")[: MOST + 1])


def up_to_most(number: int) -> str:
    """What a `CountOf` has found, to read."""
    return str(Count(min(number, MOST), number > MOST))


def _part(queryset: QuerySet[Any], most: int) -> tuple[str, tuple[Any, ...]]:
    try:
        sql, values = queryset.order_by().values("pk")[: most + 1].query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT count(*) FROM ({sql}) AS counted)", values  # noqa: S608 - Django's own SQL, values apart
