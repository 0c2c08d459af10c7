"""Lists of subscriptions: filters, pages, and what was changed since."""

from __future__ import annotations

import json

import pytest

from participants.models import Subscription, SubscriptionWay
from participants.queries.subscriptions import SubscriptionFilter, visible_subscriptions
from tests.participants.subscribing import object_operation, plant, subscription_request
from vtn.caller import ROLE_SCOPES, Caller, Role
from vtn.dialect import Dialect
from vtn.paging import Page

pytestmark = pytest.mark.usefixtures("laboratory")

BUSINESS = Caller("retailer", Role.BL, ROLE_SCOPES[Role.BL])


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


@pytest.mark.parametrize("page", [Page(0, 50), Page(1, 2), Page(2, 50)])
@pytest.mark.parametrize("asked", [None, {"north"}, {"north", "south"}, {"EVENT"}, set()])
@pytest.mark.parametrize("object_types", [None, {"EVENT"}, {"EVENT", "PROGRAM"}, {"VEN"}, set()])
@pytest.mark.parametrize("program_id", [None, "p-1", "p-2", "p"])
def test_types_and_targets_lead_to_what_each_subscription_says(
    planted, program_id, object_types, asked, page
):
    found = [
        each.id
        for each in Subscription.objects.order_by("created_at", "id")
        if program_id in (None, each.program_id)
        and (object_types is None or object_types & set(each.object_types))
        and (asked is None or asked & set(each.targets))
    ][page.skip : page.skip + page.limit]

    wanted = SubscriptionFilter(asked=asked, object_types=object_types, program_id=program_id)
    answer = visible_subscriptions(BUSINESS, wanted, page=page, dialect=Dialect.V310)

    assert [each["id"] for each in json.loads(answer.body)] == found


def test_the_ways_to_a_subscription_follow_it(house, program):
    def ways():
        return set(SubscriptionWay.objects.values_list("way", "way_in_program"))

    path = f"/subscriptions/{plant('house', objectOperations=to('EVENT', 'REPORT'), targets=['n', 'n'])}"
    assert ways() == {("type EVENT", ""), ("type REPORT", ""), ("target n", "")}

    moved = subscription_request(programID=program["id"], objectOperations=to("VEN"), targets=["s"])
    assert house.put(path, moved).status_code == 200
    assert ways() == {
        (way, SubscriptionWay.in_program(program["id"], way)) for way in ("type VEN", "target s")
    }

    assert house.delete(path).status_code == 200
    assert ways() == set()


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
