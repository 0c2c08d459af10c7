"""Programs that are refused: by the role, the scope or the body; nothing is changed by any of them."""

from __future__ import annotations

import json

import pytest

from participants import tokens
from programs.models import Program
from tests.conftest import Actor, event_request
from vtn.models import OutboxEntry

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


@pytest.fixture
def unchanged(db):
    """Asserts at the end that no program was written."""
    yield
    assert not Program.objects.exists()
    assert not OutboxEntry.objects.filter(object_type="PROGRAM").exists()


def assert_problem(answer, status: int, title: str, detail: str) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert answer.json() == {"title": title, "status": status, "detail": detail}


@pytest.mark.usefixtures("unchanged")
class TestBodies:
    @pytest.mark.parametrize(
        ("members", "detail"),
        [
            ({"programName": 5}, "programName: Expected `str`, got `int`"),
            ({"programName": ""}, "programName: Expected `str` of length >= 1"),
            ({"programName": "x" * 129}, "programName: Expected `str` of length <= 128"),
            ({"programName": "\U0001f600" * 129}, "programName: Expected `str` of length <= 128"),
            ({"programName": None}, "Object missing required field `programName`"),
            ({"intervalPeriod": []}, "intervalPeriod: Expected `object | null`, got `array`"),
            (
                {"intervalPeriod": {"start": "tomorrow"}},
                "intervalPeriod: start: 'tomorrow' is not an RFC 3339 date-time with an offset, "
                "such as 2023-06-15T09:30:00Z",
            ),
            (
                {"intervalPeriod": {"start": "0001-01-01", "randomizeStart": "1h"}},
                "intervalPeriod: randomizeStart: '1h' is not an ISO 8601 duration such as PT1H or P1DT12H",
            ),
            ({"payloadDescriptors": {}}, "payloadDescriptors: Expected `array | null`, got `object`"),
            ({"payloadDescriptors": [5]}, "payloadDescriptors[0]: Expected `object`, got `int`"),
            (
                {"payloadDescriptors": [{}]},
                "payloadDescriptors[0]: Object missing required field `payloadType`",
            ),
            (
                {"payloadDescriptors": [{"payloadType": []}]},
                "payloadDescriptors[0].payloadType: Expected `str`, got `array`",
            ),
            (
                {"payloadDescriptors": [{"payloadType": {}}]},
                "payloadDescriptors[0].payloadType: Expected `str`, got `object`",
            ),
            (
                {"payloadDescriptors": [{"payloadType": "PRICE", "objectType": "PRICE"}]},
                "payloadDescriptors[0].objectType: Invalid value 'PRICE'",
            ),
            (
                {"payloadDescriptors": [{"payloadType": "MINE"}]},
                "payloadDescriptors: objectType is missing, and the payload type does not tell it",
            ),
            (
                {
                    "payloadDescriptors": [
                        {"payloadType": "USAGE"},
                        {"payloadType": "USAGE", "confidence": 101},
                    ]
                },
                "payloadDescriptors[1].confidence: Expected `int` <= 100",
            ),
            ({"programDescriptions": [{}]}, "programDescriptions[0]: Object missing required field `URL`"),
            ({"x": {"\0": 1}}, "x: holds a NUL character"),
        ],
    )
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    def test_the_member_at_fault_is_named(self, retailer, dialect, members, detail):
        answer = retailer.at(dialect).post("/programs", {"programName": "p", **members})

        assert_problem(answer, 400, "Bad Request", detail)

    @pytest.mark.parametrize(
        ("members", "detail"),
        [
            ({"targets": "a"}, "targets: Expected `array | null`, got `str`"),
            ({"targets": ["a", 1]}, "targets[1]: Expected `str`, got `int`"),
            ({"targets": ["a", None]}, "targets[1]: Expected `str`, got `null`"),
            ({"targets": [""]}, "targets[0]: Expected `str` of length >= 1"),
            ({"targets": ["t" * 129]}, "targets[0]: Expected `str` of length <= 128"),
            ({"targets": [{"type": "GROUP", "values": ["a"]}]}, "targets[0]: Expected `str`, got `object`"),
            ({"attributes": [{"type": "A"}]}, "attributes[0]: Object missing required field `values`"),
            (
                {"attributes": [{"type": "A", "values": "b"}]},
                "attributes[0].values: Expected `array`, got `str`",
            ),
            (
                {"programDescriptions": [{"URL": "x"}]},
                "programDescriptions[0].URL: Expected `str` of length >= 2",
            ),
            (
                {"programDescriptions": [{"URL": "x" * 8001}]},
                "programDescriptions[0].URL: Expected `str` of length <= 8000",
            ),
        ],
    )
    def test_in_3_1(self, retailer, members, detail):
        assert_problem(
            retailer.post("/programs", {"programName": "p", **members}), 400, "Bad Request", detail
        )

    @pytest.mark.parametrize(
        ("members", "detail"),
        [
            ({"targets": ["a"]}, "targets[0]: Expected `object`, got `str`"),
            ({"targets": [{"values": ["a"]}]}, "targets[0]: Object missing required field `type`"),
            (
                {"targets": [{"type": "GROUP", "values": "a"}]},
                "targets[0].values: Expected `array`, got `str`",
            ),
            (
                {"targets": [{"type": "group", "values": ["a"]}]},
                "targets: the type 'group' is not in capitals, digits and underscores",
            ),
            (
                {"targets": [{"type": "GROUP", "values": [{"x": 1, "y": 1}]}]},
                "targets: a point cannot be a target's value",
            ),
            (
                {"intervalPeriod": {"duration": "PT1H"}},
                "intervalPeriod: Object missing required field `start`",
            ),
            ({"retailerName": 5}, "retailerName: Expected `str | null`, got `int`"),
            ({"bindingEvents": "true"}, "bindingEvents: Expected `bool | null`, got `str`"),
            ({"localPrice": 1}, "localPrice: Expected `bool | null`, got `int`"),
        ],
    )
    def test_in_3_0_1(self, retailer, members, detail):
        answer = retailer.at("3.0.1").post("/programs", {"programName": "p", **members})

        assert_problem(answer, 400, "Bad Request", detail)

    def test_an_offset_that_is_no_duration_is_refused(self, retailer):
        answer = retailer.at("3.0.1").post("/programs", {"programName": "p", "timeZoneOffset": "1h"})

        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("timeZoneOffset: ")

    @pytest.mark.parametrize("text", [b"null", b"[]", b"5", b'"x"', b"true", b"{}", b""])
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    def test_a_body_that_is_no_program_is_refused(self, retailer, dialect, text):
        answer = retailer.at(dialect).send("POST", "/programs", text, "application/json")

        assert (answer.status_code, answer.json()["status"]) == (400, 400)


