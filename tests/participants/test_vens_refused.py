"""VENs that are refused: by the role, the scope, the form or the body; nothing is changed by any of them."""

import pytest

from participants import tokens
from participants.models import Ven, VenTarget
from tests.conftest import Actor
from tests.participants.conftest import assert_problem, make_ven
from vtn.caller import Role

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]
BL = {"objectType": "BL_VEN_REQUEST", "clientID": "c", "venName": "V"}
VEN = {"objectType": "VEN_VEN_REQUEST", "venName": "V"}


def form(dialect, actor_form):
    """The same body in a dialect; 3.0.1 has one form for all."""
    return actor_form if dialect == "3.1.0" else {"venName": actor_form["venName"]}


class TestForms:
    def test_a_ven_does_not_write_as_business_logic(self, house, newcomer, neighbour, own, stored):
        ven_id, foreign = own(house)["id"], own(neighbour)["id"]
        before = stored()

        for answer in (
            newcomer.post("/vens", {**BL, "clientID": "newcomer"}),
            house.put(f"/vens/{ven_id}", {**BL, "clientID": "house", "targets": ["everything"]}),
            house.put(f"/vens/{foreign}", BL),
            house.put("/vens/nothing", BL),
        ):
            detail = "objectType: this form is for business logic; a VEN writes a VEN_…_REQUEST"
            assert_problem(answer, 403, "Forbidden", detail)
        assert stored() == before

    def test_business_logic_does_not_write_as_a_ven(self, business, house, own, stored):
        ven_id = own(house)["id"]
        before = stored()

        for answer in business.post("/vens", VEN), business.put(f"/vens/{ven_id}", VEN):
            detail = "objectType: this form is for VENs; business logic writes a BL_…_REQUEST"
            assert_problem(answer, 400, "Bad Request", detail)
        assert stored() == before

    @pytest.mark.parametrize(
        ("members", "detail"),
        [
            ({"objectType": None}, "Object missing required field `objectType`"),
            ({"objectType": "VEN"}, "objectType: Invalid value 'VEN'"),
            ({"objectType": "BL_RESOURCE_REQUEST"}, "objectType: Invalid value 'BL_RESOURCE_REQUEST'"),
            ({"objectType": 5}, "objectType: Expected `str`, got `int`"),
            ({"clientID": None}, "Object missing required field `clientID`"),
            ({"clientID": ""}, "clientID: Expected `str` of length >= 1"),
            ({"clientID": "c" * 129}, "clientID: Expected `str` of length <= 128"),
            ({"clientID": 5}, "clientID: Expected `str`, got `int`"),
            ({"targets": ["a", ""]}, "targets[1]: Expected `str` of length >= 1"),
            ({"targets": ["t" * 129]}, "targets[0]: Expected `str` of length <= 128"),
            ({"targets": [{"type": "GROUP", "values": ["a"]}]}, "targets[0]: Expected `str`, got `object`"),
        ],
    )
    def test_the_member_at_fault_is_named_in_3_1(self, business, stored, members, detail):
        before = stored()

        assert_problem(business.post("/vens", {**BL, **members}), 400, "Bad Request", detail)
        assert stored() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize(
        ("members", "detail"),
        [
            ({"venName": None}, "Object missing required field `venName`"),
            ({"venName": ""}, "venName: Expected `str` of length >= 1"),
            ({"venName": "\U0001f600" * 129}, "venName: Expected `str` of length <= 128"),
            ({"venName": "a\0"}, "venName: holds a NUL character"),
            ({"attributes": {}}, "attributes: Expected `array | null`, got `object`"),
            ({"attributes": [{"type": "A"}]}, "attributes[0]: Object missing required field `values`"),
        ],
    )
    def test_the_member_at_fault_is_named(self, business, stored, dialect, members, detail):
        before = stored()

        answer = business.at(dialect).post("/vens", {**form(dialect, BL), **members})

        assert_problem(answer, 400, "Bad Request", detail)
        assert stored() == before

    @pytest.mark.parametrize(
        ("members", "detail"),
        [
            ({"targets": ["a"]}, "targets[0]: Expected `object`, got `str`"),
            (
                {"targets": [{"type": "group", "values": ["a"]}]},
                "targets: the type 'group' is not in capitals, digits and underscores",
            ),
            ({"targets": [{"type": "GROUP", "values": []}]}, "targets: the type 'GROUP' has no values"),
            ({"resources": {}}, "resources: Expected `array | null`, got `object`"),
            ({"resources": [{}]}, "resources[0]: Object missing required field `resourceName`"),
            (
                {
                    "resources": [
                        {"resourceName": "a", "targets": [{"type": "A", "values": [{"x": 1, "y": 1}]}]}
                    ]
                },
                "targets: a point cannot be a target's value",
            ),
            (
                {"resources": [{"resourceName": f"{number}"} for number in range(1001)]},
                "resources: more than 1000; write the others one by one",
            ),
        ],
    )
    def test_the_member_at_fault_is_named_in_3_0_1(self, business, stored, members, detail):
        before = stored()

        answer = business.at("3.0.1").post("/vens", {"venName": "V", **members})

        assert_problem(answer, 400, "Bad Request", detail)
        assert stored() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("text", [b"null", b"[]", b"5", b'"x"', b"{}", b"", b"{", b"\xff"])
    def test_a_body_that_is_no_ven_is_refused(self, business, stored, dialect, text):
        before = stored()

        answer = business.at(dialect).send("POST", "/vens", text, "application/json")

        assert (answer.status_code, answer.json()["status"]) == (400, 400)
        assert stored() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_only_json_of_a_bounded_length_is_taken(self, business, stored, settings, dialect):
        before, door = stored(), business.at(dialect)
        long = b"{" + b" " * settings.MAX_BODY_BYTES + b"}"

        assert door.send("POST", "/vens", b"venName=V", "text/plain").status_code == 415
        assert door.send("POST", "/vens", long, "application/json").status_code == 413
        assert stored() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_other_methods_are_refused_as_such(self, business, stored, dialect):
        before, door = stored(), business.at(dialect)

        for method, path in ("PUT", "/vens"), ("DELETE", "/vens"), ("POST", "/vens/x"), ("PATCH", "/vens/x"):
            answer = door.send(method, path, b"{}", "application/json")
            assert (answer.status_code, answer.json()["title"]) == (405, "Method Not Allowed")
        assert stored() == before


