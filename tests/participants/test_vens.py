"""The life of a VEN, in both dialects: what business logic writes of it, and what its own client does."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.models import Resource, ResourceTarget, Ven, VenTarget
from participants.services.vens import set_targets
from tests.participants.conftest import NOW, STAFF, make_resource, make_ven
from vtn.caller import Role
from vtn.models import OutboxEntry

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


def entries(kind):
    found = OutboxEntry.objects.filter(object_type=kind).order_by("id")
    return list(found.values_list("operation", "object_id", "made_by"))


def less_metadata(document):
    metadata = ("id", "createdDateTime", "modificationDateTime")
    return {name: value for name, value in document.items() if name not in metadata}


class TestBusinessLogic:
    def test_it_creates_a_ven_for_a_client_that_is_not_there_yet(self, business):
        written = {
            "objectType": "BL_VEN_REQUEST",
            "clientID": "not enrolled, é",
            "venName": "House 7",
            "attributes": [{"type": "LOCATION", "values": [52.10, 4.3]}],
            "targets": ["north", "a,b"],
            "colour": {"wall": "red"},
        }

        answer = business.post("/vens", written)

        made = answer.json()
        assert answer.status_code == 201
        assert less_metadata(made) == {**written, "objectType": "VEN"}
        assert made["createdDateTime"] == made["modificationDateTime"]
        assert business.get(f"/vens/{made['id']}").json() == made
        assert business.get("/vens").json() == [made]
        assert entries("VEN") == [("CREATE", made["id"], "client:utility")]
        entry = OutboxEntry.objects.get(object_type="VEN")
        assert (entry.before, entry.after["targets"]) == (None, ["north", "a,b"])
        assert entry.after["clientID"] == "not enrolled, é"

    def test_the_client_has_the_grant_as_soon_as_it_is_enrolled(self, business, enrol, own):
        business.post("/programs", {"programName": "north only", "targets": ["north"]})
        written = {"objectType": "BL_VEN_REQUEST", "clientID": "late", "venName": "L", "targets": ["north"]}
        made = business.post("/vens", written).json()

        late = enrol("late", Role.VEN)

        assert own(late) == made
        assert [each["programName"] for each in late.get("/programs").json()] == ["north only"]

    def test_it_replaces_all_of_a_ven_but_whose_it_is(self, business, house, own):
        before = own(house)
        written = {"objectType": "BL_VEN_REQUEST", "clientID": "house", "venName": "H", "targets": ["west"]}

        after = business.put(f"/vens/{before['id']}", written).json()

        assert less_metadata(after) == {**written, "objectType": "VEN"}
        assert after["createdDateTime"] == before["createdDateTime"]
        assert after["modificationDateTime"] > before["modificationDateTime"]
        assert own(house) == after
        assert list(VenTarget.objects.values_list("ven_id", "target")) == [(before["id"], "west")]
        entry = OutboxEntry.objects.filter(object_type="VEN").latest("id")
        assert (entry.operation, entry.before, entry.after) == ("UPDATE", before, after)

    def test_a_grant_is_in_force_at_the_next_request(self, business, house, own):
        business.post("/programs", {"programName": "west", "targets": ["west"]})
        assert house.get("/programs").json() == []
        ven_id = own(house)["id"]

        for targets, seen in (["west"], 1), ([], 0), (["a", "west"], 1):
            body = {"objectType": "BL_VEN_REQUEST", "clientID": "house", "venName": "h", "targets": targets}
            assert business.put(f"/vens/{ven_id}", body).status_code == 200
            assert len(house.get("/programs").json()) == seen

    def test_an_empty_list_of_targets_comes_back_and_makes_room(self, business):
        body = {"objectType": "BL_VEN_REQUEST", "clientID": "c", "venName": "V", "targets": []}
        made = business.post("/vens", body).json()
        assert made["targets"] == []

        after = business.put(f"/vens/{made['id']}", {**body, "targets": ["a"]})

        assert after.json()["targets"] == ["a"]
        assert after.content.count(b'"targets"') == 1
        business.put(f"/vens/{made['id']}", body)
        set_targets(caller=STAFF, ven_id=made["id"], targets=["b"], now=NOW)
        assert business.get(f"/vens/{made['id']}").content.count(b'"targets"') == 1

    def test_it_deletes_a_ven_with_its_resources_and_each_is_recorded(self, business, house, boiler, own):
        before = own(house)

        answer = business.delete(f"/vens/{before['id']}")

        assert (answer.status_code, answer.json()) == (200, before)
        assert not Ven.objects.exists()
        assert not Resource.objects.exists()
        assert not VenTarget.objects.exists()
        assert entries("RESOURCE")[-1] == ("DELETE", boiler.id, "client:utility")
        assert entries("VEN")[-1] == ("DELETE", before["id"], "client:utility")
        assert house.get("/vens").json() == []
        assert business.get(f"/vens/{before['id']}").status_code == 404

    def test_a_resource_that_goes_with_its_ven_costs_an_entry_and_a_tombstone(self, business):
        def queries_to_delete(number):
            ven = make_ven(f"V{number}")
            for place in range(number):
                make_resource(ven.id, f"r{place}", targets=["hot"])
            with CaptureQueriesContext(connection) as queries:
                assert business.delete(f"/vens/{ven.id}").status_code == 200
            return len(queries)

        assert queries_to_delete(11) - queries_to_delete(1) == 2 * 10
        assert not ResourceTarget.objects.exists()


class TestVen:
    def test_its_client_creates_it_and_grants_itself_nothing(self, newcomer, business):
        written = {
            "objectType": "VEN_VEN_REQUEST",
            "venName": "New house",
            "attributes": [{"type": "AREA", "values": [1]}],
            "targets": ["north"],
            "clientID": "house",
            "mine": None,
        }

        answer = newcomer.post("/vens", written)

        made = answer.json()
        assert answer.status_code == 201
        assert less_metadata(made) == {
            "objectType": "VEN",
            "clientID": "newcomer",
            "venName": "New house",
            "attributes": [{"type": "AREA", "values": [1]}],
        }
        assert newcomer.get("/vens").json() == business.get("/vens").json() == [made]
        assert not VenTarget.objects.exists()
        assert entries("VEN") == [("CREATE", made["id"], "client:newcomer")]

    @pytest.mark.parametrize("extra", [{}, {"targets": []}, {"targets": ["everything"]}, {"clientID": "x"}])
    def test_what_it_may_not_write_stays_when_it_replaces_the_rest(self, house, own, extra):
        before = own(house)
        written = {"objectType": "VEN_VEN_REQUEST", "venName": "Renamed", "note": "mine", **extra}

        answer = house.put(f"/vens/{before['id']}", written)

        after = answer.json()
        assert answer.status_code == 200
        assert less_metadata(after) == {
            "targets": ["north"],
            "objectType": "VEN",
            "clientID": "house",
            "venName": "Renamed",
            "note": "mine",
        }
        assert own(house) == after
        assert list(VenTarget.objects.values_list("target", flat=True)) == ["north"]

    def test_targets_that_business_logic_wrote_as_none_stay_so(self, business, newcomer):
        body = {"objectType": "BL_VEN_REQUEST", "clientID": "newcomer", "venName": "V", "targets": []}
        made = business.post("/vens", body).json()

        after = newcomer.put(f"/vens/{made['id']}", {"objectType": "VEN_VEN_REQUEST", "venName": "W"}).json()

        assert after["targets"] == []

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_its_client_deletes_it(self, house, neighbour, boiler, own, dialect):
        before = own(house.at(dialect))

        answer = house.at(dialect).delete(f"/vens/{before['id']}")

        assert (answer.status_code, answer.json()) == (200, before)
        assert [ven.client_id for ven in Ven.objects.all()] == ["neighbour"]
        assert not Resource.objects.exists()
        assert house.at(dialect).get("/vens").json() == []


class TestIn301:
    WRITTEN = {
        "venName": "House 7",
        "attributes": [{"type": "AREA", "values": ["A"]}],
        "targets": [{"type": "GROUP", "values": ["north", 7]}, {"type": "VEN_NAME", "values": ["h7"]}],
        "resources": [
            {"resourceName": "boiler", "targets": [{"type": "GROUP", "values": ["hot"]}], "x": 1},
            {"resourceName": "car", "venID": "ignored", "id": "ignored", "objectType": "RESOURCE"},
        ],
    }

    @pytest.mark.parametrize("dialect", ["3.0.1", "/api/openadr/v1"])
    def test_business_logic_creates_a_ven_with_its_resources(self, business, dialect):
        door = business.at(dialect)

        answer = door.post("/vens", self.WRITTEN)

        made = answer.json()
        assert answer.status_code == 201
        inside = made.pop("resources")
        assert less_metadata(made) == {
            "objectType": "VEN",
            "venName": "House 7",
            "attributes": [{"type": "AREA", "values": ["A"]}],
            "targets": [{"type": "GROUP", "values": ["north", 7]}, {"type": "VEN_NAME", "values": ["h7"]}],
        }
        assert [less_metadata(each) for each in inside] == [
            {
                "targets": [{"type": "GROUP", "values": ["hot"]}],
                "objectType": "RESOURCE",
                "venID": made["id"],
                "resourceName": "boiler",
                "x": 1,
            },
            {"objectType": "RESOURCE", "venID": made["id"], "resourceName": "car"},
        ]
        whole = {**made, "resources": inside}
        assert door.get("/vens").json() == [whole]
        assert door.get(f"/vens/{made['id']}").json() == whole
        assert door.get(f"/vens/{made['id']}/resources").json() == inside
        kinds = OutboxEntry.objects.filter(operation="CREATE").order_by("id")
        assert list(kinds.values_list("object_type", flat=True))[-3:] == ["VEN", "RESOURCE", "RESOURCE"]

    def test_3_1_shows_the_same_ven_as_it_spells_it(self, business):
        made = business.at("3.0.1").post("/vens", self.WRITTEN).json()

        (shown,) = business.get("/vens").json()

        assert less_metadata(shown) == {
            "targets": ["north", "7", "VEN_NAME:h7"],
            "clientID": made["id"],
            "objectType": "VEN",
            "venName": "House 7",
            "attributes": [{"type": "AREA", "values": ["A"]}],
        }
        assert shown["id"] == made["id"]

    def test_a_put_changes_and_creates_the_resources_that_it_names(self, business):
        door = business.at("3.0.1")
        made = door.post("/vens", self.WRITTEN).json()
        boiler, car = made["resources"]
        before = OutboxEntry.objects.count()

        after = door.put(
            f"/vens/{made['id']}",
            {
                "venName": "House 7",
                "resources": [{**boiler, "x": 2}, {"resourceName": "pump"}],
            },
        ).json()

        assert [each["resourceName"] for each in after["resources"]] == ["boiler", "car", "pump"]
        assert after["resources"][0]["x"] == 2
        assert after["resources"][0]["id"] == boiler["id"]
        assert after["resources"][1] == car
        assert "targets" not in after
        written = OutboxEntry.objects.order_by("id")[before:]
        assert [(each.operation, each.object_type) for each in written] == [
            ("UPDATE", "VEN"),
            ("UPDATE", "RESOURCE"),
            ("CREATE", "RESOURCE"),
        ]

    def test_a_ven_put_back_as_it_was_read_leaves_its_resources_alone(self, business):
        door = business.at("3.0.1")
        made = door.post("/vens", self.WRITTEN).json()
        before = OutboxEntry.objects.count()

        after = door.put(f"/vens/{made['id']}", made).json()

        assert {**after, "modificationDateTime": made["modificationDateTime"]} == made
        assert OutboxEntry.objects.count() == before + 1

    def test_true_in_the_place_of_1_is_a_change(self, house, own):
        door, path = house.at("3.0.1"), f"/vens/{own(house)['id']}"

        def inside(value):
            pump = {"resourceName": "pump", "attributes": [{"type": "IS_ON", "values": [value]}]}
            (shown,) = door.put(path, {"venName": "house", "resources": [pump]}).json()["resources"]
            return json.dumps(shown["attributes"][0]["values"])

        assert [inside(1), inside(True), inside(1)] == ["[1]", "[true]", "[1]"]

    def test_a_put_without_resources_says_nothing_of_them(self, business):
        door = business.at("3.0.1")
        made = door.post("/vens", self.WRITTEN).json()

        for body in {"venName": "A"}, {"venName": "B", "resources": None}, {"venName": "C", "resources": []}:
            after = door.put(f"/vens/{made['id']}", body).json()
            assert after["resources"] == made["resources"]

    def test_the_targets_of_a_ven_client_are_ignored(self, newcomer):
        door = newcomer.at("3.0.1")

        made = door.post("/vens", self.WRITTEN).json()

        assert "targets" not in made
        assert ["targets" in each for each in made["resources"]] == [False, False]
        assert newcomer.get("/vens").json()[0]["clientID"] == "newcomer"

    def test_what_a_ven_client_may_not_write_stays(self, house, boiler, own):
        door = house.at("3.0.1")
        before = own(door)
        wished = [{"type": "GROUP", "values": ["everything"]}]

        after = door.put(
            f"/vens/{before['id']}",
            {
                "venName": "Renamed",
                "targets": wished,
                "resources": [{"resourceName": "boiler", "targets": wished, "watts": 5}],
            },
        ).json()

        assert after["targets"] == [{"type": "GROUP", "values": ["north"]}]
        (inside,) = after["resources"]
        assert inside["targets"] == [{"type": "GROUP", "values": ["hot"]}]
        assert inside["watts"] == 5

    def test_3_1_says_once_whose_a_ven_of_3_0_1_is(self, business, newcomer, own):
        made = business.at("3.0.1").post("/vens", self.WRITTEN).json()
        assert newcomer.get("/vens").json() == []
        body = {"objectType": "BL_VEN_REQUEST", "clientID": "newcomer", "venName": "House 7"}

        answer = business.put(f"/vens/{made['id']}", body)

        assert (answer.status_code, answer.json()["clientID"]) == (200, "newcomer")
        assert own(newcomer)["id"] == made["id"]
        assert [each["clientID"] for each in newcomer.get("/resources").json()] == ["newcomer", "newcomer"]
        assert business.at("3.0.1").put(f"/vens/{made['id']}", {"venName": "again"}).status_code == 200
        assert own(newcomer)["clientID"] == "newcomer"

    def test_nobodys_ven_shows_its_own_id_and_can_be_written_back(self, business):
        made = business.at("3.0.1").post("/vens", {"venName": "A"}).json()
        read = business.get(f"/vens/{made['id']}").json()

        written = business.put(f"/vens/{made['id']}", {**read, "objectType": "BL_VEN_REQUEST"})

        assert (written.status_code, written.json()["clientID"]) == (200, made["id"])
        assert Ven.objects.get().client_id is None

    def test_unknown_members_do_not_get_the_meaning_of_the_other_dialect(self, business):
        old = business.at("3.0.1").post("/vens", {"venName": "A", "clientID": "house"}).json()
        body = {"objectType": "BL_VEN_REQUEST", "clientID": "c", "venName": "B", "resources": [5]}
        new = business.post("/vens", body).json()

        assert "clientID" not in old
        assert business.get(f"/vens/{old['id']}").json()["clientID"] == old["id"]
        assert business.at("3.0.1").get(f"/vens/{new['id']}").json()["resources"] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_metadata_is_the_vtns(business, dialect):
    door = business.at(dialect)
    make_ven("first")
    body = {"venName": "V", "id": "mine", "createdDateTime": "x", "modificationDateTime": 5}
    if dialect == "3.1.0":
        body |= {"objectType": "BL_VEN_REQUEST", "clientID": "c"}

    made = door.post("/vens", body)

    assert made.status_code == 201
    assert made.json()["id"] != "mine"
    assert made.json()["createdDateTime"].endswith("Z")
    assert made.json()["objectType"] == "VEN"


def test_a_resource_moves_what_3_0_1_shows_of_its_ven(business, house, own):
    ven_id = own(house)["id"]
    assert business.at("3.0.1").get(f"/vens/{ven_id}").json()["resources"] == []

    made = make_resource(ven_id, "car")

    (shown,) = business.at("3.0.1").get(f"/vens/{ven_id}").json()["resources"]
    assert shown["id"] == made.id