class TestPut:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_put_that_is_refused_changes_nothing(self, retailer, program, dialect):
        door = retailer.at(dialect)
        before = OutboxEntry.objects.count()
        for body in ({}, {"programName": None}, {"programName": "q", "targets": 5}, []):
            assert door.put(f"/programs/{program['id']}", body).status_code == 400

        assert retailer.get(f"/programs/{program['id']}").json() == program
        assert OutboxEntry.objects.count() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_put_creates_nothing(self, retailer, dialect):
        answer = retailer.at(dialect).put("/programs/mine", {"programName": "p"})

        assert_problem(answer, 404, "Not Found", "There is no program 'mine'")
        assert not Program.objects.exists()


class TestDelete:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_program_with_events_stays(self, retailer, program, dialect):
        event = retailer.post("/events", event_request(program)).json()
        before = OutboxEntry.objects.count()

        answer = retailer.at(dialect).delete(f"/programs/{program['id']}")

        assert_problem(
            answer, 409, "Conflict", "The program has events; delete them first, or say ?cascade=true"
        )
        assert retailer.get("/programs").json() == [program]
        assert retailer.get("/events").json() == [event]
        assert OutboxEntry.objects.count() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_it_goes_with_its_events_when_that_is_said(self, retailer, program, dialect):
        other = retailer.post("/programs", {"programName": "other"}).json()
        kept = retailer.post("/events", event_request(other)).json()
        for _ in range(3):
            retailer.post("/events", event_request(program, targets=["north"]))

        answer = retailer.at(dialect).delete(f"/programs/{program['id']}?cascade=true")

        assert (answer.status_code, answer.json()["id"]) == (200, program["id"])
        assert retailer.get("/programs").json() == [other]
        assert retailer.get("/events").json() == [kept]

    def test_cascade_is_true_or_false(self, retailer, program):
        retailer.post("/events", event_request(program))

        assert_problem(
            retailer.delete(f"/programs/{program['id']}?cascade=1"),
            400,
            "Bad Request",
            "cascade: '1' is neither true nor false",
        )
        assert retailer.delete(f"/programs/{program['id']}?cascade=false").status_code == 409
        assert Program.objects.count() == 1

    def test_cascade_does_not_need_events(self, retailer, program):
        assert retailer.delete(f"/programs/{program['id']}?cascade=true").json() == program


