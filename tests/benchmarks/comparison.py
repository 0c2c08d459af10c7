"""Asks the same questions of a database with small tables and of one with large tables, in turn."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.benchmarks.sizes import PageCost, connected_to

# Gives the body of an answer.
Ask = Callable[[], bytes]


def compare(
    databases: tuple[str, str], questions: Callable[[str], Mapping[str, Ask]], *, repeats: int
) -> list[PageCost]:
    """What each of the questions costs, which have the same names for either database."""
    of_each = [questions(database) for database in databases]
    return [_compare(name, databases, [asked[name] for asked in of_each], repeats) for name in of_each[0]]


def _compare(name: str, databases: tuple[str, str], asked: list[Ask], repeats: int) -> PageCost:
    times: tuple[list[float], list[float]] = ([], [])
    found = [0, 0]
    # Some at a time: each change of the database is a new connection, with nothing read or planned before.
    for _ in range(repeats):
        for which, (database, ask) in enumerate(zip(databases, asked, strict=True)):
            with connected_to(database):
                found[which] = _objects(ask())
                times[which].extend(_seconds(ask) for _ in range(7))
    with connected_to(databases[1]):
        index = _indexes_used(asked[1])
    small, large = (median(each) * 1_000 for each in times)
    return PageCost(name, small, large, (found[0], found[1]), index)


def _seconds(ask: Ask) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _objects(answer: bytes) -> int:
    """Those on the page, or the single one."""
    found = json.loads(answer)
    return len(found) if isinstance(found, list) else 1


def _indexes_used(ask: Ask) -> str:
    """The indexes of all queries of a question, less those that documents are read by when their ids are known."""
    with CaptureQueriesContext(connection) as queries:
        ask()
    plans = "\n".join(_plan(query["sql"]) for query in queries.captured_queries)
    used = re.findall(r"(?:using|Index Scan on) (\w+)|(Seq Scan on \w+)", plans)
    names = dict.fromkeys(index or scan for index, scan in used)
    return ", ".join(name for name in names if not name.endswith(("_pkey", "_like"))) or "the primary key"


def _plan(sql: str) -> str:
    setting, _, query = sql.partition(";") if sql.lstrip().startswith("SET ") else ("", "", sql)
    with connection.cursor() as cursor:
        cursor.execute(f"{setting}; EXPLAIN {query}")
        if setting:
            cursor.nextset()  # from the answer to SET to that of EXPLAIN
        return "\n".join(line for (line,) in cursor.fetchall())