class TestTaken:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_client_has_one_ven(self, house, stored, dialect):
        before = stored()

        answer = house.at(dialect).post("/vens", form(dialect, VEN))

        assert_problem(answer, 409, "Conflict", "The client 'house' has a VEN already")
        assert stored() == before

    def test_nor_does_business_logic_give_it_another(self, business, house, stored):
        before = stored()

        answer = business.post("/vens", {**BL, "clientID": "house"})

        assert_problem(answer, 409, "Conflict", "The client 'house' has a VEN already")
        assert stored() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_names_are_unique(self, business, newcomer, house, own, stored, dialect):
        make_ven("taken", client_id="d")
        ven_id = own(house)["id"]
        before, detail = stored(), "There is already a VEN named 'taken'"

        for answer in (
            business.at(dialect).post("/vens", form(dialect, {**BL, "venName": "taken"})),
            newcomer.at(dialect).post("/vens", form(dialect, {**VEN, "venName": "taken"})),
            house.at(dialect).put(f"/vens/{ven_id}", form(dialect, {**VEN, "venName": "taken"})),
        ):
            assert_problem(answer, 409, "Conflict", detail)
        assert stored() == before

    def test_a_ven_with_two_resources_of_one_name_is_not_created(self, business, house, own, stored):
        ven_id, body = own(house)["id"], {"venName": "V", "resources": [{"resourceName": "a"}] * 2}
        before, door = stored(), business.at("3.0.1")

        for answer in door.post("/vens", body), door.put(f"/vens/{ven_id}", body):
            assert_problem(answer, 409, "Conflict", "resources: there are two named 'a'")
        assert stored() == before

    def test_it_stays_with_its_client(self, business, house, neighbour, own, stored):
        ven_id = own(house)["id"]
        before = stored()

        answer = business.put(f"/vens/{ven_id}", {**BL, "clientID": "newcomer"})

        assert_problem(answer, 400, "Bad Request", "clientID: the VEN belongs to 'house' and cannot be moved")
        assert stored() == before

    def test_business_logic_has_no_ven(self, business, stored):
        nobodys = make_ven("nobody's")
        before = stored()

        for answer in (
            business.post("/vens", {**BL, "clientID": "utility"}),
            business.put(f"/vens/{nobodys.id}", {**BL, "clientID": "utility"}),
        ):
            assert_problem(answer, 400, "Bad Request", "clientID: 'utility' is business logic, and no VEN")
        assert stored() == before


