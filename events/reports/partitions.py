"""The months that the tables of reports are cut into: made ahead of time, and dropped as wholes when they are old.

A month's bounds are texts: the ids of reports begin with the time, so they are sorted into months by themselves, and
the primary key is the id alone. What nobody has made a month for lies in a default partition until somebody does.

Reports and their readings lie in tables that are cut alike, each for itself. Each step is one transaction, and only one
at a time: runs that meet, or are cut short, do no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from psycopg import sql

from vtn.ids import ids_from
from vtn.polling.state import Move
from vtn.polling.versions import EVERYTHING
from vtn.turns import wait_for_turn

logger = logging.getLogger(__name__)

# The table, and the column that holds the id of a report. Readings come first: nobody finds those of a report that has
# been dropped, and no report gets a month before its readings do.
_TABLES = {"events_readingcolumns": "report_id", "events_report": "id"}

# Making a month holds up writers for a moment, dropping one readers as well. Behind a lock that waits, everybody waits:
# better to try again another day.
_PATIENCE = "SET LOCAL lock_timeout = '2s'"
_MAKE = (
    "CREATE TABLE {new} (LIKE {parent} INCLUDING ALL)",
    # A writer who is on the way to the default partition would be refused by it once the month is there.
    "LOCK TABLE {parent} IN SHARE ROW EXCLUSIVE MODE",
    "WITH moved AS (DELETE FROM {default} WHERE {id} >= {first} AND {id} < {next} RETURNING *)"
    " INSERT INTO {new} SELECT * FROM moved",
    "ALTER TABLE {parent} ATTACH PARTITION {new} FOR VALUES FROM ({first}) TO ({next})",
)


@dataclass(frozen=True, order=True)
class Month:
    """A month of UTC."""

    starts_at: datetime

    @classmethod
    def of(cls, moment: datetime) -> Self:
        day = moment.astimezone(UTC)
        return cls(datetime(day.year, day.month, 1, tzinfo=UTC))

    def later(self, months: int) -> Month:
        return Month(self.starts_at + relativedelta(months=months))

    @property
    def suffix(self) -> str:
        return f"{self.starts_at:%Y_%m}"

    @property
    def bounds(self) -> tuple[str, str]:
        """The ids from the first on are in it, and before the second."""
        return ids_from(self.starts_at), ids_from(self.later(1).starts_at)

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m}"


def look_after(*, now: datetime, ahead: int, kept: int) -> tuple[list[Month], list[Month]]:
    """Makes the months to come, and drops those older than the `kept` whole months before this one; 0 keeps all. Tells
    which were made and which were dropped."""
    made = make_months(now=now, ahead=ahead)
    return made, drop_months(before=Month.of(now).later(-kept)) if kept else []


def make_months(*, now: datetime, ahead: int) -> list[Month]:
    """Makes what is missing of this month, so many ahead, those of reports that lie in the default partition, which
    move, and those that one of the tables lacks. Tells which were made."""
    this = Month.of(now)
    wanted = {this.later(number) for number in range(ahead + 1)} | _stranded() | set(made_months())
    made = {month for table in _TABLES for month in sorted(wanted) if _make(table, month)}
    return sorted(made)


def drop_months(*, before: Month) -> list[Month]:
    """Drops all reports of the months before this one, with their readings. Tells which months there were."""
    dropped = set()
    for table in _TABLES:
        for month in made_months(table):
            if month < before:
                _drop(table, month)
                dropped.add(month)
    return sorted(dropped)


def made_months(table: str = "events_report") -> list[Month]:
    """The months that have a partition, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT right(relname, 7) FROM pg_inherits JOIN pg_class ON oid = inhrelid"
            " WHERE inhparent = %s::regclass AND relname ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY 1",
            [table],
        )
        return [
            Month(datetime.strptime(found, "%Y_%m").replace(tzinfo=UTC)) for (found,) in cursor.fetchall()
        ]


def _stranded() -> set[Month]:
    """The months of reports for which there was no partition."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT date_trunc('month', created_at, 'UTC') FROM events_report_default")
        return {Month.of(moment) for (moment,) in cursor.fetchall()}


def _make(table: str, month: Month) -> bool:
    """False if it is there already.

    Attached and not created in its place: that lets readers go on, but for those of the default partition, which is
    looked through for rows that belong here. They are moved first.
    """
    parts = {
        "parent": sql.Identifier(table),
        "default": sql.Identifier(f"{table}_default"),
        "new": _partition(table, month),
        "id": sql.Identifier(_TABLES[table]),
        "first": sql.Literal(month.bounds[0]),
        "next": sql.Literal(month.bounds[1]),
    }
    with _alone() as execute:
        if month in made_months(table):
            return False
        for statement in _MAKE:
            execute(sql.SQL(statement).format(**parts))
    logger.info("Made the partition of %s for %s", table, month)
    return True


def _drop(table: str, month: Month) -> None:
    with _alone() as execute:
        execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_partition(table, month)))
        # Which answers held one of them nobody knows, so all are made anew.
        move = Move.of([EVERYTHING])
        execute("SELECT pg_notify(%s, %s)", [move.CHANNEL, move.payload])
        move.after_commit()
    logger.warning("Dropped the partition of %s for %s, which is older than what is kept", table, month)


def _partition(table: str, month: Month) -> sql.Identifier:
    return sql.Identifier(f"{table}_{month.suffix}")


@contextmanager
def _alone() -> Iterator[Callable[..., Any]]:
    """A transaction that nobody else makes or drops months in, with the way to run statements."""
    with transaction.atomic(), connection.cursor() as cursor:
        wait_for_turn("events.reports.partitions")
        cursor.execute(_PATIENCE)
        yield cursor.execute
