"""What a page of events costs in a small table and in a large one, through the project's own code."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from statistics import median
from typing import Any

from django.db import connection
from django.utils import timezone

from events.queries import EventFilter, visible_events
from events.services import create_event
from events.wire import v310 as events_wire
from programs.services import create_program
from programs.wire import v310 as programs_wire
from tests.benchmarks import scene, seed
from tests.benchmarks.plans import indexes_used
from tests.benchmarks.stage import EMPTY_DATABASE, copy_database
from vtn.caller import Caller, Role, Scope
from vtn.dialect import Dialect
from vtn.launcher.home import Home
from vtn.paging import Page

_BUSINESS = Caller("bench-business", Role.BL, frozenset(Scope))
_VEN = Caller(
    "bench-ven",
    Role.VEN,
    frozenset(Scope),
    granted=frozenset({seed.POPULAR, seed.RARE, seed.UNKNOWN, *seed.SITES}),
)
_CENTURY = timedelta(days=36_500)
_PAGE = Page(skip=0, limit=50)


@dataclass(frozen=True)
class PageCost:
    """One question, answered from each table.

    Where what a window leaves of a small programme differs in number, the two costs cannot be compared.
    """

    question: str
    small_ms: float
    large_ms: float
    found: tuple[int, int]
    index: str

    @property
    def is_comparable(self) -> bool:
        return self.found[0] == self.found[1]

    @property
    def ratio(self) -> float:
        return self.large_ms / self.small_ms


def compare(small: int, large: int, *, repeats: int, tell: Callable[[str], None]) -> list[PageCost]:
    """Fills two databases and asks both the same questions in turn."""
    for rows in (small, large):
        filled(rows, tell)
    return [
        _compare(name, small, large, repeats)
        for name in _questions(small)  # the names are the same for all sizes
    ]


def _compare(name: str, small: int, large: int, repeats: int) -> PageCost:
    times: dict[int, list[float]] = {small: [], large: []}
    found: dict[int, int] = {}
    # Some at a time: each change of the database is a new connection, with nothing read or planned before.
    for _ in range(repeats):
        for rows in (small, large):
            with connected_to(_name(rows)):
                caller, wanted = _questions(rows)[name]
                found[rows] = _ask(caller, wanted)[1]
                times[rows] += [_ask(caller, wanted)[0] for _ in range(7)]
    with connected_to(_name(large)):
        caller, wanted = _questions(large)[name]
        index = indexes_used(lambda: _ask(caller, wanted))
    return PageCost(
        name, median(times[small]) * 1_000, median(times[large]) * 1_000, (found[small], found[large]), index
    )


def _ask(caller: Caller, wanted: EventFilter) -> tuple[float, int]:
    """Seconds, and how many events were found."""
    began = time.perf_counter()
    answer = visible_events(caller, wanted, page=_PAGE, dialect=Dialect.V310, now=seed.LAST_CREATED_AT)
    return time.perf_counter() - began, answer.body.count(b'"objectType":"EVENT"')


def _questions(rows: int) -> dict[str, tuple[Caller, EventFilter]]:
    """Who asks for what, by a name."""
    return {
        f"{who}, {_joined(what, when)}": (caller, EventFilter(**narrowed, **window))
        for who, caller in (("BL", _BUSINESS), ("VEN", _VEN))
        for what, narrowed in _FILTERS.items()
        for when, window in _windows(rows).items()
    }


# "Nothing": a program without events, a target that no event has, two things that never go together.
_FILTERS: dict[str, dict[str, Any]] = {
    "": {},
    "program": {"program_id": seed.USUAL_PROGRAM},
    "hot program": {"program_id": seed.HOT_PROGRAM},
    "empty program": {"program_id": seed.EMPTY_PROGRAM},
    "popular target": {"asked": frozenset({seed.POPULAR})},
    "three sites": {"asked": frozenset(seed.SITES)},
    "rare target": {"asked": frozenset({seed.RARE})},
    "unknown target": {"asked": frozenset({seed.UNKNOWN})},
    "hot program and popular target": {
        "program_id": seed.HOT_PROGRAM,
        "asked": frozenset({seed.POPULAR}),
    },
}


def _windows(rows: int) -> dict[str, dict[str, Any]]:
    """The first hour has a few thousand events whatever the size, the second half of all time has half of them."""
    middle = seed.LAST_CREATED_AT - seed.EVERY * rows / 2
    return {
        "": {},
        "one hour": {"from_at": middle, "to_at": middle + timedelta(hours=1)},
        "half of all time": {"from_at": middle},
        "active": {"active": True},
        "before all": {"to_at": seed.LAST_CREATED_AT - _CENTURY},
        "after all": {"from_at": seed.LAST_CREATED_AT + _CENTURY},
    }


def _joined(what: str, when: str) -> str:
    return ", ".join(filter(None, (what, when))) or "unfiltered"


@cache
def filled(rows: int, tell: Callable[[str], None]) -> str:
    """The name of a database with as many events, filled when it is first asked for."""
    tell(f"filling a table with {rows:,} events")
    copy_database(EMPTY_DATABASE, _name(rows))
    with connected_to(_name(rows)):
        staff, now = Caller.staff("benchmark"), timezone.now()
        program = create_program(
            caller=staff, content=programs_wire.parse_program({"programName": "original"}), now=now
        )
        event = create_event(
            caller=staff, content=events_wire.parse_event(scene.day_of_prices(program.id, 0)), now=now
        )
    seed.fill(Home.from_environment().postgres_url(_name(rows)), rows, event.id)
    return _name(rows)


@contextmanager
def connected_to(database: str) -> Generator[None, None, None]:
    """The project's code reads from this database."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def _name(rows: int) -> str:
    return f"vtn_{rows}"
