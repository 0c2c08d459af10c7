"""Events that are refused: by the body, the role or the scope; nothing is changed by any of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from events.models import Event, EventTarget, Interval
from participants import tokens
from tests.conftest import Actor, event_request
from vtn.models import OutboxEntry

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]
A_PERIOD = {"start": "2026-06-01T00:00:00Z"}


@pytest.fixture
def unchanged(db):
    """Asserts at the end that no event was written."""
    yield
    assert not Event.objects.exists()
    assert not Interval.objects.exists()
    assert not EventTarget.objects.exists()
    assert not OutboxEntry.objects.filter(object_type="EVENT").exists()


def assert_problem(answer, status: int, title: str, detail: str) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert answer.json() == {"title": title, "status": status, "detail": detail}


def one_interval(**members: Any) -> dict[str, Any]:
    return {"intervals": [{"id": 0, "payloads": []}, {"id": 1, "payloads": [], **members}]}


def payload(values: Any) -> dict[str, Any]:
    return one_interval(payloads=[{"type": "PRICE", "values": values}])


NOT_A_MOMENT = "is not an RFC 3339 date-time with an offset, such as 2023-06-15T09:30:00Z"
NOT_A_DURATION = "is not an ISO 8601 duration such as PT1H or P1DT12H"


@pytest.mark.usefixtures("unchanged")
class TestBodies:
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    @pytest.mark.parametrize(
        ("members", "detail"),
        [
            ({"programID": None}, "Object missing required field `programID`"),
            ({"programID": 5}, "programID: Expected `str`, got `int`"),
            ({"programID": ""}, "programID: Expected `str` of length >= 1"),
            ({"programID": "a" * 129}, "programID: Expected `str` of length <= 128"),
            ({"programID": "nope"}, "programID: there is no program 'nope'"),
            ({"eventName": []}, "eventName: Expected `str | null`, got `array`"),
            ({"priority": -1}, "priority: Expected `int` >= 0"),
            ({"priority": 2**63}, "priority: Expected `int` <= 9223372036854775807"),
            ({"priority": 10**30}, "priority: Expected `int` <= 9223372036854775807"),
            ({"priority": True}, "priority: Expected `int | null`, got `bool`"),
            ({"priority": "1"}, "priority: Expected `int | null`, got `str`"),
            ({"priority": 0.5}, "priority: Expected `int | null`, got `float`"),
            ({"intervals": [[]]}, "intervals[0]: Expected `object`, got `array`"),
            ({"intervals": [None]}, "intervals[0]: Expected `object`, got `null`"),
            ({"intervals": [{"payloads": []}]}, "intervals[0]: Object missing required field `id`"),
            ({"intervals": [{"id": 0}]}, "intervals[0]: Object missing required field `payloads`"),
            (one_interval(id="1"), "intervals[1].id: Expected `int`, got `str`"),
            (one_interval(id=2**31), "intervals[1].id: Expected `int` <= 2147483647"),
            (one_interval(id=-(2**31) - 1), "intervals[1].id: Expected `int` >= -2147483648"),
            (one_interval(payloads={}), "intervals[1].payloads: Expected `array`, got `object`"),
            (
                one_interval(payloads=[{"type": "X"}]),
                "intervals[1].payloads[0]: Object missing required field `values`",
            ),
            (payload(5), "intervals[1].payloads[0].values: Expected `array`, got `int`"),
            (payload([0, {"x": 1}]), "intervals[1].payloads[0].values[1]: Object missing required field `y`"),
            (
                payload([{"x": "1", "y": 1}]),
                "intervals[1].payloads[0].values[0].x: Expected `float`, got `str`",
            ),
            (
                one_interval(intervalPeriod="PT1H"),
                "intervals[1].intervalPeriod: Expected `object | null`, got `str`",
            ),
            (
                one_interval(intervalPeriod={**A_PERIOD, "duration": "PT"}),
                f"intervals[1].intervalPeriod: duration: 'PT' {NOT_A_DURATION}",
            ),
            ({"intervalPeriod": []}, "intervalPeriod: Expected `object | null`, got `array`"),
            (
                {"reportDescriptors": [{}]},
                "reportDescriptors[0]: Object missing required field `payloadType`",
            ),
            (
                {"reportDescriptors": [{"payloadType": "A", "numIntervals": 2**31}]},
                "reportDescriptors[0].numIntervals: Expected `int` <= 2147483647",
            ),
            (
                {"reportDescriptors": [{"payloadType": "A", "historical": "yes"}]},
                "reportDescriptors[0].historical: Expected `bool | null`, got `str`",
            ),
            (
                {"payloadDescriptors": [{"payloadType": []}]},
                "payloadDescriptors[0].payloadType: Expected `str`, got `array`",
            ),
            (
                {"payloadDescriptors": [{"payloadType": "A", "objectType": "REPORT_PAYLOAD_DESCRIPTOR"}]},
                "payloadDescriptors[0].objectType: Invalid value 'REPORT_PAYLOAD_DESCRIPTOR'",
            ),
            ({"eventName": "a\0b"}, "eventName: holds a NUL character"),
            ({"x": [{"y\0": 1}]}, "x[0]: holds a NUL character"),
        ],
    )
    def test_the_member_at_fault_is_named(self, retailer, program, dialect, members, detail):
        answer = retailer.at(dialect).post("/events", event_request(program, **members))

        assert_problem(answer, 400, "Bad Request", detail)

    @pytest.mark.parametrize("identifier", ["a b", "a\n", "é", "a/b", "a.b", "' OR 1=1", "%00", "a\u2028"])
    def test_an_id_has_letters_digits_and_dashes(self, retailer, identifier):
        answer = retailer.post("/events", {"programID": identifier})

        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("programID: Expected `str` matching regex ")

    @pytest.mark.parametrize(
        "text",
        ["", "x", "2026-06-01", "2026-06-01T00:00:00", "2026-06-01T00:00Z", "2026-02-30T00:00:00Z",
         "2026-06-01T24:00:00Z", "2026-06-01T00:00:61Z", "2026-06-01T00:00:00Z\n", "20260601T000000Z", "1780000000",
         "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-12:00", "10000-01-01T00:00:00Z", "2026-06-01T00:00:00+24:00",
         "0000-06-01T00:00:00Z",
         "٢٠٢٦-06-01T00:00:00Z", "0001-01-01T00:00:00-0:00"],
    )  # fmt: skip
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    def test_a_start_that_is_no_moment(self, retailer, program, dialect, text):
        answer = retailer.at(dialect).post("/events", event_request(program, intervalPeriod={"start": text}))

        assert_problem(answer, 400, "Bad Request", f"intervalPeriod: start: '{text}' {NOT_A_MOMENT}")

    @pytest.mark.parametrize(
        "text", ["", "1h", "P", "PT", "P1", "PT1.5H", "P1W2D", "PT1H ", "PT1H\n", "pt1h", "PT１H", "PT-1H"]
    )
    def test_a_duration_that_is_none(self, retailer, program, text):
        for member in ("duration", "randomizeStart"):
            answer = retailer.post("/events", event_request(program, intervalPeriod={member: text}))
            assert_problem(answer, 400, "Bad Request", f"intervalPeriod: {member}: '{text}' {NOT_A_DURATION}")

        answer = retailer.post("/events", event_request(program, duration=text))
        assert_problem(answer, 400, "Bad Request", f"duration: '{text}' {NOT_A_DURATION}")

    def test_nothing_runs_backwards(self, retailer, program):
        negative = "'-PT1H' is negative; a duration must not be"

        answer = retailer.post("/events", event_request(program, duration="-PT1H"))
        assert_problem(answer, 400, "Bad Request", f"duration: {negative}")
        for dialect in ("3.1.0", "3.0.1"):
            period = {**A_PERIOD, "duration": "-PT1H"}
            answer = retailer.at(dialect).post("/events", event_request(program, intervalPeriod=period))
            assert_problem(answer, 400, "Bad Request", f"intervalPeriod: duration: {negative}")

    def test_a_long_duration_is_quoted_in_part(self, retailer, program):
        answer = retailer.post("/events", event_request(program, duration=f"PT{'1' * 200}S"))

        assert_problem(answer, 400, "Bad Request", f"duration: 'PT{'1' * 38}…' {NOT_A_DURATION}")

    @pytest.mark.parametrize(
        ("members", "detail"),
        [
            ({"targets": ["a", 1]}, "targets[1]: Expected `str`, got `int`"),
            ({"targets": [""]}, "targets[0]: Expected `str` of length >= 1"),
            ({"targets": ["t" * 129]}, "targets[0]: Expected `str` of length <= 128"),
            ({"duration": 5}, "duration: Expected `str | null`, got `int`"),
            ({"intervals": {}}, "intervals: Expected `array | null`, got `object`"),
            ({"intervalPeriod": {"start": 5}}, "intervalPeriod.start: Expected `str | null`, got `int`"),
            (
                {"reportDescriptors": [{"payloadType": "A", "reportIntervals": "SOME"}]},
                "reportDescriptors[0].reportIntervals: Invalid enum value 'SOME'",
            ),
            (
                {"reportDescriptors": [{"payloadType": "A", "targets": [{"type": "A", "values": []}]}]},
                "reportDescriptors[0].targets[0]: Expected `str`, got `object`",
            ),
        ],
    )
    def test_in_3_1(self, retailer, program, members, detail):
        assert_problem(
            retailer.post("/events", event_request(program, **members)), 400, "Bad Request", detail
        )

    @pytest.mark.parametrize(
        ("members", "detail"),
        [
            ({"intervals": None}, "Object missing required field `intervals`"),
            ({"intervals": {}}, "intervals: Expected `array`, got `object`"),
            ({"intervalPeriod": {"start": 5}}, "intervalPeriod.start: Expected `str`, got `int`"),
            ({"targets": ["a"]}, "targets[0]: Expected `object`, got `str`"),
            ({"targets": [{"type": "GROUP", "values": [""]}]}, "targets: '' is not of 1 to 128 characters"),
            (
                {"intervalPeriod": {"duration": "PT1H"}},
                "intervalPeriod: Object missing required field `start`",
            ),
            (
                one_interval(intervalPeriod={"duration": "PT1H"}),
                "intervals[1].intervalPeriod: Object missing required field `start`",
            ),
            (
                {"reportDescriptors": [{"payloadType": "A", "targets": ["a"]}]},
                "reportDescriptors[0].targets[0]: Expected `object`, got `str`",
            ),
            (
                {"reportDescriptors": [{"payloadType": "A", "targets": [{"type": "a", "values": ["b"]}]}]},
                "targets: the type 'a' is not in capitals, digits and underscores",
            ),
        ],
    )
    def test_in_3_0_1(self, retailer, program, members, detail):
        answer = retailer.at("3.0.1").post("/events", event_request(program, **members))

        assert_problem(answer, 400, "Bad Request", detail)

    @pytest.mark.parametrize(
        "value",
        ["1e400", "-1e400", "1" + "0" * 5000, "1e-20000", "0e-20000", "0." + "1" * 20_000, "NaN", "Infinity",
         '"\\ud800"', '"\\u0000"', '"\x00"', "null", "[1]", "{}", '{"x":1e400,"y":1}'],
    )  # fmt: skip
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    def test_a_value_that_cannot_be_kept(self, retailer, program, dialect, value):
        text = json.dumps(event_request(program)).replace("[0.1]", f"[{value}]")

        answer = retailer.at(dialect).send("POST", "/events", text.encode(), "application/json")

        assert (answer.status_code, answer["Content-Type"], answer.json()["status"]) == (
            400,
            "application/json",
            400,
        )

    @pytest.mark.parametrize(
        ("text", "detail"),
        [
            (b"", "Object missing required field `programID`"),
            (b"null", "Expected `object`, got `null`"),
            (b"[]", "Expected `object`, got `array`"),
            (b'"x"', "Expected `object`, got `str`"),
            (b"{}", "Object missing required field `programID`"),
            (b"{", "The body is not JSON: Input data was truncated"),
            (b"[" * 100_000, "The body is nested too deeply"),
            (b'{"a":' * 100 + b"1" + b"}" * 100, "The body is nested more than 64 levels deep"),
        ],
    )
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    def test_a_body_that_is_no_event(self, retailer, dialect, text, detail):
        assert_problem(
            retailer.at(dialect).send("POST", "/events", text, "application/json"), 400, "Bad Request", detail
        )

    def test_text_that_is_not_utf_8(self, retailer, program):
        text = json.dumps(event_request(program, eventName="?")).encode().replace(b"?", b"\xff")

        answer = retailer.send("POST", "/events", text, "application/json")

        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("The body is not JSON: ")


class TestPut:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_put_that_is_refused_changes_nothing(self, retailer, program, dialect):
        other = retailer.post("/programs", {"programName": "other"}).json()
        event = retailer.post("/events", event_request(program)).json()
        rows, before = list(Interval.objects.values()), OutboxEntry.objects.count()
        door, path = retailer.at(dialect), f"/events/{event['id']}"

        for body in (
            [],
            {},
            {"programID": program["id"], "intervals": 5},
            event_request(program, priority=-1),
        ):
            assert door.put(path, body).status_code == 400
        for elsewhere in (other["id"], "nope"):
            assert_problem(
                door.put(path, event_request(program, programID=elsewhere)),
                400,
                "Bad Request",
                f"programID: the event belongs to '{program['id']}' and cannot be moved",
            )
        assert retailer.get(path).json() == event
        assert list(Interval.objects.values()) == rows
        assert OutboxEntry.objects.count() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_put_creates_nothing(self, retailer, program, dialect):
        answer = retailer.at(dialect).put("/events/mine", event_request(program))

        assert_problem(answer, 404, "Not Found", "There is no event 'mine'")
        assert not Event.objects.exists()


class TestWhoMay:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_ven_writes_no_event(self, retailer, ven, program, dialect):
        event = retailer.post("/events", event_request(program)).json()
        door, path, before = ven.at(dialect), f"/events/{event['id']}", OutboxEntry.objects.count()

        for answer in (
            door.post("/events", event_request(program)),
            door.put(path, event_request(program)),
            door.delete(path),
            door.delete("/events/nothing"),
        ):
            assert_problem(answer, 403, "Forbidden", "Only business logic may write this")
        assert ven.get("/events").json() == [event]
        assert OutboxEntry.objects.count() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_business_logic_needs_the_scope(self, retailer, program, dialect):
        event = retailer.post("/events", event_request(program)).json()
        token = tokens.issue(client_id="retailer", scopes=["write_programs", "read_all"]).text
        door, path, before = (
            Actor(token=token).at(dialect),
            f"/events/{event['id']}",
            OutboxEntry.objects.count(),
        )

        for answer in (
            door.post("/events", event_request(program)),
            door.put(path, event_request(program)),
            door.delete(path),
        ):
            assert_problem(answer, 403, "Forbidden", "This needs the scope write_events")
        assert retailer.get("/events").json() == [event]
        assert OutboxEntry.objects.count() == before

    @pytest.mark.parametrize(
        ("client", "scope", "dialect", "status"),
        [
            ("ven", "read_targets", "3.1.0", 200),
            ("ven", "read_all", "3.1.0", 403),
            ("ven", "read_all", "3.0.1", 200),
            ("ven", "read_targets", "/api/openadr/v1", 200),
            ("ven", "write_reports", "3.0.1", 403),
            ("retailer", "read_all", "3.1.0", 200),
            ("retailer", "write_events", "3.1.0", 403),
            ("retailer", "read_bl", "3.0.1", 403),
        ],
    )
    def test_reading_needs_a_scope_of_the_dialect(
        self, retailer, ven, program, client, scope, dialect, status
    ):
        event = retailer.post("/events", event_request(program)).json()
        door = Actor(token=tokens.issue(client_id=client, scopes=[scope]).text).at(dialect)

        assert door.get("/events").status_code == status
        assert door.get(f"/events/{event['id']}").status_code == status

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_nobody_gets_in_without_a_token(self, nobody, program, dialect):
        door = nobody.at(dialect)

        for answer in (
            door.get("/events"),
            door.get("/events/x"),
            door.post("/events", {}),
            door.delete("/events/x"),
        ):
            assert_problem(
                answer, 401, "Unauthorized", "There is no Authorization header with a bearer token"
            )
            assert answer["WWW-Authenticate"] == 'Bearer realm="openadr3"'
