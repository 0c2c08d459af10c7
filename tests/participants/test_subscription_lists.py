"""Lists of subscriptions: filters, pages, and what was changed since."""

from __future__ import annotations

import pytest

from participants.models import Subscription
from tests.participants.subscribing import object_operation, plant, subscription_request


@pytest.fixture(autouse=True)
def laboratory(settings):
    """Nobody is called."""
    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = True
    settings.UNSAFE_CALLBACKS_WITHOUT_CHALLENGE = True


@pytest.fixture(params=["3.1.0", "3.0.1"])
def dialect(request):
    return request.param


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["clientName"] for each in answer.json()]


def to(*object_types: str) -> list[dict]:
    return [object_operation(objects=[each]) for each in object_types]


@pytest.fixture
def planted(house, business):
    """Five of the house and one of another client, in the order they were made."""
    plant("house", clientName="a", programID="p-1", objectOperations=to("EVENT"), targets=["north"])
    plant("house", clientName="b", programID="p-2", objectOperations=to("EVENT", "PROGRAM"))
    plant("house", clientName="c", objectOperations=to("REPORT"), targets=["VEN_NAME:x", "south"])
    plant("house", clientName="d", objectOperations=[])
    plant("house", clientName="a", programID="p-1", objectOperations=to("PROGRAM"))
    plant("stranger", clientName="a", programID="p-1", objectOperations=to("EVENT"), targets=["north"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "abcda"),
        ({"programID": "p-1"}, "aa"),
        ({"programID": "p-3"}, ""),
        ({"clientName": "a"}, "aa"),
        ({"clientName": "A"}, ""),
        ({"clientName": ""}, ""),
        ({"objects": "EVENT"}, "ab"),
        ({"objects": ["EVENT", "REPORT"]}, "abc"),
        ({"objects": "VEN"}, ""),
        ({"objects": "PROGRAM", "programID": "p-2"}, "b"),
        ({"objects": "PROGRAM", "programID": "p-1", "clientName": "a"}, "a"),
        ({"limit": 2}, "ab"),
        ({"limit": 2, "skip": 3}, "da"),
        ({"limit": 0}, ""),
        ({"skip": 9}, ""),
        ({"programID": "p-1", "skip": 1}, "a"),
        ({"unknown": "x"}, "abcda"),
    ],
)
def test_filters_add_up(house, planted, dialect, query, found):
    assert names(house.at(dialect).get("/subscriptions", query)) == list(found)


def test_business_logic_filters_all_of_them(business, planted, dialect):
    door = business.at(dialect)

    assert names(door.get("/subscriptions")) == list("abcdaa")
    assert names(door.get("/subscriptions", {"clientName": "a", "objects": "EVENT"})) == ["a", "a"]


def test_targets_narrow_a_list_in_3_0_1_alone(house, business, planted):
    group = {"targetType": "GROUP", "targetValues": ["north", "south"]}

    assert names(house.at("3.0.1").get("/subscriptions", group)) == ["a", "c"]
    assert names(business.at("3.0.1").get("/subscriptions", group)) == ["a", "c", "a"]
    assert names(
        house.at("3.0.1").get("/subscriptions", {"targetType": "VEN_NAME", "targetValues": "x"})
    ) == ["c"]
    assert (
        names(house.at("3.0.1").get("/subscriptions", {"targetType": "odd one", "targetValues": "x"})) == []
    )
    assert names(house.at("3.0.1").get("/subscriptions", {"targetType": "GROUP"})) == list("abcda")
    assert names(house.get("/subscriptions", {"targets": "north"})) == list("abcda")
    assert names(house.get("/subscriptions", group)) == list("abcda")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("objects=INTERVAL", "objects"),
        ("objects=EVENT&objects=", "objects"),
        ("objects=EVENT,PROGRAM", "objects"),
        ("programID=a%20b", "programID"),
        ("programID=", "programID"),
        ("limit=51", "limit"),
        ("skip=-1", "skip"),
        ("clientName=a%00", "clientName"),
        ("modifiedSince=yesterday", "modifiedSince"),
    ],
)
def test_a_bad_query_is_refused_with_its_parameter(house, dialect, query, parameter):
    answer = house.at(dialect).get(f"/subscriptions?{query}")

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(f"{parameter}: ")


def test_what_was_changed_since_and_what_was_deleted(house, business, neighbour, dialect, settings):
    settings.TOMBSTONE_DAYS = 100_000
    path = f"/subscriptions/{plant('house', programID='p-1')}"
    plant("neighbour")
    since = {"modifiedSince": "2026-06-01T12:00:00.000001Z"}
    every = {**since, "includeDeleted": "true"}
    for door in (house.at(dialect), business.at(dialect), neighbour.at(dialect)):
        assert door.get("/subscriptions", every).json() == []

    replaced = house.put(path, subscription_request(clientName="renamed")).json()
    assert names(house.at(dialect).get("/subscriptions", since)) == ["renamed"]
    assert house.delete(path).status_code == 200

    for door in (house.at(dialect), business.at(dialect)):
        assert door.get("/subscriptions", since).json() == []
        (grave,) = door.get("/subscriptions", every).json()
        assert (grave["id"], grave["objectType"], grave["isDeleted"]) == (
            replaced["id"],
            "SUBSCRIPTION",
            True,
        )
        assert grave["modificationDateTime"] > replaced["modificationDateTime"]
    assert neighbour.at(dialect).get("/subscriptions", every).json() == []


def test_an_answer_is_good_until_something_in_it_changes(house, dialect):
    path = f"/subscriptions/{plant('house')}"
    door = house.at(dialect)
    tags = {each: door.get(each)["ETag"] for each in (path, "/subscriptions")}
    plant("neighbour")

    for each, tag in tags.items():
        unchanged = door.get(each, If_None_Match=tag)
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert "no-cache" in unchanged["Cache-Control"]

    Subscription.objects.all().delete()
    assert door.get("/subscriptions", If_None_Match=tags["/subscriptions"]).status_code == 200
