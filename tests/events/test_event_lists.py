"""Lists of events: pages, order and filters, against small worlds made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.queries import EventFilter, visible_events
from events.services import create_event
from events.wire.v310 import parse_event
from tests.conftest import NOON
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.models import OutboxEntry
from vtn.paging import Page
from vtn.wire import body

STAFF = Caller.staff("tests")
DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


def make(program: dict[str, Any], name: str, *, at: datetime = NOON, **members: Any) -> str:
    content = parse_event({"programID": program["id"], "eventName": name, **members})
    return create_event(caller=STAFF, content=content, now=at).id


def lasting(start: str, duration: str) -> dict[str, Any]:
    return {
        "intervalPeriod": {"start": start, "duration": duration},
        "intervals": [{"id": 0, "payloads": [{"type": "SIMPLE", "values": [1]}]}],
    }


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [event["eventName"] for event in answer.json()]


class TestPages:
    @pytest.fixture
    def sixty(self, program):
        for number in range(60):
            make(program, f"{number:02}", at=NOON + timedelta(minutes=number))
        make(program, "hidden", at=NOON - timedelta(minutes=1), targets=["somebody else's"])

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_they_follow_each_other(self, ven, sixty, dialect):
        door = ven.at(dialect)
        all_names = [f"{number:02}" for number in range(60)]

        assert names(door.get("/events")) == all_names[:50]
        assert names(door.get("/events", {"limit": 50, "skip": 50})) == all_names[50:]
        assert names(door.get("/events", {"limit": 7, "skip": 3})) == all_names[3:10]
        assert names(door.get("/events", {"limit": 1, "skip": 59})) == ["59"]
        for empty in ({"limit": 0}, {"skip": 60}, {"skip": 2147483647}, {"skip": 2147483647, "limit": 50}):
            assert names(door.get("/events", empty)) == []
            assert names(door.get("/events", {**empty, "x-start": "2026-06-01T00:00:00Z"})) == []

    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    @pytest.mark.parametrize(
        "query", ["limit=51", "limit=-1", "limit=x", "limit=%D9%A3", "skip=-1", "limit=1&limit=x"]
    )
    def test_a_bad_page_is_refused_with_its_parameter(self, ven, dialect, query):
        answer = ven.at(dialect).get(f"/events?{query}")

        assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
        assert answer.json()["detail"].startswith(query.partition("=")[0] + ": ")

    def test_the_oldest_come_first_and_equals_are_in_the_order_of_their_ids(self, retailer, program):
        late = make(program, "late", at=NOON + timedelta(hours=1), priority=0)
        twins = sorted([make(program, "1"), make(program, "2"), make(program, "3")])
        early = make(program, "early", at=NOON - timedelta(hours=1), priority=9)

        assert [event["id"] for event in retailer.get("/events").json()] == [early, *twins, late]
        ordered = retailer.get("/events", {"x-end": "9999-01-01T00:00:00Z"}).json()
        assert [event["id"] for event in ordered] == [early, *twins, late]

    def test_a_put_does_not_move_an_event(self, retailer, program):
        first, second = make(program, "first"), make(program, "second", at=NOON + timedelta(minutes=1))

        retailer.put(f"/events/{first}", {"programID": program["id"]})

        assert [event["id"] for event in retailer.get("/events").json()] == [first, second]

    def test_the_filter_comes_before_the_page(self, ven, program):
        for number in range(6):
            make(
                program,
                f"{number}",
                at=NOON + timedelta(minutes=number),
                targets=["north" if number % 2 else "south"],
            )

        assert names(ven.get("/events", {"limit": 2})) == ["1", "3"]
        assert names(ven.get("/events", {"limit": 2, "skip": 2})) == ["5"]


class TestFilters:
    @pytest.fixture
    def other(self, retailer):
        return retailer.post("/programs", {"programName": "other"}).json()

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_by_program(self, ven, program, other, dialect):
        make(program, "mine")
        make(other, "other's")
        make(program, "hidden", targets=["somebody else's"])
        door = ven.at(dialect)

        assert names(door.get("/events", {"programID": program["id"]})) == ["mine"]
        assert names(door.get("/events", {"programID": other["id"]})) == ["other's"]
        assert names(door.get("/events", {"programID": "nope"})) == []
        for malformed in ("", "a b", "x" * 129, "a\n"):
            refused = door.get("/events", {"programID": malformed})
            assert refused.status_code == 400
            assert refused.json()["detail"].startswith("programID: ")

    def test_by_any_of_some_targets(self, retailer, program):
        make(program, "none")
        make(program, "a", at=NOON + timedelta(minutes=1), targets=["a"])
        make(program, "both", at=NOON + timedelta(minutes=2), targets=["b", "a", "VEN_NAME:a"])
        make(program, "c", at=NOON + timedelta(minutes=3), targets=["c"])
        old = retailer.at("3.0.1")

        assert names(retailer.get("/events", {"targets": "a"})) == ["a", "both"]
        assert names(retailer.get("/events", {"targets": ["c", "a", "x", "a"]})) == ["a", "both", "c"]
        assert names(retailer.get("/events", {"targets": ["a", "b"], "skip": 1, "limit": 1})) == ["both"]
        for nothing in ("", "a,b", "A", "a "):
            assert names(retailer.get("/events", {"targets": nothing})) == []
        assert names(old.get("/events", {"targetType": "GROUP", "targetValues": ["c", "b"]})) == ["both", "c"]
        assert names(old.get("/events", {"targetType": "VEN_NAME", "targetValues": "a"})) == ["both"]
        assert names(old.get("/events", {"targetType": "GROUP", "targetValues": ""})) == []
        assert names(old.get("/events", {"targetType": "group", "targetValues": "a"})) == []

    def test_half_a_filter_of_3_0_1_is_none(self, retailer, program):
        make(program, "a", targets=["a"])
        old = retailer.at("3.0.1")

        assert names(old.get("/events", {"targetType": "VEN_NAME"})) == ["a"]
        assert names(old.get("/events", {"targetValues": "b"})) == ["a"]

    def test_different_filters_must_all_hold(self, retailer, program, other):
        june = lasting("2026-06-01T00:00:00Z", "PT1H")
        make(program, "right", targets=["a"], **june)
        make(other, "program", targets=["a"], **june)
        make(program, "target", targets=["b"], **june)
        make(program, "time", targets=["a"], **lasting("2026-07-01T00:00:00Z", "PT1H"))
        query = {
            "programID": program["id"],
            "x-start": "2026-06-01T00:00:00Z",
            "x-end": "2026-06-02T00:00:00Z",
        }

        assert names(retailer.get("/events", {**query, "targets": "a"})) == ["right"]
        old = retailer.at("3.0.1").get("/events", {**query, "targetType": "GROUP", "targetValues": "a"})
        assert names(old) == ["right"]

    def test_unknown_parameters_are_ignored(self, retailer, program):
        make(program, "a", targets=["a"])

        for query in (
            "targetType=GROUP&targetValues=b",
            "dateStart=2026",
            "eventName=b",
            "x-begin=never",
            "=",
        ):
            assert names(retailer.get(f"/events?{query}")) == ["a"]
        assert names(retailer.at("3.0.1").get("/events?targets=b&active=perhaps")) == ["a"]

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_nul_in_the_query_is_refused_by_its_parameter(self, retailer, program, dialect):
        for name in ("programID", "targets", "targetType", "targetValues", "x-start", "active", "limit"):
            answer = retailer.at(dialect).get(f"/events?{name}=%00")

            assert answer.status_code == 400
            assert answer.json()["detail"] == f"{name}: NUL characters are not accepted"

    def test_more_parameters_than_anybody_needs_are_a_problem(self, retailer):
        answer = retailer.get("/events?" + "&".join(f"targets={number}" for number in range(1001)))

        assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
        assert answer.json()["status"] == 400


class TestActive:
    @pytest.fixture
    def events(self, program):
        day = "2026-06-01T"
        for minute, (name, members) in enumerate(
            {
                "ended": lasting(f"{day}10:00:00Z", "PT1H"),
                "ends now": lasting(f"{day}11:00:00Z", "PT1H"),
                "running": lasting(f"{day}11:30:00Z", "PT1H"),
                "future": lasting("2099-01-01T00:00:00Z", "PT1H"),
                "open-ended": lasting(f"{day}10:00:00Z", "P9999Y"),
                "loops": lasting(f"{day}10:00:00Z", "PT1H") | {"duration": "P9999Y"},
                "looped": lasting(f"{day}10:00:00Z", "PT30M") | {"duration": "PT2H"},
                "looping": lasting(f"{day}10:00:00Z", "PT30M") | {"duration": "PT2H1S"},
                "cut off": lasting(f"{day}10:00:00Z", "PT9H") | {"duration": "PT1H"},
                "cancelled": lasting("0001-01-01", "PT0S"),
                "report request": {
                    "intervalPeriod": {"start": "0001-01-01", "duration": "PT0S"},
                    "reportDescriptors": [{"payloadType": "USAGE"}],
                },
                "timeless": {},
            }.items()
        ):
            make(program, name, at=NOON - timedelta(hours=2) + timedelta(minutes=minute), **members)
        make(program, "hidden", targets=["somebody else's"])

    def test_what_has_not_ended_is_active(self, events):
        reader = Caller.staff("reader")
        wanted = EventFilter(active=True)

        answer = visible_events(reader, wanted, page=Page(0, 50), dialect=Dialect.V310, now=NOON)

        assert [event["eventName"] for event in body.decode(answer.body)] == [
            "running", "future", "open-ended", "loops", "looping", "report request", "timeless", "hidden",
        ]  # fmt: skip

    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("query", [{}, {"active": "false"}])
    def test_without_it_all_are_listed(self, ven, events, dialect, query):
        assert len(names(ven.at(dialect).get("/events", query))) == 12

    def test_through_the_door(self, ven, program):
        make(program, "ended", **lasting("2020-01-01T00:00:00Z", "P1D"))
        make(program, "running", at=NOON + timedelta(minutes=1), **lasting("2020-01-01T00:00:00Z", "P1000Y"))
        make(program, "hidden", targets=["somebody else's"])

        assert names(ven.get("/events", {"active": "true"})) == ["running"]
        assert names(ven.get("/events", {"active": "true", "skip": 1})) == []
        assert names(ven.at("3.0.1").get("/events", {"active": "true"})) == ["ended", "running"]

    def test_it_is_true_or_false(self, ven):
        assert ven.get("/events", {"active": "yes"}).json() == {
            "title": "Bad Request",
            "status": 400,
            "detail": "active: 'yes' is neither true nor false",
        }


class TestWindows:
    @pytest.fixture
    def events(self, program):
        for minute, (name, members) in enumerate(
            {
                "10 to 11": lasting("2026-06-01T10:00:00Z", "PT1H"),
                "11 to 12": lasting("2026-06-01T11:00:00Z", "PT1H"),
                "instant at 11": lasting("2026-06-01T11:00:00Z", "PT0S"),
                "from 11 on": lasting("2026-06-01T11:00:00Z", "P9999Y"),
                "timeless": {},
            }.items()
        ):
            make(program, name, at=NOON + timedelta(minutes=minute), **members)
        make(program, "hidden", targets=["somebody else's"], **lasting("2026-06-01T10:00:00Z", "PT1H"))

    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    @pytest.mark.parametrize(
        ("start", "end", "found"),
        [
            ("10:00:00Z", "11:00:00Z", ["10 to 11", "timeless"]),
            ("10:59:59.999999Z", "11:00:00Z", ["10 to 11", "timeless"]),
            ("11:00:00Z", "11:00:00.000001Z", ["11 to 12", "instant at 11", "from 11 on", "timeless"]),
            ("11:00:00.000001Z", "12:00:00Z", ["11 to 12", "from 11 on", "timeless"]),
            ("12:00:00Z", "13:00:00Z", ["from 11 on", "timeless"]),
            ("09:00:00Z", "10:00:00Z", ["timeless"]),
            ("10:30:00Z", "11:30:00Z", ["10 to 11", "11 to 12", "instant at 11", "from 11 on", "timeless"]),
            ("12:00:00Z", None, ["from 11 on", "timeless"]),
            ("11:00:00Z", None, ["11 to 12", "instant at 11", "from 11 on", "timeless"]),
            (None, "11:00:00Z", ["10 to 11", "timeless"]),
            (None, "10:00:00Z", ["timeless"]),
            ("11:00:00Z", "11:00:00Z", []),
            ("12:00:00Z", "11:00:00Z", []),
            ("13:00:00+02:00", "13:30:00+02:00", ["11 to 12", "instant at 11", "from 11 on", "timeless"]),
            ("08:00:00-02:00", "11:00:00+00:00", ["10 to 11", "timeless"]),
        ],
    )
    def test_what_overlaps_is_found(self, ven, events, dialect, start, end, found):
        bounds = {"x-start": start, "x-end": end}
        encoded = {name: f"2026-06-01T{time}" for name, time in bounds.items() if time}
        bare = "&".join(f"{name}={time}" for name, time in encoded.items())

        assert names(ven.at(dialect).get("/events", encoded)) == found
        assert names(ven.at(dialect).get(f"/events?{bare}")) == found

    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    @pytest.mark.parametrize("text", ["", "x", "2026-06-01", "0001-01-01", "9999-12-31T23:59:59-01:00"])
    def test_a_bound_that_is_no_moment_is_refused(self, ven, dialect, text):
        for name in ("x-start", "x-end"):
            answer = ven.at(dialect).get("/events", {name: text})

            assert answer.status_code == 400
            assert answer.json()["detail"].startswith(f"{name}: '{text}' is not ")

    def test_active_narrows_it_further(self, ven, program):
        make(program, "ended", **lasting("2020-01-01T00:00:00Z", "P1D"))
        make(program, "running", at=NOON + timedelta(minutes=1), **lasting("2020-01-01T00:00:00Z", "P1000Y"))
        query = {"x-start": "2020-01-01T00:00:00Z", "x-end": "2020-01-01T00:00:01Z"}

        assert names(ven.get("/events", query)) == ["ended", "running"]
        assert names(ven.get("/events", {**query, "active": "true"})) == ["running"]

    def test_a_loop_is_found_until_it_ends(self, retailer, program):
        loop = lasting("2026-06-01T00:00:00Z", "PT1H")
        make(program, "loop", **{**loop, "duration": "P7D"})

        for day, found in ((5, ["loop"]), (7, ["loop"]), (8, [])):
            window = {"x-start": f"2026-06-0{day}T00:00:00Z", "x-end": f"2026-06-0{day}T00:00:01Z"}
            assert names(retailer.get("/events", window)) == found


class TestQueries:
    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"skip": 1, "limit": 2},
            {"targets": "north", "targetType": "GROUP", "targetValues": "north"},
            {"x-start": "2026-06-01T00:00:00Z", "active": "true", "programID": "x"},
        ],
    )
    def test_a_list_takes_one_query_and_one_for_the_caller(
        self, ven, program, dialect, query, django_assert_num_queries
    ):
        for number in range(3):
            make(program, f"{number}", targets=["north", "south"])

        with django_assert_num_queries(2):
            assert ven.at(dialect).get("/events", query).status_code == 200

    def test_one_event_takes_one_query_and_one_for_the_caller(self, ven, program, django_assert_num_queries):
        event_id = make(program, "e", targets=["north"])

        with django_assert_num_queries(2):
            assert ven.get(f"/events/{event_id}").status_code == 200
        with django_assert_num_queries(2):
            assert ven.get("/events/nothing").status_code == 404

    def test_what_cannot_match_is_not_asked_for(self, stranger, program, django_assert_num_queries):
        make(program, "e", targets=["north"])

        with django_assert_num_queries(1):
            assert names(stranger.get("/events", {"targets": "north"})) == []

    def test_reading_changes_nothing(self, ven, program):
        make(program, "e")
        before = OutboxEntry.objects.count()

        ven.get("/events")

        assert OutboxEntry.objects.count() == before


def test_the_end_of_the_first_event_bounds_how_long_a_list_of_active_ones_is_good(program):
    make(program, "later", **lasting("2026-06-01T11:00:00Z", "PT4H"))
    make(program, "sooner", **lasting("2026-06-01T11:00:00Z", "PT2H"))
    make(program, "never", **lasting("2026-06-01T11:00:00Z", "P9999Y"))

    def good_until(*, skip: int = 0, active: bool = True) -> float:
        wanted = EventFilter(active=active)
        return visible_events(
            STAFF, wanted, page=Page(skip, 50), dialect=Dialect.V310, now=NOON
        ).good_until  # fmt: skip

    assert good_until() == datetime(2026, 6, 1, 13, tzinfo=UTC).timestamp()
    assert good_until(skip=1) == 0
    assert good_until(active=False) == float("inf")
