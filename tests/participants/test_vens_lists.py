"""Lists of VENs: pages, order, filters, and whose they are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from participants import tokens
from participants.services import vens
from tests.conftest import Actor
from tests.participants.conftest import NOW, STAFF, make_resource, make_ven, ven_content

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


def at(minutes, ven_name, **granted):
    content, now = ven_content(ven_name, **granted), NOW + timedelta(minutes=minutes)
    return vens.create_ven(caller=STAFF, content=content, now=now).ven.id


def names(answer):
    assert answer.status_code == 200, answer.content
    return [ven["venName"] for ven in answer.json()]


@pytest.fixture
def sixty(db):
    for number in range(60):
        at(number, f"{number:02}", client_id=f"c{number}", targets=["all", f"t{number % 7}"])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("query", [{}, "all"])
def test_pages_follow_each_other(business, sixty, dialect, query):
    door, everybody = business.at(dialect), [f"{number:02}" for number in range(60)]
    if query and dialect == "3.1.0":
        query = {"targets": query}
    elif query:
        query = {"targetType": "GROUP", "targetValues": query}

    assert names(door.get("/vens", query)) == everybody[:50]
    assert names(door.get("/vens", {**query, "limit": 50, "skip": 50})) == everybody[50:]
    assert names(door.get("/vens", {**query, "limit": 7, "skip": 3})) == everybody[3:10]
    assert names(door.get("/vens", {**query, "limit": 0})) == []
    assert names(door.get("/vens", {**query, "skip": 2147483647, "limit": 50})) == []


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("query", ["limit=51", "limit=-1", "limit=x", "skip=-1", "skip=2147483648"])
def test_a_bad_page_is_refused_with_its_parameter(house, dialect, query):
    answer = house.at(dialect).get(f"/vens?{query}")

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(query.partition("=")[0] + ": ")


def test_the_oldest_come_first_and_equals_are_in_the_order_of_their_ids(business):
    at(2, "late", targets=["x"])
    twins = sorted([at(1, "twin 1", targets=["x"]), at(1, "twin 2", targets=["x", "y"])])
    at(0, "early", targets=["y"])

    for query in {}, {"targets": ["x", "y"]}:
        listed = business.get("/vens", query).json()
        assert [ven["venName"] for ven in listed][0::3] == ["early", "late"]
        assert [ven["id"] for ven in listed][1:3] == twins


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_ven_sees_its_own_and_read_all_opens_nothing(house, neighbour, newcomer, sixty, dialect):
    grasping = Actor(token=tokens.issue(client_id="house", scopes=["read_all", "read_ven_objects"]).text)

    assert names(house.at(dialect).get("/vens")) == ["house"]
    assert names(grasping.at(dialect).get("/vens")) == ["house"]
    assert names(newcomer.at(dialect).get("/vens")) == []
    for query in {"venName": "neighbour"}, {"venName": "05"}, {"skip": 1}:
        assert names(house.at(dialect).get("/vens", query)) == []
    foreign = {"targets": "south"} if dialect == "3.1.0" else {"targetType": "GROUP", "targetValues": "south"}
    assert names(house.at(dialect).get("/vens", foreign)) == []


def test_a_filter_by_targets_finds_those_with_any(business, house, neighbour):
    at(0, "none")
    at(1, "a", targets=["a"])
    at(2, "b", targets=["b", "VEN_NAME:a", "a,b"])
    old = business.at("3.0.1")

    assert names(business.get("/vens", {"targets": "a"})) == ["a"]
    assert names(business.get("/vens", {"targets": ["b", "a", "x", "a,b"]})) == ["a", "b"]
    assert names(business.get("/vens", {"targets": "a,b"})) == ["b"]
    assert names(business.get("/vens", {"targets": ""})) == []
    assert names(business.get("/vens", {"targets": "x" * 129})) == []
    assert names(house.get("/vens", {"targets": ["a", "north"]})) == ["house"]
    assert names(house.get("/vens", {"targets": "a"})) == []
    assert names(old.get("/vens", {"targetType": "GROUP", "targetValues": ["a", "b"]})) == ["a", "b"]
    assert names(old.get("/vens", {"targetType": "VEN_NAME", "targetValues": "a"})) == ["b"]
    assert names(old.get("/vens", {"targetType": "group", "targetValues": "a"})) == []
    assert len(names(old.get("/vens", {"targetType": "GROUP"}))) == 5


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_name_finds_its_ven_and_filters_add_up(business, house, dialect):
    at(0, "a", targets=["a"])
    door = business.at(dialect)
    of_a = {"targets": "a"} if dialect == "3.1.0" else {"targetType": "GROUP", "targetValues": "a"}

    assert names(door.get("/vens", {"venName": "a"})) == ["a"]
    assert names(door.get("/vens", {"venName": "A"})) == []
    assert names(door.get("/vens", {"venName": ""})) == []
    assert names(door.get("/vens", {"venName": "a" * 5000})) == []
    assert names(door.get("/vens", {"venName": "'; --"})) == []
    assert names(door.get("/vens", {"venName": "%"})) == []
    assert names(door.get("/vens", {"venName": "a", **of_a})) == ["a"]
    assert names(door.get("/vens", {"venName": "house", **of_a})) == []
    assert names(house.at(dialect).get("/vens", {"venName": "house"})) == ["house"]


def test_unknown_parameters_are_ignored(business):
    at(0, "a")

    for query in "targetType=GROUP&targetValues=b", "resourceName=x", "clientID=x", "=":
        assert names(business.get(f"/vens?{query}")) == ["a"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ["targets", "venName", "targetValues", "anything"])
def test_a_nul_in_the_query_is_refused_by_its_parameter(business, dialect, name):
    answer = business.at(dialect).get(f"/vens?targetType=GROUP&{name}=a%00b")

    assert (answer.status_code, answer.json()["detail"]) == (400, f"{name}: NUL characters are not accepted")


def test_3_0_1_shows_each_with_its_own_resources(business):
    for ven in "ab":
        ven_id = at(0, ven)
        for resource in "xyz":
            make_resource(ven_id, f"{ven}{resource}", targets=[f"{ven}{resource}"])
    at(1, "c")

    listed = business.at("3.0.1").get("/vens").json()

    assert [[each["resourceName"] for each in ven["resources"]] for ven in listed] == [
        ["ax", "ay", "az"],
        ["bx", "by", "bz"],
        [],
    ]
    assert listed[0]["resources"][1]["targets"] == [{"type": "GROUP", "values": ["ay"]}]


@pytest.mark.parametrize("actor", ["business", "house"])
def test_every_read_takes_one_query_and_one_for_the_caller(
    request, actor, house, boiler, own, django_assert_num_queries
):
    door = request.getfixturevalue(actor)
    path = f"/vens/{own(house)['id']}"

    for dialect in DIALECTS:
        for question in "/vens", "/vens?venName=house&limit=3", "/vens?targets=north&skip=1", path:
            with django_assert_num_queries(2):
                assert door.at(dialect).get(question).status_code == 200


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_mirror_sees_what_was_changed_and_deleted_of_its_own(business, house, neighbour, own, dialect):
    gone, theirs = own(house)["id"], own(neighbour)["id"]
    business.delete(f"/vens/{gone}")
    business.delete(f"/vens/{theirs}")
    yesterday = timezone.now() - timedelta(days=1)  # deletions are remembered for so long only
    query = {"modifiedSince": yesterday.isoformat(), "includeDeleted": "true"}

    (told,) = house.at(dialect).get("/vens", query).json()

    assert (told["id"], told["isDeleted"]) == (gone, True)
    assert len(business.at(dialect).get("/vens", query).json()) == 2


def test_a_mirror_in_3_0_1_gets_resources_inside(business, house, boiler):
    query = {"modifiedSince": "2026-01-01T00:00:00Z"}

    (shown,) = house.at("3.0.1").get("/vens", query).json()

    assert [each["resourceName"] for each in shown["resources"]] == ["boiler"]
    assert names(house.get("/vens", {**query, "venName": "neighbour"})) == []
    assert names(house.get("/vens", {**query, "targets": ["south", "north"]})) == ["house"]


def test_those_of_nobody_belong_to_no_ven(business, house, newcomer):
    make_ven("nobody's")

    assert names(house.get("/vens")) == ["house"]
    assert names(newcomer.get("/vens")) == []
    assert sorted(names(business.get("/vens"))) == ["house", "nobody's"]
