"""Kept answers about VENs and resources: nobody gets another's, and none outlives a change."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participants.models import Ven
from participants.services import vens
from tests.participants.conftest import STAFF, make_resource
from tests.vtn.polling.conftest import door as door
from vtn.caller import Role


@pytest.fixture
def house_id(house, own):
    return own(house)["id"]


def is_kept(door, token, path, dialect):
    door.get(token, path, dialect)
    with CaptureQueriesContext(connection) as queries:
        answer = door.get(token, path, dialect)
    assert answer.status_code == 200
    return len(queries) == 0


def paths(house_id, resource_id):
    return [
        ("3.1.0", "/vens"),
        ("3.1.0", f"/vens/{house_id}"),
        ("3.1.0", "/resources"),
        ("3.1.0", f"/resources?venID={house_id}"),
        ("3.1.0", f"/resources/{resource_id}"),
        ("3.0.1", "/vens"),
        ("3.0.1", f"/vens/{house_id}"),
        ("3.0.1", f"/vens/{house_id}/resources"),
        ("3.0.1", f"/vens/{house_id}/resources/{resource_id}"),
    ]


def test_every_answer_is_kept_for_its_client_and_nobody_else(
    door, business, house, neighbour, house_id, boiler
):
    for dialect, path in paths(house_id, boiler.id):
        assert is_kept(door, house.token, path, dialect)
        assert is_kept(door, business.token, path, dialect)
        theirs = door.get(neighbour.token, path, dialect)
        assert b"boiler" not in theirs.data
        assert house_id.encode() not in theirs.data or theirs.status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        lambda business, house, ven_id, one: house.put(
            f"/vens/{ven_id}", {"objectType": "VEN_VEN_REQUEST", "venName": "renamed"}
        ),
        lambda business, house, ven_id, one: house.put(
            f"/resources/{one}", {"objectType": "VEN_RESOURCE_REQUEST", "resourceName": "renamed"}
        ),
        lambda business, house, ven_id, one: business.at("3.0.1").post(
            f"/vens/{ven_id}/resources", {"resourceName": "new"}
        ),
        lambda business, house, ven_id, one: business.delete(f"/resources/{one}"),
        lambda business, house, ven_id, one: house.delete(f"/vens/{ven_id}"),
        lambda business, house, ven_id, one: vens.set_targets(
            caller=STAFF, ven_id=ven_id, targets=["x"], now=timezone.now()
        ),
        lambda business, house, ven_id, one: vens.set_client(
            caller=STAFF, ven_id=ven_id, client_id="neighbour 2", now=timezone.now()
        ),
    ],
    ids=["ven", "resource", "new resource", "resource gone", "ven gone", "grant", "client"],
)
def test_no_answer_outlives_a_change(door, business, house, neighbour, house_id, boiler, change):
    asked = [
        (each, *question) for each in (business, house, neighbour) for question in paths(house_id, boiler.id)
    ]
    for actor, dialect, path in asked:
        door.get(actor.token, path, dialect)

    change(business, house, house_id, boiler.id)

    for actor, dialect, path in asked:
        kept = door.get(actor.token, path, dialect)
        fresh = actor.at(dialect).get(path)
        assert (kept.status_code, kept.data) == (fresh.status_code, fresh.content), (dialect, path)


def test_a_change_of_another_client_leaves_what_is_kept(door, house, neighbour, house_id, boiler, own):
    for dialect, path in paths(house_id, boiler.id):
        door.get(house.token, path, dialect)

    make_resource(own(neighbour)["id"], "pump")

    for dialect, path in paths(house_id, boiler.id):
        with CaptureQueriesContext(connection) as queries:
            door.get(house.token, path, dialect)
        assert len(queries) == 0, path
    assert Ven.objects.count() == 2


def test_clients_of_equal_rights_do_not_share_what_is_their_own(door, house, enrol):
    twin = enrol("twin", Role.VEN, targets=["north"])

    for dialect in "3.1.0", "3.0.1":
        for actor, name in (house, "house"), (twin, "twin"), (house, "house"):
            (ven,) = door.get(actor.token, "/vens", dialect).json
            assert ven["venName"] == name


def test_a_kept_list_of_no_resources_ends_with_its_ven(door, business, house, house_id):
    path = f"/vens/{house_id}/resources"
    assert [door.get(each.token, path, "3.0.1").json for each in (business, house)] == [[], []]

    business.delete(f"/vens/{house_id}")

    assert [door.get(each.token, path, "3.0.1").status_code for each in (business, house)] == [404, 404]