class TestWhoMay:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_ven_writes_no_program(self, ven, program, dialect):
        door, before = ven.at(dialect), OutboxEntry.objects.count()
        path = f"/programs/{program['id']}"

        for answer in (
            door.post("/programs", {"programName": "p"}),
            door.put(path, {"programName": "p"}),
            door.delete(path),
            door.delete(f"{path}?cascade=true"),
            door.put("/programs/nothing", {"programName": "p"}),
            door.delete("/programs/nothing"),
        ):
            assert_problem(answer, 403, "Forbidden", "Only business logic may write this")
        assert ven.get("/programs").json() == [program]
        assert OutboxEntry.objects.count() == before

    def test_a_ven_whose_token_claims_more_than_its_record_writes_no_program(self, ven):
        boastful = Actor(token=tokens.issue(client_id="ven", scopes=["write_programs", "read_targets"]).text)

        assert_problem(
            boastful.post("/programs", {"programName": "p"}),
            403,
            "Forbidden",
            "Only business logic may write this",
        )
        assert not Program.objects.exists()

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_business_logic_needs_the_scope(self, retailer, program, dialect):
        limited = Actor(
            token=tokens.issue(client_id="retailer", scopes=["write_events", "read_all"]).text
        ).at(dialect)
        path, before = f"/programs/{program['id']}", OutboxEntry.objects.count()

        for answer in (
            limited.post("/programs", {"programName": "p"}),
            limited.put(path, {"programName": "p"}),
            limited.delete(path),
        ):
            assert_problem(answer, 403, "Forbidden", "This needs the scope write_programs")
        assert limited.get(path).status_code == 200
        assert OutboxEntry.objects.count() == before

    @pytest.mark.parametrize(
        ("client", "scope", "dialect", "status"),
        [
            ("ven", "read_targets", "3.1.0", 200),
            ("ven", "read_all", "3.1.0", 403),
            ("ven", "read_ven_objects", "3.1.0", 403),
            ("ven", "read_targets", "3.0.1", 200),
            ("ven", "read_all", "3.0.1", 200),
            ("ven", "read_all", "/api/openadr/v1", 200),
            ("ven", "read_ven_objects", "3.0.1", 403),
            ("retailer", "read_targets", "3.1.0", 200),
            ("retailer", "read_all", "3.1.0", 200),
            ("retailer", "write_programs", "3.1.0", 403),
            ("retailer", "read_all", "3.0.1", 200),
            ("retailer", "write_programs", "3.0.1", 403),
        ],
    )
    def test_reading_needs_a_scope_of_the_dialect(
        self, retailer, ven, program, client, scope, dialect, status
    ):
        door = Actor(token=tokens.issue(client_id=client, scopes=[scope]).text).at(dialect)

        assert door.get("/programs").status_code == status
        assert door.get(f"/programs/{program['id']}").status_code == status
        assert door.get("/programs/nothing").status_code == (404 if status == 200 else 403)

    def test_read_all_does_not_make_a_ven_see_everything(self, retailer, ven):
        retailer.post("/programs", {"programName": "p", "targets": ["south"]})
        door = Actor(token=tokens.issue(client_id="ven", scopes=["read_all"]).text).at("3.0.1")

        assert door.get("/programs").json() == []

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_nobody_gets_in_without_a_token(self, nobody, program, dialect):
        door = nobody.at(dialect)
        path = f"/programs/{program['id']}"

        for answer in (
            door.get("/programs"),
            door.get(path),
            door.get("/programs/nothing"),
            door.post("/programs", {}),
            door.put(path, {}),
            door.delete(path),
        ):
            assert_problem(
                answer, 401, "Unauthorized", "There is no Authorization header with a bearer token"
            )
            assert answer["WWW-Authenticate"] == 'Bearer realm="openadr3"'
        assert Program.objects.count() == 1

    @pytest.mark.parametrize(
        ("dialect", "status"), [("3.1.0", 401), ("3.0.1", 403), ("/api/openadr/v1", 403)]
    )
    def test_a_bad_token_is_answered_as_the_dialect_knows(self, program, dialect, status):
        answer = Actor(token="x.y.z").at(dialect).post("/programs", {"programName": "p"})

        assert answer.status_code == answer.json()["status"] == status
        assert answer.has_header("WWW-Authenticate") is (status == 401)
        assert Program.objects.count() == 1


def test_the_whole_body_of_the_limit_is_taken_and_one_byte_more_is_not(retailer, settings):
    def padded(size: int) -> bytes:
        bare = json.dumps({"programName": f"{size}", "x": ""}).encode()
        return bare[:-2] + b"x" * (size - len(bare)) + bare[-2:]

    limit = settings.MAX_BODY_BYTES
    assert limit == 1 << 20

    assert retailer.send("POST", "/programs", padded(limit), "application/json").status_code == 201
    assert_problem(
        retailer.send("POST", "/programs", padded(limit + 1), "application/json"),
        413,
        "Content Too Large",
        "The body is longer than 1048576 bytes",
    )
    assert Program.objects.count() == 1
