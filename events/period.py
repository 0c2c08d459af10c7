"""The time that a list is narrowed to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db.models import QuerySet
from psycopg.types.range import Range

Found = TypeVar("Found", bound=QuerySet[Any])


class Period(NamedTuple):
    """Half-open; None is no bound on that side."""

    from_at: datetime | None
    to_at: datetime | None

    @property
    def has_time(self) -> bool:
        """Whether there is a moment in it: PostgreSQL refuses a range that ends before it begins."""
        return self.from_at is None or self.to_at is None or self.from_at < self.to_at

    @property
    def range(self) -> Range[datetime]:
        """As a column has it. Only of one that has time."""
        return Range(*self)

    def narrow(self, found: Found, span: str = "span") -> Found:
        """Those whose span overlaps it."""
        return found.filter(**{f"{span}__overlap": self.range}) if self.has_time else found.none()


def bounded(from_at: datetime | None, to_at: datetime | None) -> Period | None:
    """None where neither side is bounded."""
    return Period(from_at, to_at) if from_at or to_at else None
