"""Who sees what: the pure rule, the SQL filter, the paged SQL and both doors, each against the same table."""

from __future__ import annotations

import string
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import pages
from events.models import Event
from events.period import Period
from events.services import create_event
from events.wire.v310 import parse_event
from programs.models import Program
from programs.services import create_program
from programs.wire.v310 import parse_program
from tests.conftest import NOON
from vtn.caller import Caller, Role
from vtn.dialect import Dialect
from vtn.ids import new_id
from vtn.paging import Page
from vtn.visibility import Visibility

STAFF = Caller.staff("tests")
BL = None  # what is granted to business logic

# decisions/openadr.md §2: the object's targets, the grant, the query's targets, and what is shown (None: nothing).
TABLE: list[tuple[list[str], set[str] | None, set[str] | None, list[str] | None]] = [
    # business logic sees everything, and filters
    ([], BL, None, []),
    (["a", "b"], BL, None, ["a", "b"]),
    ([], BL, {"a"}, None),
    (["a", "b"], BL, {"a"}, ["a", "b"]),
    (["b", "a"], BL, {"a", "c"}, ["b", "a"]),
    (["a"], BL, {"c"}, None),
    # a VEN without a query sees the untargeted and the granted
    ([], {"a"}, None, []),
    ([], set(), None, []),
    (["a", "b"], {"a"}, None, ["a"]),
    (["b", "a"], {"a", "b", "c"}, None, ["b", "a"]),
    (["b"], {"a"}, None, None),
    (["a"], set(), None, None),
    # a VEN with a query sees what it was granted of what it asks for
    ([], {"a"}, {"a"}, None),
    ([], set(), {"a"}, None),
    (["a", "b"], {"a"}, {"a"}, ["a"]),
    (["a", "b"], {"a"}, {"b"}, None),
    (["a", "b"], {"a", "b"}, {"b"}, ["b"]),
    (["a", "b"], {"a"}, {"a", "b"}, ["a"]),
    (["a"], set(), {"a"}, None),
    # comparison is exact
    (["a"], {"A"}, None, None),
    (["a "], {"a"}, None, None),
    (["ab"], {"a"}, None, None),
    (["\u00e9"], {"e\u0301"}, None, None),  # the same letter in two spellings
    (["a,b"], {"a"}, None, None),
    (["GROUP:a"], {"a"}, None, None),
    # the empty text is nobody's target
    ([], BL, {""}, None),
    ([], {"a"}, {""}, None),
    (["a"], BL, {""}, None),
    # a longer text is another target
    (["t" * 128], BL, {"t" * 129}, None),
    (["t" * 128], BL, {"t" * 128}, ["t" * 128]),
]


def frozen(targets: set[str] | None) -> frozenset[str] | None:
    return None if targets is None else frozenset(targets)


def make(targets: list[str], program: Program | None = None) -> Program | Event:
    if program is None:
        content = parse_program({"programName": new_id(), "targets": targets})
        return create_program(caller=STAFF, content=content, now=NOON)
    content = parse_event({"programID": program.id, "targets": targets})
    return create_event(caller=STAFF, content=content, now=NOON)


@pytest.fixture
def home_of_events(db: None) -> Program:
    return create_program(caller=STAFF, content=parse_program({"programName": "home"}), now=NOON)


class TestTheTable:
    @pytest.mark.parametrize(("targets", "granted", "asked", "shown"), TABLE)
    def test_the_rule(self, targets, granted, asked, shown):
        visibility = Visibility.of(frozen(granted), frozen(asked))

        assert visibility.admits(targets) is (shown is not None)
        if shown is not None:
            assert visibility.shown(targets) == shown

    @pytest.mark.parametrize(("targets", "granted", "asked", "shown"), TABLE)
    def test_the_sql_filter(self, db, targets, granted, asked, shown):
        visibility = Visibility.of(frozen(granted), frozen(asked))
        program = make(targets)

        found = list(Program.objects.visible_to(visibility))

        assert found == ([] if shown is None else [program])

    @pytest.mark.parametrize(("targets", "granted", "asked", "shown"), TABLE)
    @pytest.mark.parametrize("windows", [[], [Period(None, None)]])
    def test_the_pages_of_events(self, home_of_events, targets, granted, asked, shown, windows):
        visibility = Visibility.of(frozen(granted), frozen(asked))
        make(targets, home_of_events)

        found = pages.read(
            visibility, program_id=None, windows=windows, page=Page(0, 50), dialect=Dialect.V310
        )

        assert [event.targets for event in found] == ([] if shown is None else [targets])

    @pytest.mark.parametrize(("targets", "granted", "asked", "shown"), TABLE)
    def test_the_doors(self, enrol, home_of_events, targets, granted, asked, shown):
        role = Role.BL if granted is None else Role.VEN
        reader = enrol("reader", role, targets=granted or None)
        planted = {"/programs": make(targets), "/events": make(targets, home_of_events)}
        make(["somebody else's"])
        make(["somebody else's"], home_of_events)

        for path, dialect in product(planted, ("3.1.0", "3.0.1")):
            answer = reader.at(dialect).get(path, in_query(asked, dialect))

            assert answer.status_code == 200
            found = {item["id"]: item for item in answer.json()}
            assert (planted[path].id in found) is (shown is not None)
            if shown is not None:
                assert in_3_1(found[planted[path].id].get("targets")) == shown


