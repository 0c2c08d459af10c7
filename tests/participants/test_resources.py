"""The life of a resource: on its own in 3.1, as a part of its VEN in 3.0.1."""

import pytest

from participants.models import Resource, ResourceTarget
from tests.participants.conftest import make_resource
from tests.participants.test_vens import entries, less_metadata
from vtn.models import OutboxEntry


@pytest.fixture
def house_id(house, own):
    return own(house)["id"]


class TestBusinessLogic:
    @pytest.mark.parametrize("of_3_1_0", [{"clientID": "house"}, {}, {"clientID": None}])
    def test_it_creates_a_resource_with_a_grant(self, business, house, house_id, of_3_1_0):
        business.post("/programs", {"programName": "p", "targets": ["hot"]})
        assert house.get("/programs").json() == []
        written = {
            "objectType": "BL_RESOURCE_REQUEST",
            **of_3_1_0,
            "venID": house_id,
            "resourceName": "boiler",
            "attributes": [{"type": "MAX_POWER_CONSUMPTION", "values": [2.5]}],
            "targets": ["hot"],
            "custom": [1],
        }

        answer = business.post("/resources", written)

        made = answer.json()
        assert answer.status_code == 201
        assert less_metadata(made) == {**written, "objectType": "RESOURCE", "clientID": "house"}
        assert house.get("/resources").json() == business.get("/resources").json() == [made]
        assert house.get(f"/resources/{made['id']}").json() == made
        assert [each["programName"] for each in house.get("/programs").json()] == ["p"]
        assert entries("RESOURCE") == [("CREATE", made["id"], "client:utility")]
        assert OutboxEntry.objects.get(object_type="RESOURCE").after == made

    def test_it_replaces_one(self, business, house, house_id, boiler):
        body = {"objectType": "BL_RESOURCE_REQUEST", "venID": house_id, "resourceName": "b", "targets": ["x"]}

        after = business.put(f"/resources/{boiler.id}", body).json()

        assert less_metadata(after) == {**body, "objectType": "RESOURCE", "clientID": "house"}
        assert house.get("/resources").json() == [after]
        assert list(ResourceTarget.objects.values_list("resource_id", "target")) == [(boiler.id, "x")]
        assert house.at("3.0.1").get("/vens").json()[0]["resources"][0]["resourceName"] == "b"

    def test_it_deletes_one_and_its_grant_with_it(self, business, house, boiler):
        business.post("/programs", {"programName": "p", "targets": ["hot"]})
        assert len(house.get("/programs").json()) == 1
        before = house.get(f"/resources/{boiler.id}").json()

        assert business.delete(f"/resources/{boiler.id}").json() == before

        assert house.get("/programs").json() == []
        assert house.get("/resources").json() == []
        assert not ResourceTarget.objects.exists()
        assert entries("RESOURCE")[-1] == ("DELETE", boiler.id, "client:utility")


class TestVen:
    @pytest.mark.parametrize("named", [True, False], ids=["3.1.0", "3.1.1"])
    def test_its_client_creates_one_under_its_own_ven(self, house, neighbour, house_id, named):
        written = {
            "objectType": "VEN_RESOURCE_REQUEST",
            **({"venID": house_id} if named else {}),
            "resourceName": "car",
            "attributes": [],
            "targets": ["everything"],
            "clientID": "neighbour",
        }

        made = house.post("/resources", written)

        assert made.status_code == 201
        assert less_metadata(made.json()) == {
            "objectType": "RESOURCE",
            "clientID": "house",
            "venID": house_id,
            "resourceName": "car",
            "attributes": [],
        }
        assert house.get("/resources").json() == [made.json()]
        assert neighbour.get("/resources").json() == []
        assert not ResourceTarget.objects.exists()

    def test_a_grant_stays_when_its_client_replaces_the_rest(self, house, boiler):
        body = {"objectType": "VEN_RESOURCE_REQUEST", "resourceName": "boiler 2", "targets": ["everything"]}

        after = house.put(f"/resources/{boiler.id}", body).json()

        assert (after["resourceName"], after["targets"]) == ("boiler 2", ["hot"])
        assert house.get("/resources").json() == [after]
        assert list(ResourceTarget.objects.values_list("target", flat=True)) == ["hot"]

    def test_its_client_deletes_it(self, house, boiler):
        assert house.delete(f"/resources/{boiler.id}").json()["targets"] == ["hot"]

        assert house.get("/resources").json() == []


@pytest.mark.parametrize("root", ["3.0.1", "/api/openadr/v1"])
class TestIn301:
    def test_they_are_parts_of_their_ven(self, business, house, house_id, root):
        path, door = f"/vens/{house_id}/resources", business.at(root)
        written = {"resourceName": "boiler", "targets": [{"type": "GROUP", "values": [5]}], "venID": "x"}

        made = door.post(path, written)

        assert made.status_code == 201
        assert less_metadata(made.json()) == {**written, "objectType": "RESOURCE", "venID": house_id}
        one = f"{path}/{made.json()['id']}"
        assert door.get(one).json() == made.json()
        assert door.get(path).json() == house.at(root).get(path).json() == [made.json()]
        after = door.put(one, {"resourceName": "pump"}).json()
        assert less_metadata(after) == {"objectType": "RESOURCE", "venID": house_id, "resourceName": "pump"}
        assert door.delete(one).json() == after
        assert door.get(path).json() == []

    def test_the_targets_of_a_ven_client_are_ignored(self, house, house_id, boiler, root):
        path, door = f"/vens/{house_id}/resources", house.at(root)
        wished = {"resourceName": "car", "targets": [{"type": "GROUP", "values": ["everything"]}]}

        made = door.post(path, wished).json()
        kept = door.put(f"{path}/{boiler.id}", {**wished, "resourceName": "boiler"}).json()

        assert "targets" not in made
        assert kept["targets"] == [{"type": "GROUP", "values": ["hot"]}]
        assert list(ResourceTarget.objects.values_list("target", flat=True)) == ["hot"]

    def test_those_of_another_ven_are_not_there(self, business, house_id, neighbour, own, root):
        other = own(neighbour)["id"]
        theirs = make_resource(other, "pump")
        path, door = f"/vens/{house_id}/resources/{theirs.id}", business.at(root)

        for answer in door.get(path), door.put(path, {"resourceName": "mine"}), door.delete(path):
            assert answer.json()["detail"] == f"There is no resource '{theirs.id}'"
            assert answer.status_code == 404
        assert door.get(f"/vens/{other}/resources/{theirs.id}").status_code == 200
        assert Resource.objects.get().resource_name == "pump"


def test_the_other_dialects_paths_are_not_there(business, house_id, boiler):
    for dialect, path in (
        ("3.1.0", f"/vens/{house_id}/resources"),
        ("3.1.0", f"/vens/{house_id}/resources/{boiler.id}"),
        ("3.0.1", "/resources"),
        ("3.0.1", f"/resources/{boiler.id}"),
    ):
        assert business.at(dialect).get(path).status_code == 404
