"""Lists of programs: pages, order and filters."""

from __future__ import annotations

from datetime import timedelta

import pytest

from programs.services import create_program
from programs.wire.v310 import parse_program
from tests.conftest import NOON
from vtn.caller import Caller

STAFF = Caller.staff("tests")
DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


def make(name: str, *targets: str, minutes: int = 0) -> str:
    content = parse_program({"programName": name, "targets": [*targets]})
    return create_program(caller=STAFF, content=content, now=NOON + timedelta(minutes=minutes)).id


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [program["programName"] for program in answer.json()]


@pytest.fixture
def sixty(db):
    for number in range(60):
        make(f"{number:02}", minutes=number)
    make("hidden", "somebody else's", minutes=-1)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_pages_follow_each_other(ven, sixty, dialect):
    door = ven.at(dialect)
    all_names = [f"{number:02}" for number in range(60)]

    assert names(door.get("/programs")) == all_names[:50]
    assert names(door.get("/programs", {"limit": 50, "skip": 50})) == all_names[50:]
    assert names(door.get("/programs", {"limit": 7, "skip": 3})) == all_names[3:10]
    assert names(door.get("/programs", {"limit": 0})) == []
    assert names(door.get("/programs", {"skip": 60})) == []
    assert names(door.get("/programs", {"skip": 2147483647})) == []


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
@pytest.mark.parametrize(
    "query", ["limit=51", "limit=-1", "limit=x", "limit=%D9%A3", "skip=-1", "skip=2147483648"]
)
def test_a_bad_page_is_refused_with_its_parameter(ven, sixty, dialect, query):
    answer = ven.at(dialect).get(f"/programs?{query}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert answer.json()["detail"].startswith(query.partition("=")[0] + ": ")


def test_the_oldest_come_first_and_equals_are_in_the_order_of_their_ids(retailer):
    make("late", minutes=2)
    twins = sorted([make("twin 1", minutes=1), make("twin 2", minutes=1), make("twin 3", minutes=1)])
    make("early", minutes=0)

    listed = retailer.get("/programs").json()

    assert [program["programName"] for program in listed][0::4] == ["early", "late"]
    assert [program["id"] for program in listed][1:4] == twins


def test_a_filter_by_targets_finds_those_with_any(retailer):
    make("none")
    make("a", "a", minutes=1)
    make("b", "b", "VEN_NAME:a", minutes=2)
    make("c", "c", minutes=3)
    old = retailer.at("3.0.1")

    assert names(retailer.get("/programs", {"targets": "a"})) == ["a"]
    assert names(retailer.get("/programs", {"targets": ["b", "a", "x"]})) == ["a", "b"]
    assert names(retailer.get("/programs", {"targets": "a,b"})) == []
    assert names(retailer.get("/programs", {"targets": "VEN_NAME:a"})) == ["b"]
    assert names(old.get("/programs", {"targetType": "GROUP", "targetValues": ["a", "c"]})) == ["a", "c"]
    assert names(old.get("/programs", {"targetType": "VEN_NAME", "targetValues": "a"})) == ["b"]
    assert names(old.get("/programs", {"targetType": "group", "targetValues": "a"})) == []


def test_half_a_filter_of_3_0_1_is_none(retailer):
    make("a", "a")
    old = retailer.at("3.0.1")

    assert names(old.get("/programs", {"targetType": "VEN_NAME"})) == ["a"]
    assert names(old.get("/programs", {"targetValues": "b"})) == ["a"]


def test_the_filter_comes_before_the_page(ven):
    for number in range(6):
        make(f"{number}", "north" if number % 2 else "south", minutes=number)

    assert names(ven.get("/programs", {"limit": 2})) == ["1", "3"]
    assert names(ven.get("/programs", {"limit": 2, "skip": 2})) == ["5"]


def test_unknown_parameters_are_ignored(retailer):
    make("a", "a")

    for query in (
        "targetType=GROUP&targetValues=b",
        "programID=x",
        "dateStart=2026",
        "active=perhaps",
        "x-start=never",
        "=",
    ):
        assert names(retailer.get(f"/programs?{query}")) == ["a"]
    assert names(retailer.at("3.0.1").get("/programs?targets=b&active=perhaps")) == ["a"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_nul_in_the_query_is_refused_by_its_parameter(retailer, dialect):
    for name in ("targets", "targetValues", "anything"):
        answer = retailer.at(dialect).get(f"/programs?targetType=GROUP&{name}=a%00b")

        assert answer.status_code == 400
        assert answer.json() == {
            "title": "Bad Request",
            "status": 400,
            "detail": f"{name}: NUL characters are not accepted",
        }


def test_a_list_takes_one_query_and_one_for_the_caller(ven, sixty, django_assert_num_queries):
    with django_assert_num_queries(2):
        ven.get("/programs", {"targets": "north", "skip": 1, "limit": 5})
    with django_assert_num_queries(2):
        ven.at("3.0.1").get("/programs")


def test_one_program_takes_one_query_and_one_for_the_caller(ven, program, django_assert_num_queries):
    with django_assert_num_queries(2):
        ven.get(f"/programs/{program['id']}")
