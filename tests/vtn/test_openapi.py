"""The API documents: served, valid, true to what is answered, and held against the official files."""

from __future__ import annotations

import copy
import functools
import json
import re
from typing import Annotated, Any, Literal

import msgspec
import pytest
import yaml
from django.core.management import CommandError, call_command
from django.test import Client as DjangoClient
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from msgspec import Meta

from events.api.openadr import EVENT
from programs.api.openadr import PROGRAM
from tests.conftest import event_request
from vtn.dialect import Dialect
from vtn.management.commands import check_api
from vtn.openapi.comparison import differences
from vtn.openapi.components import described
from vtn.openapi.listed import Listed, complaints, read_listed
from vtn.problem import problem
from vtn.wire.problem import Problem
from vtn.wire.schema import Int32, IntervalPeriod, ObjectID

VERSIONS = ["3.1.0", "3.0.1"]


@functools.cache
def served(version: str) -> dict[str, Any]:
    return json.loads(DjangoClient().get(f"/openapi/openadr-{version}.json").content)


@functools.cache
def official(version: str) -> dict[str, Any]:
    return yaml.safe_load((check_api.OFFICIAL_FILES / f"openadr-{version}.yaml").read_text())


# -- What is served -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_a_document_is_served_and_valid(version):
    response = DjangoClient().get(f"/openapi/openadr-{version}.json")

    assert response["Content-Type"] == "application/json"
    document = json.loads(response.content)
    validate_schema(document)
    assert document["info"]["version"] == version


@pytest.mark.parametrize("version", VERSIONS)
def test_a_document_is_made_without_warnings(version):
    check_api.served_document(f"openadr-{version}")

    assert not GENERATOR_STATS


def test_a_document_holds_its_own_door_only():
    assert served("3.1.0")["servers"] == [{"url": "/openadr3/3.1.0"}]
    assert served("3.0.1")["servers"] == [{"url": "/openadr3/3.0.1"}, {"url": "/api/openadr/v1"}]
    for version in VERSIONS:
        added = {"/auth/jwks", "/auth/server", "/events/batch", "/vens/batch"}
        added |= {f"/subscriptions/{{subscriptionID}}/{part}" for part in ("callbacks", "signingKey")}
        assert set(served(version)["paths"]) == set(official(version)["paths"]) | added


def test_components_have_the_official_names():
    names = set(served("3.1.0")["components"]["schemas"])

    assert names - set(official("3.1.0")["components"]["schemas"]) == {
        "batchProblem",
        "callback",
        "keySet",
        "objectOperation",
        "programDescription",
        "refusedItem",
        "reportResource",
        "signingKeys",
    }


def test_tokens_come_from_the_door_that_the_document_is_about():
    flows = served("3.0.1")["components"]["securitySchemes"]["oAuth2ClientCredentials"]["flows"]

    assert flows["clientCredentials"]["tokenUrl"] == "/openadr3/3.0.1/auth/token"
    assert "read_targets" not in flows["clientCredentials"]["scopes"]


@pytest.mark.parametrize("path", ["/docs/", "/docs/openadr-3.1.0/", "/docs/openadr-3.0.1/"])
def test_pages_for_people_load_nothing_from_elsewhere(path):
    page = DjangoClient().get(path)

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert page.status_code == 200
    assert addresses
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    assert [DjangoClient().get(address).status_code for address in addresses] == [200] * len(addresses)


# -- What is answered is what is described --------------------------------------------------------------------


@pytest.mark.parametrize("dialect", list(Dialect))
def test_answers_are_of_the_described_types(retailer, program, dialect):
    retailer = retailer.at(dialect.value)
    event = retailer.post("/events", event_request(program)).json()

    msgspec.convert(event, EVENT.stored(dialect))
    msgspec.convert(retailer.get("/events").json(), list[EVENT.stored(dialect)])
    msgspec.convert(retailer.get(f"/programs/{program['id']}").json(), PROGRAM.stored(dialect))


def test_a_problem_is_as_described():
    body = problem(404, "There is nothing at this path")

    assert body == msgspec.to_builtins(msgspec.convert(body, Problem))


# -- How types become schemas ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (Int32, {"type": "integer", "format": "int32"}),
        (Annotated[int, Meta(ge=0, le=2**63 - 1)], {"type": "integer", "format": "int64", "minimum": 0}),
        (Annotated[int, Meta(lt=600)], {"type": "integer", "maximum": 600, "exclusiveMaximum": True}),
        (Annotated[str, Meta(pattern=r"^a\Z")], {"type": "string", "pattern": "^a$"}),
        (str | None, {"type": "string", "nullable": True}),
        (Literal["A"] | None, {"type": "string", "enum": ["A", None], "nullable": True}),
        (int | str | None, {"anyOf": [{"type": "integer"}, {"type": "string"}], "nullable": True}),
        (
            IntervalPeriod | None,
            {"allOf": [{"$ref": "#/components/schemas/intervalPeriod"}], "nullable": True},
        ),
        (list[str], {"type": "array", "items": {"type": "string"}}),
    ],
)
def test_a_type_becomes_a_schema(kind, schema):
    assert described(kind)[0] == schema


def test_a_member_may_be_called_like_a_keyword():
    class Odd(msgspec.Struct):
        title: ObjectID
        pattern: str

    _, components = described(Odd)

    assert set(components["odd"]["properties"]) == {"title", "pattern"}


# -- The comparison -------------------------------------------------------------------------------------------


def test_every_difference_is_listed_and_every_listed_one_is_there(capsys):
    call_command("check_api")

    assert "as listed" in capsys.readouterr().out


