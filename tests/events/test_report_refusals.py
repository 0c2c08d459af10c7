"""Bad input to reports: each is a problem that names what is wrong, and nothing is stored."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from events.models import Reading, Report
from tests.conftest import event_request
from tests.events.reporting import one_value, post, report_request
from vtn.models import OutboxEntry


def with_interval(event: dict[str, Any], **members: Any) -> dict[str, Any]:
    return one_value(event, 1, **members)


def with_resource(event: dict[str, Any], **members: Any) -> dict[str, Any]:
    written = one_value(event, 1)
    written["resources"][0] |= members
    return written


def without(written: dict[str, Any], name: str) -> dict[str, Any]:
    return {other: value for other, value in written.items() if other != name}


BAD: dict[str, tuple[Any, str]] = {
    "no eventID": (
        lambda e: without(report_request(e), "eventID"),
        "Object missing required field `eventID`",
    ),
    "null eventID": (lambda e: report_request(e, eventID=None), "Object missing required field `eventID`"),
    "no clientName": (
        lambda e: without(report_request(e), "clientName"),
        "Object missing required field `clientName`",
    ),
    "no resources": (
        lambda e: without(report_request(e), "resources"),
        "Object missing required field `resources`",
    ),
    "eventID with a space": (
        lambda e: report_request(e, eventID="a b"),
        "eventID: Expected `str` matching regex",
    ),
    "eventID with a newline": (
        lambda e: report_request(e, eventID="a\n"),
        "eventID: Expected `str` matching regex",
    ),
    "empty eventID": (lambda e: report_request(e, eventID=""), "eventID: Expected `str` of length >= 1"),
    "long eventID": (
        lambda e: report_request(e, eventID="x" * 129),
        "eventID: Expected `str` of length <= 128",
    ),
    "eventID a number": (lambda e: report_request(e, eventID=5), "eventID: Expected `str`, got `int`"),
    "empty clientName": (
        lambda e: report_request(e, clientName=""),
        "clientName: Expected `str` of length >= 1",
    ),
    "long clientName": (
        lambda e: report_request(e, clientName="x" * 129),
        "clientName: Expected `str` of length <= 128",
    ),
    "reportName a number": (lambda e: report_request(e, reportName=1), "reportName: Expected `str"),
    "resources an object": (
        lambda e: report_request(e, resources={}),
        "resources: Expected `array`, got `object`",
    ),
    "a null resource": (
        lambda e: report_request(e, resources=[None]),
        "resources[0]: Expected `object`, got `null`",
    ),
    "no resourceName": (
        lambda e: report_request(e, resources=[{"intervals": []}]),
        "resources[0]: Object missing required field `resourceName`",
    ),
    "empty resourceName": (
        lambda e: with_resource(e, resourceName=""),
        "resources[0].resourceName: Expected `str` of length >= 1",
    ),
    "no intervals": (
        lambda e: report_request(e, resources=[{"resourceName": "r"}]),
        "resources[0]: Object missing required field `intervals`",
    ),
    "no interval id": (
        lambda e: with_resource(e, intervals=[{"payloads": []}]),
        "resources[0].intervals[0]: Object missing required field `id`",
    ),
    "interval id too large": (
        lambda e: with_interval(e, id=2**31),
        "resources[0].intervals[0].id: Expected `int` <= 2147483647",
    ),
    "interval id a text": (
        lambda e: with_interval(e, id="0"),
        "resources[0].intervals[0].id: Expected `int`, got `str`",
    ),
    "no payloads": (
        lambda e: with_resource(e, intervals=[{"id": 0}]),
        "resources[0].intervals[0]: Object missing required field `payloads`",
    ),
    "a null value": (
        lambda e: one_value(e, None),
        "resources[0].intervals[0].payloads[0].values[0]: Expected `",
    ),
    "a list as value": (
        lambda e: one_value(e, [1]),
        "resources[0].intervals[0].payloads[0].values[0]: Expected `",
    ),
    "half a point": (
        lambda e: one_value(e, {"x": 1}),
        "resources[0].intervals[0].payloads[0].values[0]: Object missing required field `y`",
    ),
    "a bad start": (
        lambda e: with_interval(e, intervalPeriod={"start": "noon"}),
        "resources[0].intervals[0].intervalPeriod: start: 'noon' is not an RFC 3339 date-time",
    ),
    "a start without offset": (
        lambda e: with_resource(e, intervalPeriod={"start": "2026-06-01T00:00:00"}),
        "resources[0].intervalPeriod: start: '2026-06-01T00:00:00' is not an RFC 3339 date-time",
    ),
    "a negative duration": (
        lambda e: with_interval(e, intervalPeriod={"start": "2026-06-01T00:00:00Z", "duration": "-PT1H"}),
        "resources[0].intervals[0].intervalPeriod: duration: '-PT1H' is negative",
    ),
    "a descriptor of events": (
        lambda e: report_request(
            e, payloadDescriptors=[{"objectType": "EVENT_PAYLOAD_DESCRIPTOR", "payloadType": "PRICE"}]
        ),
        "payloadDescriptors[0].objectType: Invalid value 'EVENT_PAYLOAD_DESCRIPTOR'",
    ),
    "confidence of 101": (
        lambda e: report_request(e, payloadDescriptors=[{"payloadType": "USAGE", "confidence": 101}]),
        "payloadDescriptors[0].confidence: Expected `int` <= 100",
    ),
    "NUL in a name": (lambda e: report_request(e, clientName="a\0b"), "clientName: holds a NUL character"),
    "NUL in a value": (
        lambda e: one_value(e, "\0"),
        "resources[0].intervals[0].payloads[0].values[0]: holds a NUL character",
    ),
    "a list": (lambda e: [report_request(e)], "Expected `object`, got `array`"),
    "a text": (lambda e: "report", "Expected `object`, got `str`"),
    "null": (lambda e: None, "Expected `object`, got `null`"),
}


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
@pytest.mark.parametrize("case", BAD)
def test_bad_bodies_are_refused_and_change_nothing(ven, event, dialect, case):
    make, expected = BAD[case]
    stored = post(ven, report_request(event))
    before = state()
    written = make(event)
    if dialect == "3.0.1" and isinstance(written, dict):
        written = {"programID": event["programID"], **written}

    for answer in (
        ven.at(dialect).post("/reports", json.dumps(written)),
        ven.at(dialect).put(f"/reports/{stored['id']}", json.dumps(written)),
    ):
        assert answer.status_code == 400, answer.content
        assert answer.json()["detail"].startswith(expected), answer.json()["detail"]
    assert state() == before


def state() -> Any:
    return (
        list(Report.objects.values()),
        list(Reading.objects.order_by("pk").values()),
        OutboxEntry.objects.count(),
    )


def test_in_3_0_1_the_program_is_required(ven, event):
    answer = ven.at("3.0.1").post("/reports", report_request(event))

    assert (answer.status_code, answer.json()["detail"]) == (400, "Object missing required field `programID`")
    assert not Report.objects.exists()


def test_in_3_0_1_an_interval_period_needs_a_start(ven, event):
    written = {**one_value(event, 1, intervalPeriod={"duration": "PT1H"}), "programID": event["programID"]}

    answer = ven.at("3.0.1").post("/reports", written)

    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "resources[0].intervals[0].intervalPeriod: Object missing required field `start`",
    )


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e-400", "1" * 6_000])
def test_numbers_that_nothing_can_keep_are_refused(ven, event, number):
    text = json.dumps(one_value(event, "NUMBER")).replace('"NUMBER"', number)

    answer = ven.post("/reports", text)

    assert answer.status_code == 400
    assert answer.json()["detail"].endswith("holds a number that is too large or too fine")
    assert not Report.objects.exists()


@pytest.mark.parametrize("number", ["1e308", "-1e308", "1e-300"])
def test_the_largest_and_finest_numbers_are_kept(ven, event, number):
    post(ven, json.dumps(one_value(event, "NUMBER")).replace('"NUMBER"', number))

    assert Reading.objects.get().number == Decimal(number)


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
def test_there_is_a_limit_to_the_values_of_one_report(ven, event, settings, dialect):
    settings.MAX_READINGS = 5
    program = {} if dialect == "3.1.0" else {"programID": event["programID"]}
    post(ven.at(dialect), {**one_value(event, 1, 2, 3, 4, 5), **program})
    entries = OutboxEntry.objects.count()

    answer = ven.at(dialect).post("/reports", {**one_value(event, 1, 2, 3, 4, 5, 6), **program})

    assert (answer.status_code, answer.json()["detail"]) == (400, "resources: there are more than 5 values")
    assert (Report.objects.count(), OutboxEntry.objects.count()) == (1, entries)


def test_a_body_of_a_hundred_megabytes_is_too_large(ven, event):
    """Through Django alone; `tests/vtn/test_intake.py` has the part that never reads it."""
    answer = ven.post("/reports", b'{"eventID":"' + b"x" * 100_000_000 + b'"}')

    assert answer.status_code == 413
    assert not Report.objects.exists()


def test_another_content_type_is_refused(ven, event):
    answer = ven.send("post", "/reports", json.dumps(report_request(event)).encode(), "text/plain")

    assert answer.status_code == 415
    assert not Report.objects.exists()


@pytest.mark.parametrize("method", ["patch", "options", "trace"])
def test_other_methods_are_refused(ven, method):
    assert ven.send(method, "/reports", b"", "application/json").status_code == 405


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "51"},
        {"limit": "-1"},
        {"skip": "x"},
        {"programID": "a b"},
        {"eventID": ""},
        {"eventID": "x" * 129},
    ],
)
def test_bad_queries_are_refused(ven, query):
    answer = ven.get("/reports", query)

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(next(iter(query)))


def test_ids_that_no_object_has_are_not_found(ven):
    for path in ("/reports/nope", "/reports/" + "x" * 128, "/reports/ffffffff-ffff-7fff-bfff-ffffffffffff"):
        assert ven.get(path).status_code == 404
        assert ven.delete(path).status_code == 404


def test_an_event_of_a_foreign_grant_is_not_told_from_none(retailer, ven, program):
    hidden = retailer.post("/events", event_request(program, targets=["south"])).json()

    found = ven.post("/reports", report_request(hidden)).json()["detail"]
    missing = ven.post("/reports", report_request(hidden, eventID="x" * 36)).json()["detail"]

    assert found.replace(hidden["id"], "") == missing.replace("x" * 36, "")
