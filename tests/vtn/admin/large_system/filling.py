"""Fills an empty database with a system of any size: so many VENs, events, reports and licences, and ten times as many
deliveries. What the pages of one object show of others, the one that is looked at has more of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from events.reports.partitions import make_months
from participants.enrolment import target_of

_SQL = Path(__file__).parent / "sql"
# Each builds on those before it.
_PARTS = ("participants", "events", "reports", "deliveries", "licences", "tariffs")
_ON_A_PAGE = 20
_ANNOUNCED = ("participants_client", "participants_ven", "participants_resource")


@dataclass(frozen=True, slots=True)
class System:
    """`some` are a tenth, for what there are fewer of; `page` is what fills a page at most; `busy` are the programs
    that have events; `running` is the number of the event of a month, which is on."""

    size: int

    @property
    def some(self) -> int:
        return max(self.size // 10, self.page)

    @property
    def page(self) -> int:
        return min(self.size, _ON_A_PAGE)

    @property
    def busy(self) -> int:
        return min(self.size, 20)

    @property
    def running(self) -> int:
        return max(self.size * 9 // 10, 1)


def fill(system: System) -> None:
    """By one statement for each table: a hundred thousand of everything take a minute."""
    make_months(now=timezone.now(), ahead=1)
    named = {name: getattr(system, name) for name in ("size", "some", "page", "busy", "running")}
    with transaction.atomic(), connection.cursor() as cursor, _unannounced(cursor):
        for part in _PARTS:
            statements = (_SQL / f"{part}.sql").read_text(encoding="utf-8")
            cursor.execute(statements, {**named, "participant": target_of("")})


@contextmanager
def _unannounced(cursor: Any) -> Iterator[None]:
    """Without triggers, which would tell of each row by itself (participants/migrations/0002_announce_changes.py)."""
    for table in _ANNOUNCED:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    # What is not checked yet keeps a table from being altered.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in _ANNOUNCED:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
