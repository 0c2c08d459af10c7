"""Resources that are refused: by the role, the scope, the form or the body; nothing is changed by any of them."""

import pytest

from participants import tokens
from participants.models import Resource
from tests.conftest import Actor
from tests.participants.conftest import assert_problem, make_resource, make_ven

BL = {"objectType": "BL_RESOURCE_REQUEST", "resourceName": "car"}
VEN = {"objectType": "VEN_RESOURCE_REQUEST", "resourceName": "car"}
OLD = ["3.0.1", "/api/openadr/v1"]


@pytest.fixture
def house_id(house, own):
    return own(house)["id"]


@pytest.fixture
def theirs(neighbour, own):
    """A resource of the neighbour."""
    return make_resource(own(neighbour)["id"], "pump", targets=["cold"])


class TestForms:
    def test_a_ven_does_not_write_as_business_logic(self, house, house_id, boiler, theirs, stored):
        before = stored()

        for answer in (
            house.post("/resources", {**BL, "venID": house_id, "targets": ["everything"]}),
            house.put(f"/resources/{boiler.id}", {**BL, "venID": house_id}),
            house.put(f"/resources/{theirs.id}", {**BL, "venID": theirs.ven_id}),
        ):
            detail = "objectType: this form is for business logic; a VEN writes a VEN_…_REQUEST"
            assert_problem(answer, 403, "Forbidden", detail)
        assert stored() == before

    def test_business_logic_does_not_write_as_a_ven(self, business, house_id, boiler, stored):
        before = stored()

        for answer in (
            business.post("/resources", {**VEN, "venID": house_id}),
            business.post("/resources", VEN),
            business.put(f"/resources/{boiler.id}", VEN),
        ):
            detail = "objectType: this form is for VENs; business logic writes a BL_…_REQUEST"
            assert_problem(answer, 400, "Bad Request", detail)
        assert stored() == before

    @pytest.mark.parametrize(
        ("members", "detail"),
        [
            ({"objectType": None}, "Object missing required field `objectType`"),
            ({"objectType": "RESOURCE"}, "objectType: Invalid value 'RESOURCE'"),
            ({"venID": None}, "Object missing required field `venID`"),
            ({"venID": ""}, "venID: Expected `str` of length >= 1"),
            ({"resourceName": None}, "Object missing required field `resourceName`"),
            ({"resourceName": "r" * 129}, "resourceName: Expected `str` of length <= 128"),
            ({"resourceName": "\0"}, "resourceName: holds a NUL character"),
            ({"targets": [1]}, "targets[0]: Expected `str`, got `int`"),
            ({"attributes": 1}, "attributes: Expected `array | null`, got `int`"),
        ],
    )
    def test_the_member_at_fault_is_named(self, business, house_id, stored, members, detail):
        before = stored()

        answer = business.post("/resources", {**BL, "venID": house_id, **members})

        assert_problem(answer, 400, "Bad Request", detail)
        assert stored() == before

    @pytest.mark.parametrize("dialect", ["3.1.0", *OLD])
    @pytest.mark.parametrize("text", [b"null", b"[]", b"5", b"{}", b"", b"{", b"\xff"])
    def test_a_body_that_is_no_resource_is_refused(self, business, house_id, stored, dialect, text):
        path = "/resources" if dialect == "3.1.0" else f"/vens/{house_id}/resources"
        before, door = stored(), business.at(dialect)

        assert door.send("POST", path, text, "application/json").status_code == 400
        assert door.send("POST", path, b"a=b", "text/plain").status_code == 415
        for method in "PATCH", "PUT", "DELETE":
            assert door.send(method, path, text, "application/json").status_code == 405
        assert stored() == before

    def test_ten_thousand_targets_are_taken_and_one_more_is_not(self, business, house_id, stored):
        body = {**BL, "venID": house_id, "targets": [f"t{number}" for number in range(10_000)]}
        made = business.post("/resources", body).json()
        assert business.get("/resources", {"targets": "t77"}).json() == [made]
        before = stored()

        answer = business.put(f"/resources/{made['id']}", {**body, "targets": [*body["targets"], "one more"]})

        assert_problem(answer, 400, "Bad Request", "targets: there are more than 10000")
        assert stored() == before


class TestTheirVen:
    def test_without_a_ven_there_are_no_resources(self, newcomer, house_id, stored):
        before, detail = stored(), "The client has no VEN, which resources belong to; create it first"

        for body in VEN, {**VEN, "venID": house_id}, {**VEN, "venID": "nothing"}:
            assert_problem(newcomer.post("/resources", body), 403, "Forbidden", detail)
        assert stored() == before

    def test_a_foreign_ven_is_not_there(self, house, theirs, stored):
        before = stored()

        for ven_id in theirs.ven_id, "nothing":
            answer = house.post("/resources", {**VEN, "venID": ven_id})
            assert_problem(answer, 404, "Not Found", f"There is no VEN '{ven_id}'")
        assert stored() == before

    @pytest.mark.parametrize("dialect", OLD)
    def test_nor_is_it_in_a_path(self, house, newcomer, theirs, stored, dialect):
        before = stored()

        for actor in house, newcomer:
            for ven_id in theirs.ven_id, "nothing":
                path, door = f"/vens/{ven_id}/resources", actor.at(dialect)
                for answer in door.get(path), door.post(path, {"resourceName": "car"}):
                    assert_problem(answer, 404, "Not Found", f"There is no VEN '{ven_id}'")
        assert stored() == before

    def test_business_logic_names_a_ven_that_is_there(self, business, stored):
        before = stored()

        answer = business.post("/resources", {**BL, "venID": "nothing"})

        assert_problem(answer, 404, "Not Found", "There is no VEN 'nothing'")
        assert stored() == before

    def test_its_client_is_that_of_the_ven(self, business, house_id, boiler, stored):
        before, body = stored(), {**BL, "venID": house_id, "clientID": "neighbour"}

        for answer in business.post("/resources", body), business.put(f"/resources/{boiler.id}", body):
            detail = f"clientID: the VEN '{house_id}' belongs to the client 'house'"
            assert_problem(answer, 400, "Bad Request", detail)
        assert stored() == before

    def test_a_resource_stays_with_its_ven(self, business, house, house_id, boiler, theirs, stored):
        before = stored()
        detail = f"venID: the resource belongs to '{house_id}' and cannot be moved"
        path, moved = f"/resources/{boiler.id}", {"venID": theirs.ven_id}

        for answer in business.put(path, {**BL, **moved}), house.put(path, {**VEN, **moved}):
            assert_problem(answer, 400, "Bad Request", detail)
        assert stored() == before