def _without(*path: str):
    def change(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


def _with(value: Any, *path: str):
    def change(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


def _without_parameter(name: str):
    def change(document: dict[str, Any]) -> None:
        operation = document["paths"]["/events"]["get"]
        operation["parameters"] = [it for it in operation["parameters"] if it["name"] != name]

    return change


def _parameter_limit(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/events"]["get"]["parameters"]
    next(it for it in parameters if it["name"] == "limit")["schema"]["maximum"] = 100


_LIST = ("paths", "/events", "get")
_SCHEMAS = ("components", "schemas")
_EVENT = (*_SCHEMAS, "event", "properties")


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        (_without("paths", "/events"), "get /events: missing"),
        (_without("paths", "/events/{eventID}", "put"), "put /events/{eventID}: missing"),
        (_with({"get": {}}, "paths", "/more"), "get /more: added"),
        (_with("list", *_LIST, "operationId"), "get /events: operationId is list, not searchAllEvents"),
        (
            _with([{"bearerAuth": []}], *_LIST, "security"),
            "get /events: security is bearerAuth, not bearerAuth, oAuth2ClientCredentials read_targets",
        ),
        (_without_parameter("targets"), "get /events query parameter targets: missing"),
        (_parameter_limit, "get /events query parameter limit: maximum is 100, not 50"),
        (_without(*_LIST, "responses", "403"), "get /events status 403: missing"),
        (_with({}, *_LIST, "responses", "418"), "get /events status 418: added"),
        (
            _without(*_LIST, "responses", "400", "content"),
            "get /events status 400 application/json: missing",
        ),
        (
            _without("paths", "/events", "post", "requestBody"),
            "post /events body application/json: missing",
        ),
        (_without(*_EVENT, "priority"), "event.priority: missing"),
        (_with({}, *_EVENT, "colour"), "event.colour: added"),
        (_without(*_EVENT, "priority", "minimum"), "event.priority: minimum is absent, not 0"),
        (_with("integer", *_EVENT, "eventName", "type"), "event.eventName: type is integer, not string"),
        (_without(*_EVENT, "eventName", "nullable"), "event.eventName: must not be null"),
        (_without(*_EVENT, "id", "pattern"), "event.id: pattern is absent, not ^[a-zA-Z0-9_-]*$"),
        (_with(9, *_EVENT, "targets", "items", "maxLength"), "event.targets[]: maxLength is 9, not 128"),
        (_with(["id"], *_SCHEMAS, "event", "required"), "event.programID: not required"),
        (
            _with(["BOTH"], *_SCHEMAS, "reportDescriptor", "properties", "reportIntervals", "enum"),
            "reportDescriptor.reportIntervals: enum is BOTH, not INTERVALS, OPEN_INTERVALS, SUB_INTERVALS",
        ),
        (_without(*_SCHEMAS, "point", "properties", "y"), "point.y: missing"),
        (
            _with([{"type": "number"}], *_SCHEMAS, "valuesMap", "properties", "values", "items", "anyOf"),
            "valuesMap.values[] choice point: missing",
        ),
    ],
)
def test_a_change_is_noticed(change, noticed):
    changed = copy.deepcopy(served("3.1.0"))

    change(changed)

    assert noticed not in differences(official("3.1.0"), served("3.1.0"))
    assert noticed in differences(official("3.1.0"), changed)


def test_a_document_does_not_differ_from_itself():
    for version in VERSIONS:
        assert differences(official(version), official(version)) == []
        assert differences(served(version), served(version)) == []


# -- The list of differences ----------------------------------------------------------------------------------


def test_a_difference_without_a_row_and_a_row_without_a_difference_are_faults():
    listed = [
        Listed(frozenset({"3.1.0"}), "get /vens*: missing", "later"),
        Listed(frozenset({"3.1.0", "3.0.1"}), "get /reports: missing", "later"),
        Listed(frozenset({"3.0.1"}), "* status 401: added", "another version"),
    ]

    assert complaints(
        "3.1.0", ["get /vens: missing", "get /vens/{venID}: missing", "event.id: missing"], listed
    ) == [
        "3.1.0: not listed: event.id: missing",
        "3.1.0: listed, but not so any more: get /reports: missing",
    ]


def test_a_row_belongs_to_the_versions_in_the_heading_above_it(tmp_path):
    document = tmp_path / "differences.md"
    document.write_text(
        "# All\n\n## 3.1.0 and 3.0.1: both\n\n| Difference | Reason |\n|---|---|\n| `a: missing` | not `b` yet |\n\n"
        "## 3.1.0\n\n| `*: added` | more |\n"
    )

    assert read_listed(document) == [
        Listed(frozenset({"3.1.0", "3.0.1"}), "a: missing", "not `b` yet"),
        Listed(frozenset({"3.1.0"}), "*: added", "more"),
    ]


def test_the_command_names_what_is_wrong(monkeypatch, tmp_path):
    shorter = tmp_path / "differences.md"
    rows = check_api.LISTED_DIFFERENCES.read_text().splitlines()
    shorter.write_text("\n".join(row for row in rows if "/events query parameter x-end" not in row))
    monkeypatch.setattr(check_api, "LISTED_DIFFERENCES", shorter)

    with pytest.raises(CommandError) as error:
        call_command("check_api")

    assert str(error.value).splitlines() == [
        "3.0.1: not listed: get /events query parameter x-end: added",
        "3.1.0: not listed: get /events query parameter x-end: added",
    ]


def test_every_reason_is_a_reason():
    assert [row.difference for row in read_listed(check_api.LISTED_DIFFERENCES) if len(row.reason) < 8] == []