def in_query(asked: set[str] | None, dialect: str) -> dict[str, Any]:
    """The table's queries are of groups, which 3.0.1 asks for by type."""
    if asked is None:
        return {}
    return {"targets": [*asked]} if dialect == "3.1.0" else {"targetType": "GROUP", "targetValues": [*asked]}


def in_3_1(targets: Any) -> list[str]:
    """No member and an empty one say the same."""
    if not targets or isinstance(targets[0], str):
        return targets or []
    return [value for values_map in targets for value in values_map["values"]]


class TestOneObject:
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1", "/api/openadr/v1"])
    @pytest.mark.parametrize("path", ["/programs", "/events"])
    def test_a_hidden_one_does_not_exist(self, ven, stranger, home_of_events, path, dialect):
        hidden = make(["south"], home_of_events if path == "/events" else None)
        kind = path.removeprefix("/").removesuffix("s")

        for reader in (ven.at(dialect), stranger.at(dialect)):
            answer = reader.get(f"{path}/{hidden.id}")
            missing = reader.get(f"{path}/nothing")

            assert answer.json() == {
                "title": "Not Found",
                "status": 404,
                "detail": f"There is no {kind} '{hidden.id}'",
            }
            assert missing.json() == {
                "title": "Not Found",
                "status": 404,
                "detail": f"There is no {kind} 'nothing'",
            }
            assert answer.status_code == missing.status_code == 404

    @pytest.mark.parametrize(
        ("dialect", "shown", "all_of_them"),
        [
            ("3.1.0", ["north"], ["south", "north"]),
            (
                "3.0.1",
                [{"type": "GROUP", "values": ["north"]}],
                [{"type": "GROUP", "values": ["south", "north"]}],
            ),
        ],
    )
    @pytest.mark.parametrize("path", ["/programs", "/events"])
    def test_its_reader_sees_the_targets_that_it_was_granted(
        self, retailer, ven, home_of_events, path, dialect, shown, all_of_them
    ):
        planted = make(["south", "north"], home_of_events if path == "/events" else None)

        assert ven.at(dialect).get(f"{path}/{planted.id}").json()["targets"] == shown
        assert retailer.at(dialect).get(f"{path}/{planted.id}").json()["targets"] == all_of_them

    @pytest.mark.parametrize("path", ["/programs", "/events"])
    def test_the_targets_of_a_query_do_not_matter(self, ven, home_of_events, path):
        """The files give `targets` to lists only."""
        planted = make(["north"], home_of_events if path == "/events" else None)

        assert ven.get(f"{path}/{planted.id}", {"targets": "south"}).status_code == 200


def test_an_event_does_not_inherit_the_targets_of_its_program(retailer, stranger):
    program = retailer.post("/programs", {"programName": "for the south", "targets": ["south"]}).json()
    event = retailer.post("/events", {"programID": program["id"], "intervals": []}).json()

    assert stranger.get(f"/programs/{program['id']}").status_code == 404
    assert stranger.get(f"/events/{event['id']}").json() == event
    assert stranger.get("/events", {"programID": program["id"]}).json() == [event]


def test_an_event_that_is_aimed_elsewhere_is_gone_for_those_it_was_meant_for(retailer, ven, program):
    event = retailer.post("/events", {"programID": program["id"], "targets": ["north"]}).json()
    assert ven.get("/events").json() == [event]

    retailer.put(f"/events/{event['id']}", {"programID": program["id"], "targets": ["south"]})

    assert ven.get("/events").json() == []
    assert ven.get(f"/events/{event['id']}").status_code == 404


def test_a_program_that_is_opened_to_all_is_seen_by_all(retailer, stranger):
    program = retailer.post("/programs", {"programName": "p", "targets": ["north"]}).json()
    assert stranger.get("/programs").json() == []

    retailer.put(f"/programs/{program['id']}", {"programName": "p"})

    assert [seen["id"] for seen in stranger.get("/programs").json()] == [program["id"]]


def test_no_text_of_a_query_becomes_sql(ven, home_of_events):
    make(["south"], home_of_events)
    for text in ("' OR 1=1 --", "%s", "%(targets)s", "{north}", "north','south", '"', "\\", "{}", "%"):
        assert ven.get("/events", {"targets": text}).json() == []
        assert ven.get("/events", {"programID": text}).status_code == 400
        assert ven.get("/programs", {"targets": text}).json() == []


few_targets = st.sampled_from(string.ascii_lowercase[:4])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    objects=st.lists(st.lists(few_targets, max_size=3), max_size=8),
    granted=st.one_of(st.none(), st.frozensets(few_targets)),
    asked=st.one_of(st.none(), st.frozensets(few_targets, min_size=1)),
    skip=st.integers(0, 4),
    limit=st.integers(0, 4),
)
def test_all_of_them_agree_on_any_objects(home_of_events, objects, granted, asked, skip, limit):
    Event.objects.all().delete()
    visibility = Visibility.of(granted, asked)
    made = [make(targets, home_of_events) for targets in objects]
    expected = [event for event in made if visibility.admits(event.targets)]

    found = pages.read(visibility, program_id=None, windows=[], page=Page(skip, limit), dialect=Dialect.V310)

    assert list(Event.objects.visible_to(visibility).order_by("created_at", "id")) == expected
    assert [event.document for event in found] == [
        event.document_310 for event in expected[skip : skip + limit]
    ]