class TestWhoMay:
    def test_a_foreign_resource_is_not_there(self, house, newcomer, theirs, stored):
        nobodys = make_resource(make_ven("nobody's").id, "pump").id
        before = stored()

        for actor in house, newcomer:
            for resource_id in theirs.id, nobodys, "nothing":
                path = f"/resources/{resource_id}"
                for answer in actor.get(path), actor.put(path, VEN), actor.delete(path):
                    assert_problem(answer, 404, "Not Found", f"There is no resource '{resource_id}'")
        assert stored() == before

    @pytest.mark.parametrize("dialect", OLD)
    def test_nor_is_it_in_3_0_1(self, house, house_id, theirs, stored, dialect):
        before, door = stored(), house.at(dialect)

        for ven_id in theirs.ven_id, house_id:
            path = f"/vens/{ven_id}/resources/{theirs.id}"
            for answer in door.get(path), door.put(path, {"resourceName": "x"}), door.delete(path):
                assert_problem(answer, 404, "Not Found", f"There is no resource '{theirs.id}'")
        assert stored() == before

    def test_writing_needs_the_scope_whatever_the_role(self, business, house, house_id, boiler, stored):
        path, before = f"/resources/{boiler.id}", stored()

        for client, body in ("utility", {**BL, "venID": house_id}), ("house", VEN):
            door = Actor(token=tokens.issue(client_id=client, scopes=["read_all", "read_ven_objects"]).text)
            assert door.get(path).status_code == 200
            for answer in door.post("/resources", body), door.put(path, body), door.delete(path):
                assert_problem(answer, 403, "Forbidden", "This needs the scope write_vens")
        assert stored() == before

    def test_reading_needs_a_scope_of_the_dialect(self, business, house, house_id, boiler):
        def status(client, scope, dialect, *paths):
            door = Actor(token=tokens.issue(client_id=client, scopes=[scope]).text).at(dialect)
            (found,) = {door.get(path).status_code for path in paths}
            return found

        new = ("/resources", f"/resources/{boiler.id}")
        old = (f"/vens/{house_id}/resources", f"/vens/{house_id}/resources/{boiler.id}")
        assert status("house", "read_ven_objects", "3.1.0", *new) == 200
        assert status("house", "read_all", "3.1.0", *new) == 403
        assert status("house", "read_all", "3.0.1", *old) == 200
        assert status("house", "read_targets", "3.0.1", *old) == 403
        assert status("utility", "read_all", "3.1.0", *new) == 200
        assert status("utility", "write_vens", "3.0.1", *old) == 403

    def test_nobody_gets_in_without_a_token(self, nobody, house_id, boiler, stored):
        before, old = stored(), nobody.at("3.0.1")
        path, old_path = f"/resources/{boiler.id}", f"/vens/{house_id}/resources"

        for answer in (
            nobody.get("/resources"),
            nobody.get(path),
            nobody.post("/resources", {}),
            nobody.put(path, {}),
            nobody.delete(path),
            old.get(old_path),
            old.post(old_path, {}),
            old.delete(f"{old_path}/{boiler.id}"),
        ):
            assert answer.status_code == 401
        assert stored() == before


@pytest.mark.parametrize("dialect", ["3.1.0", *OLD])
def test_a_name_is_unique_within_its_ven_and_only_there(
    business, house, house_id, boiler, theirs, stored, dialect
):
    door, own_form = business.at(dialect), dialect == "3.1.0"
    body = {**BL, "venID": house_id} if own_form else {"resourceName": "car"}
    path = "/resources" if own_form else f"/vens/{house_id}/resources"
    car = door.post(path, body).json()
    before, detail = stored(), "The VEN already has a resource named 'boiler'"

    for answer in (
        door.post(path, {**body, "resourceName": "boiler"}),
        door.put(f"{path}/{car['id']}", {**body, "resourceName": "boiler"}),
    ):
        assert_problem(answer, 409, "Conflict", detail)
    assert stored() == before
    assert door.put(f"{path}/{car['id']}", {**body, "resourceName": "pump"}).status_code == 200
    assert Resource.objects.filter(resource_name="pump").count() == 2


@pytest.mark.parametrize("resource_id", ["é", "a b", "%00", "a%2Fb", "x" * 129, "-"])
def test_an_id_that_none_has_is_not_found(business, house_id, resource_id):
    body = b'{"objectType": "BL_RESOURCE_REQUEST", "venID": "v", "resourceName": "r"}'

    for method in "GET", "PUT", "DELETE":
        for door, path in (business, "/resources"), (business.at("3.0.1"), f"/vens/{house_id}/resources"):
            assert door.send(method, f"{path}/{resource_id}", body, "application/json").status_code == 404