class TestWhoMay:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_foreign_ven_is_not_there(self, house, neighbour, newcomer, own, stored, dialect):
        foreign = own(neighbour)["id"]
        make_ven("nobody's")
        nobodys = Ven.objects.get(client_id=None).id
        before, body = stored(), form(dialect, {**VEN, "venName": "mine now"})

        for actor in house, newcomer:
            for ven_id in foreign, nobodys, "nothing":
                path, door = f"/vens/{ven_id}", actor.at(dialect)
                for answer in door.get(path), door.put(path, body), door.delete(path):
                    assert_problem(answer, 404, "Not Found", f"There is no VEN '{ven_id}'")
        assert stored() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_writing_needs_the_scope_whatever_the_role(self, business, house, own, stored, dialect):
        path = f"/vens/{own(house)['id']}"
        before = stored()

        for client, body in ("utility", BL), ("house", VEN):
            limited = Actor(
                token=tokens.issue(client_id=client, scopes=["read_all", "read_ven_objects"]).text
            )
            door = limited.at(dialect)
            assert door.get(path).status_code == 200
            for answer in (
                door.post("/vens", form(dialect, body)),
                door.put(path, form(dialect, body)),
                door.delete(path),
            ):
                assert_problem(answer, 403, "Forbidden", "This needs the scope write_vens")
        assert stored() == before

    @pytest.mark.parametrize(
        ("client", "scope", "dialect", "status"),
        [
            ("house", "read_ven_objects", "3.1.0", 200),
            ("house", "read_all", "3.1.0", 403),
            ("house", "read_targets", "3.1.0", 403),
            ("house", "read_ven_objects", "3.0.1", 200),
            ("house", "read_all", "3.0.1", 200),
            ("house", "read_targets", "3.0.1", 403),
            ("utility", "read_ven_objects", "3.1.0", 200),
            ("utility", "read_all", "3.1.0", 200),
            ("utility", "write_vens", "3.1.0", 403),
            ("utility", "read_all", "/api/openadr/v1", 200),
        ],
    )
    def test_reading_needs_a_scope_of_the_dialect(self, business, house, own, client, scope, dialect, status):
        path = f"/vens/{own(house)['id']}"
        door = Actor(token=tokens.issue(client_id=client, scopes=[scope]).text).at(dialect)

        assert door.get("/vens").status_code == status
        assert door.get(path).status_code == status
        assert door.get("/vens/nothing").status_code == (404 if status == 200 else 403)

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_nobody_gets_in_without_a_token(self, nobody, house, own, stored, dialect):
        path, door = f"/vens/{own(house)['id']}", nobody.at(dialect)
        before = stored()

        for answer in (
            door.get("/vens"),
            door.get(path),
            door.post("/vens", {}),
            door.put(path, {}),
            door.delete(path),
        ):
            detail = "There is no Authorization header with a bearer token"
            assert_problem(answer, 401, "Unauthorized", detail)
        assert stored() == before


class TestManyTargets:
    def test_ten_thousand_are_taken_and_found_and_go_again(self, business, enrol):
        big = enrol("c", Role.VEN)
        targets = [f"t{number}" for number in range(10_000)]

        made = business.post("/vens", {**BL, "targets": targets})

        assert made.status_code == 201
        assert made.json()["targets"] == targets
        assert business.get("/vens", {"targets": "t9999"}).json() == [made.json()]
        assert VenTarget.objects.count() == 10_000
        business.post("/programs", {"programName": "p", "targets": ["t9999"]})
        assert big.get("/programs").json()[0]["targets"] == ["t9999"]
        answer = business.put(f"/vens/{made.json()['id']}", {**BL, "targets": ["t1"]})
        assert answer.json()["targets"] == ["t1"]
        assert VenTarget.objects.count() == 1

    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    def test_one_more_is_refused(self, business, stored, dialect):
        targets = [f"t{number}" for number in range(10_001)]
        before = stored()
        typed = targets if dialect == "3.1.0" else [{"type": "GROUP", "values": targets}]

        answer = business.at(dialect).post("/vens", {**form(dialect, BL), "targets": typed})

        assert_problem(answer, 400, "Bad Request", "targets: there are more than 10000")
        assert stored() == before


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("ven_id", ["é", "a b", "%00", "a%2Fb", "x" * 129, "..", "%F0%9F%98%80", "-"])
def test_an_id_that_none_has_is_not_found(business, house, dialect, ven_id):
    door = business.at(dialect)

    for method in "GET", "PUT", "DELETE":
        body = b'{"objectType": "BL_VEN_REQUEST", "clientID": "c", "venName": "V"}'
        answer = door.send(method, f"/vens/{ven_id}", body, "application/json")
        assert answer.status_code == 404
