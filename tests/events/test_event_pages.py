"""Pages of events compared with a list worked out naively: filter everything, sort it, cut the page out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.range import Range

from events import pages
from events.models import Event, EventTarget
from events.period import Period
from programs.models import Program
from programs.services import create_program
from programs.wire.v310 import parse_program
from tests.conftest import NOON
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.paging import Page
from vtn.visibility import Visibility

Window = tuple[datetime | None, datetime | None]
ALL = Visibility.of(None, None)


@dataclass(frozen=True)
class Made:
    """What a list needs to know of an event."""

    id: str
    program_id: str
    created_at: datetime
    targets: tuple[str, ...]
    starts_at: datetime | None
    ends_at: datetime | None

    def overlaps(self, window: Window) -> bool:
        from_at, to_at = window
        if from_at and to_at and from_at >= to_at:
            return False
        begins_in_time = to_at is None or self.starts_at is None or self.starts_at < to_at
        if self.starts_at is not None and self.starts_at == self.ends_at:
            return begins_in_time and (from_at is None or from_at <= self.starts_at)
        return begins_in_time and (from_at is None or self.ends_at is None or self.ends_at > from_at)


def naive(
    world: Iterable[Made], visibility: Visibility, program_id: str | None, windows: list[Window], page: Page
) -> list[str]:
    found = [
        made.id
        for made in sorted(world, key=lambda made: (made.created_at, made.id))
        if visibility.admits(made.targets)
        and program_id in (None, made.program_id)
        and all(made.overlaps(window) for window in windows)
    ]
    return found[page.skip : page.skip + page.limit]


def store(world: Iterable[Made]) -> None:
    """The rows that `create_event` would write, as far as lists read them, in two statements."""
    world = list(world)
    spans = {
        made.id: Range(made.starts_at, made.ends_at, "[]" if made.starts_at == made.ends_at else "[)")
        for made in world
    }
    Event.objects.bulk_create(
        Event(
            id=made.id,
            program_id=made.program_id,
            created_at=made.created_at,
            modified_at=made.created_at,
            targets=list(made.targets),
            content={},
            span=spans[made.id],
            document_301=json.dumps({"id": made.id}),
            document_310=json.dumps({"id": made.id}),
        )
        for made in world
    )
    EventTarget.objects.bulk_create(
        EventTarget(
            event_id=made.id,
            target=target,
            target_in_program=EventTarget.in_program(made.program_id, target),
            created_at=made.created_at,
            span=spans[made.id],
        )
        for made in world
        for target in set(made.targets) or {EventTarget.UNTARGETED}
    )


def paged(visibility: Visibility, program_id: str | None, windows: list[Window], page: Page) -> list[str]:
    periods = [Period(*window) for window in windows]
    found = pages.read(
        visibility, program_id=program_id, windows=periods, page=page, dialect=Dialect.V310
    )  # fmt: skip
    return [json.loads(event.document)["id"] for event in found]


@pytest.fixture
def two_programs(db) -> list[str]:
    staff = Caller.staff("tests")
    return [
        create_program(caller=staff, content=parse_program({"programName": name}), now=NOON).id
        for name in ("one", "other")
    ]


hours = st.integers(0, 6).map(lambda hour: datetime(2026, 6, 1, hour, tzinfo=UTC))
bounds = st.one_of(st.none(), hours)
spans = st.one_of(
    st.tuples(hours, hours).map(sorted), st.tuples(hours, st.none()), st.just((None, None)), st.tuples(st.none(), hours)
)  # fmt: skip
targets = st.sampled_from("abc")
visibilities = st.builds(
    Visibility.of,
    st.one_of(st.none(), st.frozensets(targets)),
    st.one_of(st.none(), st.frozensets(st.one_of(targets, st.just("")), min_size=1)),
)
outlines = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 3), st.lists(targets, max_size=3), spans), max_size=12
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    outlines=outlines,
    visibility=visibilities,
    program=st.sampled_from([None, 0, 1, 2]),
    windows=st.lists(st.tuples(bounds, bounds), max_size=2),
    skip=st.integers(0, 3),
    limit=st.integers(0, 6),
)
def test_any_page_of_any_small_world(two_programs, outlines, visibility, program, windows, skip, limit):
    Event.objects.all().delete()
    world = [
        Made(f"e{number}", two_programs[place], NOON + timedelta(microseconds=made), tuple(aimed), *span)
        for number, (place, made, aimed, span) in enumerate(outlines)
    ]
    store(world)
    program_id = None if program is None else [*two_programs, "nothing"][program]
    page = Page(skip, limit)

    assert paged(visibility, program_id, windows, page) == naive(world, visibility, program_id, windows, page)


@pytest.fixture
def large_world(two_programs) -> list[Made]:
    """2 500 events, an hour each, made in the order of their ids turned round, ten at a time."""
    world = [
        Made(
            id=f"{9_999 - number}",
            program_id=two_programs[number % 5 == 0],
            created_at=NOON + timedelta(seconds=number // 10),
            targets=[(), ("a",), ("a", "b"), ("c",)][number % 4],
            starts_at=NOON + timedelta(minutes=number),
            ends_at=None if number % 500 == 0 else NOON + timedelta(minutes=number + 60),
        )
        for number in range(2_500)
    ]
    store(world)
    return world


def test_every_kind_of_page_of_a_large_world(large_world, two_programs):
    readers = [
        ALL,
        Visibility.of(None, frozenset("ab")),
        Visibility.of(frozenset("ab"), None),
        Visibility.of(frozenset(), None),
        Visibility.of(frozenset("abc"), frozenset("c")),
    ]
    windows: list[list[Window]] = [
        [],
        [(NOON, None)],  # all of them
        [(NOON + timedelta(minutes=600), NOON + timedelta(minutes=1_500))],  # fewer than a thousand
        [(NOON + timedelta(minutes=600), NOON + timedelta(minutes=2_400))],  # more than a thousand
        [(NOON + timedelta(minutes=2_400), NOON + timedelta(minutes=2_401)), (NOON, None)],
        [(None, NOON)],  # none
    ]
    some_pages = [Page(0, 50), Page(37, 50), Page(990, 25), Page(1_010, 25), Page(2_480, 50)]

    for visibility, program_id, asked, page in product(
        readers, [None, two_programs[1]], windows, some_pages
    ):  # fmt: skip
        expected = naive(large_world, visibility, program_id, asked, page)
        assert paged(visibility, program_id, asked, page) == expected


def test_pages_one_after_the_other_are_the_whole_list(large_world):
    visibility, windows = Visibility.of(frozenset("a"), None), [(NOON + timedelta(hours=1), None)]
    whole = naive(large_world, visibility, None, windows, Page(0, 10_000))

    found = [
        event_id
        for skip in range(0, len(whole) + 50, 50)
        for event_id in paged(visibility, None, windows, Page(skip, 50))
    ]

    assert found == whole


def test_a_page_holds_those_that_were_made_in_the_same_instant_once_each(two_programs):
    world = [Made(f"{number:02}", two_programs[0], NOON, ("a", "b"), NOON, None) for number in range(40)]
    store(reversed(world))
    both = Visibility.of(frozenset("ab"), None)

    for windows in ([], [(NOON, None)]):
        assert paged(both, None, windows, Page(5, 10)) == [f"{number:02}" for number in range(5, 15)]


def test_a_program_is_not_mixed_up_with_a_target_that_looks_like_it(two_programs):
    store([Made("e", two_programs[0], NOON, ("b c",), None, None)])
    reader = Visibility.of(frozenset({"c"}), None)

    assert paged(reader, f"{two_programs[0]} b", [], Page(0, 50)) == []
    assert Program.objects.count() == 2


WALKS = {
    "everything": (ALL, None, [], "event_order"),
    "a program": (ALL, "one", [], "event_order_in_program"),
    "targets": (Visibility.of(frozenset("ab"), None), None, [], "target_order"),
    "targets in a program": (Visibility.of(frozenset("ab"), None), "one", [], "target_order_in_program"),
    "a window": (ALL, None, [(NOON, None)], "event_span"),
    "a window in a program": (ALL, "one", [(NOON, None)], "event_span_in_program"),
    "targets and a window": (Visibility.of(frozenset("ab"), None), None, [(None, NOON)], "target_span"),
    "all of these": (Visibility.of(frozenset("ab"), None), "one", [(NOON, None)], "target_span_in_program"),
}


def indexes(*question: Any) -> set[str]:
    """What the one statement of a page reads of events and their targets, as PostgreSQL plans it."""
    asked: list[tuple[Any, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, *more: Any) -> Any:
        asked.append((sql, parameters))
        return execute(sql, parameters, *more)

    with connection.execute_wrapper(note):
        paged(*question, Page(0, 50))
    [(sql, parameters)] = asked
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert not re.search("Bitmap|Seq Scan", plan), plan
    # Less the one by which documents are read when their ids are known.
    return {name for name in re.findall(r"using (\w+) on", plan) if not name.endswith(("_like", "_pkey"))}


@pytest.mark.parametrize("name", WALKS)
def test_a_page_walks_its_own_index_whatever_is_in_the_table(two_programs, name):
    """Empty, filled and analysed: a connection may keep the plan of an empty table until it is analysed. All events are
    of another program."""
    visibility, program, windows, index = WALKS[name]
    program_id = program and two_programs[0]

    empty = indexes(visibility, program_id, windows)
    store(
        Made(f"{number:04}", two_programs[1], NOON, ("a",) if number % 3 else (), NOON, None)
        for number in range(3_000)
    )
    filled = indexes(visibility, program_id, windows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_event, events_eventtarget")
    analysed = indexes(visibility, program_id, windows)

    assert (empty, filled, analysed) == ({index}, {index}, {index})


def test_the_documents_of_a_page_are_looked_up_however_many_the_planner_expects(two_programs):
    """It takes a hundredth of the table to be wanted, for which reading all of so small rows would be cheaper."""
    store(Made(f"{number:05}", two_programs[0], NOON, (), NOON, None) for number in range(10_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_event, events_eventtarget")

    assert indexes(ALL, None, []) == {"event_order"}
