"""Lists of resources: pages, order, filters, and whose they are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from participants import tokens
from participants.services import resources
from tests.conftest import Actor
from tests.participants.conftest import NOW, STAFF, make_ven, resource_content


def at(minutes, ven_id, resource_name, *targets):
    content, now = resource_content(resource_name, targets=targets), NOW + timedelta(minutes=minutes)
    return resources.create_resource(caller=STAFF, content=content, ven_id=ven_id, now=now).id


def names(answer):
    assert answer.status_code == 200, answer.content
    return [resource["resourceName"] for resource in answer.json()]


@pytest.fixture
def house_id(house, own):
    return own(house)["id"]


@pytest.fixture
def neighbours_id(neighbour, own):
    return own(neighbour)["id"]


@pytest.fixture
def sixty(house_id, neighbours_id):
    """Sixty of the house, and one planted between them that is not."""
    for number in range(60):
        at(number, house_id, f"{number:02}", "all")
    at(30, neighbours_id, "planted", "foreign")


@pytest.mark.parametrize("query", [{}, {"targets": "all"}])
def test_pages_follow_each_other(house, sixty, query):
    everything = [f"{number:02}" for number in range(60)]

    assert names(house.get("/resources", query)) == everything[:50]
    assert names(house.get("/resources", {**query, "limit": 50, "skip": 50})) == everything[50:]
    assert names(house.get("/resources", {**query, "limit": 7, "skip": 28})) == everything[28:35]
    assert names(house.get("/resources", {**query, "limit": 0})) == []
    assert names(house.get("/resources", {**query, "skip": 2147483647, "limit": 50})) == []


@pytest.mark.parametrize("dialect", ["3.0.1", "/api/openadr/v1"])
@pytest.mark.parametrize("query", [{}, {"targetType": "GROUP", "targetValues": "all"}])
def test_pages_follow_each_other_in_3_0_1(business, house, house_id, sixty, dialect, query):
    everything, path = [f"{number:02}" for number in range(60)], f"/vens/{house_id}/resources"

    for door in house.at(dialect), business.at(dialect):
        assert names(door.get(path, query)) == everything[:50]
        assert names(door.get(path, {**query, "limit": 7, "skip": 28})) == everything[28:35]
        assert names(door.get(path, {**query, "limit": 0})) == []
        assert names(door.get(path, {**query, "skip": 60})) == []
        assert door.get(path, {"limit": 51}).status_code == 400


def test_a_ven_sees_its_own_and_read_all_opens_nothing(house, newcomer, sixty, neighbours_id):
    grasping = Actor(token=tokens.issue(client_id="house", scopes=["read_all", "read_ven_objects"]).text)

    for door in house, grasping:
        assert "planted" not in names(door.get("/resources", {"skip": 25, "limit": 10}))
        assert names(door.get("/resources", {"resourceName": "planted"})) == []
        assert names(door.get("/resources", {"venID": neighbours_id})) == []
        assert names(door.get("/resources", {"targets": "foreign"})) == []
    assert names(newcomer.get("/resources")) == []


def test_business_logic_sees_all_and_filters_add_up(business, house_id, neighbours_id):
    at(0, house_id, "boiler", "hot")
    at(1, neighbours_id, "boiler", "hot", "cold")
    at(2, neighbours_id, "pump", "cold", "a,b")
    at(3, make_ven("nobody's").id, "pump")

    def found(**query):
        return names(business.get("/resources", query))

    assert found() == ["boiler", "boiler", "pump", "pump"]
    assert found(venID=neighbours_id) == ["boiler", "pump"]
    assert found(resourceName="pump") == ["pump", "pump"]
    assert found(resourceName="Pump") == found(resourceName="") == found(resourceName="x" * 5000) == []
    assert found(resourceName="pump", venID=neighbours_id) == ["pump"]
    assert found(targets=["hot", "cold"]) == ["boiler", "boiler", "pump"]
    assert found(targets="cold", resourceName="boiler") == ["boiler"]
    assert found(targets="hot", venID=house_id) == ["boiler"]
    assert found(targets="hot", venID=house_id, resourceName="pump") == []
    assert found(targets="a,b") == ["pump"]
    assert found(targets="a") == found(targets="") == found(targets="t" * 129) == []
    assert found(venID="nothing") == []
    assert business.get("/resources", {"venID": "a b"}).status_code == 400


def test_a_resource_is_found_by_its_new_name_among_those_of_a_target(business, house_id):
    kept = at(0, house_id, "boiler", "hot")
    body = {
        "objectType": "BL_RESOURCE_REQUEST",
        "venID": house_id,
        "resourceName": "pump",
        "targets": ["hot"],
    }
    business.put(f"/resources/{kept}", body)

    assert names(business.get("/resources", {"targets": "hot", "resourceName": "pump"})) == ["pump"]
    assert names(business.get("/resources", {"targets": "hot", "resourceName": "boiler"})) == []


def test_filters_of_3_0_1(business, neighbours_id):
    at(0, neighbours_id, "boiler", "hot", "VEN_NAME:x")
    at(1, neighbours_id, "pump", "cold")

    def found(**query):
        return names(business.at("3.0.1").get(f"/vens/{neighbours_id}/resources", query))

    assert found(resourceName="pump") == ["pump"]
    assert found(targetType="GROUP", targetValues=["hot", "cold"]) == ["boiler", "pump"]
    assert found(targetType="VEN_NAME", targetValues="x") == ["boiler"]
    assert found(targetType="group", targetValues="hot") == []
    assert found(targetType="GROUP", targetValues="hot", resourceName="pump") == []
    assert found(targets="hot", venID="nothing") == ["boiler", "pump"]


def test_the_oldest_come_first_and_equals_are_in_the_order_of_their_ids(business, house_id, neighbours_id):
    at(2, house_id, "late", "x")
    twins = sorted([at(1, house_id, "twin", "x"), at(1, neighbours_id, "twin", "x", "y")])
    at(0, house_id, "early", "y")

    for query in {}, {"targets": ["x", "y"]}:
        listed = business.get("/resources", query).json()
        assert [each["resourceName"] for each in listed] == ["early", "twin", "twin", "late"]
        assert [each["id"] for each in listed][1:3] == twins


@pytest.mark.parametrize("name", ["targets", "resourceName", "venID"])
def test_a_nul_in_the_query_is_refused_by_its_parameter(business, name):
    answer = business.get(f"/resources?{name}=a%00b")

    assert (answer.status_code, answer.json()["detail"]) == (400, f"{name}: NUL characters are not accepted")


@pytest.mark.parametrize("actor", ["business", "house"])
def test_every_read_takes_one_query_and_one_for_the_caller(
    request, actor, house_id, boiler, django_assert_num_queries
):
    door, of_ven = request.getfixturevalue(actor), f"/vens/{house_id}/resources"

    for dialect, question in (
        ("3.1.0", "/resources"),
        ("3.1.0", f"/resources?resourceName=boiler&venID={house_id}&targets=hot"),
        ("3.1.0", "/resources?targets=hot&limit=3"),
        ("3.1.0", f"/resources/{boiler.id}"),
        ("3.0.1", of_ven),
        ("3.0.1", f"{of_ven}?resourceName=boiler&targetType=GROUP&targetValues=hot"),
        ("3.0.1", f"{of_ven}/{boiler.id}"),
    ):
        with django_assert_num_queries(2):
            assert "boiler" in door.at(dialect).get(question).content.decode()


def test_a_mirror_sees_what_was_changed_and_deleted_of_its_own(house, house_id, neighbours_id, business):
    kept, gone = at(0, house_id, "kept"), at(0, house_id, "gone")
    theirs = at(0, neighbours_id, "theirs")
    for resource_id in gone, theirs:
        business.delete(f"/resources/{resource_id}")
    yesterday = timezone.now() - timedelta(days=1)  # deletions are remembered for so long only
    query = {"modifiedSince": yesterday.isoformat(), "includeDeleted": "true"}
    business.put(
        f"/resources/{kept}",
        {"objectType": "BL_RESOURCE_REQUEST", "venID": house_id, "resourceName": "kept"},
    )

    def told(door, path):
        return {each["id"]: "isDeleted" in each for each in door.get(path, query).json()}

    assert told(house, "/resources") == {kept: False, gone: True}
    assert told(house.at("3.0.1"), f"/vens/{house_id}/resources") == {kept: False, gone: True}
    assert told(business.at("3.0.1"), f"/vens/{neighbours_id}/resources") == {theirs: True}
    assert told(business, "/resources") == {kept: False, gone: True, theirs: True}
    assert house.at("3.0.1").get(f"/vens/{neighbours_id}/resources", query).status_code == 404
