"""Many VENs at once, all or none."""

import pytest

from participants.models import Resource
from tests.participants.conftest import assert_problem
from vtn.models import OutboxEntry


def request(dialect, number):
    if dialect == "3.1.0":
        return {"objectType": "BL_VEN_REQUEST", "clientID": f"c{number}", "venName": f"{number}"}
    return {"venName": f"{number}", "resources": [{"resourceName": "boiler"}]}


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1", "/api/openadr/v1"])
def test_all_are_created_and_come_back_in_their_order(business, dialect):
    door = business.at(dialect)

    answer = door.post("/vens/batch", [request(dialect, number) for number in range(5)])

    assert answer.status_code == 201
    assert [ven["venName"] for ven in answer.json()] == ["0", "1", "2", "3", "4"]
    assert door.get("/vens").json() == answer.json()
    assert OutboxEntry.objects.filter(object_type="VEN", operation="CREATE").count() == 5
    assert Resource.objects.count() == (0 if dialect == "3.1.0" else 5)


def test_what_is_wrong_is_told_item_by_item_and_nothing_is_created(business, stored):
    good = [request("3.1.0", number) for number in range(2)]
    before = stored()

    answer = business.post("/vens/batch", [*good, good[1], {}, {**good[0], "clientID": "utility"}])

    assert answer.status_code == 400
    assert [(each["index"], each["status"], each["detail"]) for each in answer.json()["errors"]] == [
        (2, 409, "There is already a VEN named '1'"),
        (3, 400, "Object missing required field `objectType`"),
        (4, 400, "clientID: 'utility' is business logic, and no VEN"),
    ]
    assert stored() == before


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
def test_it_is_for_business_logic(newcomer, stored, dialect):
    before = stored()

    answer = newcomer.at(dialect).post("/vens/batch", [request(dialect, 1)])

    assert_problem(answer, 403, "Forbidden", "Only business logic may write this")
    assert stored() == before
