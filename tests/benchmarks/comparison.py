"""Asks the same questions of a database with small tables and of one with large tables, in turn."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from statistics import median

from tests.benchmarks.plans import indexes_used
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
        index = indexes_used(asked[1])
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
