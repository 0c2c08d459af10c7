"""What is refused before any use case is reached: paths, methods, media types, sizes; always as a problem."""

from __future__ import annotations

import json
from itertools import product

import pytest
from django.test import Client as DjangoClient

from events.models import Event
from programs.models import Program
from tests.conftest import ROOTS, Actor, event_request
from vtn.models import OutboxEntry

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]


def assert_problem(answer, status: int, title: str, detail: str | None = None) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    found = answer.json()
    assert found == {"title": title, "status": status, "detail": detail or found["detail"]}


class TestPaths:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_an_unknown_path_is_not_found_whatever_the_method(self, retailer, dialect):
        paths = ("/nothing", "/", "/events/", "/events/a/b", "/programs/a/events", "/Events", "/events.json")
        for path, method in product(paths, METHODS):
            answer = retailer.at(dialect).send(method, path, b"{}", "application/json")

            assert_problem(answer, 404, "Not Found", "There is nothing at this path")

    @pytest.mark.parametrize(
        "identifier",
        [
            "%00",
            "a%00",
            "a%0A",
            "%0Aa",
            "a%20b",
            "a%2Fb",
            "a.b",
            "a%25",
            "%C3%A9",
            "%ff",
            "%F0%9F%98%80",
            "a" * 129,
            "..%2F",
            "'",
        ],
    )
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    def test_what_cannot_be_an_id_is_not_found(self, retailer, dialect, identifier):
        for path in (f"/events/{identifier}", f"/programs/{identifier}"):
            for method in ("GET", "PUT", "DELETE"):
                answer = retailer.at(dialect).send(method, path, b"{}", "application/json")

                assert_problem(answer, 404, "Not Found", "There is nothing at this path")

    @pytest.mark.parametrize(
        "path", ["/", "/openadr3/3.2.0/events", "/openadr3/events", "/api/openadr/v2/events", "/x%00"]
    )
    def test_outside_of_all_doors_it_is_a_problem_too(self, path):
        for method in ("get", "post", "delete"):
            answer = getattr(DjangoClient(raise_request_exception=False), method)(path)

            assert_problem(answer, 404, "Not Found", "There is nothing at this path")


class TestMethods:
    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize(
        ("path", "allowed"),
        [
            ("/programs", "GET, HEAD, POST"),
            ("/events", "GET, HEAD, POST"),
            ("/programs/{program}", "GET, HEAD, PUT, DELETE"),
            ("/events/{event}", "GET, HEAD, PUT, DELETE"),
            ("/programs/unknown", "GET, HEAD, PUT, DELETE"),
            ("/events/unknown", "GET, HEAD, PUT, DELETE"),
        ],
    )
    def test_any_other_is_not_allowed(self, retailer, program, dialect, path, allowed):
        event = retailer.post("/events", event_request(program)).json()
        before = OutboxEntry.objects.count()
        path = path.format(program=program["id"], event=event["id"])

        for method in set(METHODS) - set(allowed.split(", ")):
            answer = retailer.at(dialect).send(method, path, b"{}", "application/json")

            assert_problem(answer, 405, "Method Not Allowed", f'Method "{method}" not allowed.')
            assert answer["Allow"] == allowed
        assert (Program.objects.count(), Event.objects.count()) == (1, 1)
        assert OutboxEntry.objects.count() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_head_is_get_without_a_body(self, retailer, program, dialect):
        door = retailer.at(dialect)
        for path in ("/programs", f"/programs/{program['id']}", "/events"):
            full, bare = door.get(path), door.send("HEAD", path, b"", "")

            assert (bare.status_code, bare.content) == (200, b"")
            for header in ("Content-Type", "Content-Length", "ETag", "Vary"):
                assert bare[header] == full[header]


class TestMediaTypes:
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    @pytest.mark.parametrize(
        "media_type",
        [
            "",
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/problem+json",
            "application/jsonx",
            "application/json, text/plain",
            "nonsense",
        ],
    )
    def test_what_is_not_json_is_unsupported(self, retailer, program, dialect, media_type):
        body = json.dumps(event_request(program)).encode()

        for method, path in (
            ("POST", "/events"),
            ("PUT", "/events/x"),
            ("POST", "/programs"),
            ("PUT", "/programs/x"),
        ):
            answer = retailer.at(dialect).send(method, path, body, media_type)

            assert_problem(answer, 415, "Unsupported Media Type")
        assert not Event.objects.exists()
        assert Program.objects.count() == 1

    @pytest.mark.parametrize(
        "media_type", ["application/json; charset=utf-8", "APPLICATION/JSON", " application/json ;x=y"]
    )
    def test_json_is_json_with_any_parameters(self, retailer, media_type):
        answer = retailer.send("POST", "/programs", b'{"programName":"p"}', media_type)

        assert answer.status_code == 201

    def test_whoever_asks_for_something_else_gets_json(self, retailer, program):
        for accept in ("text/html", "application/xml", "application/problem+json", "*/*;q=0", "nonsense"):
            assert retailer.get("/programs", Accept=accept)["Content-Type"] == "application/json"
            assert_problem(retailer.get("/nothing", Accept=accept), 404, "Not Found")
        assert retailer.get("/programs?format=xml")["Content-Type"] == "application/json"


class TestSizes:
    def test_a_body_that_says_it_is_too_long_is_not_read(self, retailer, program):
        answer = retailer.send("POST", "/events", b" " * ((1 << 20) + 1), "application/json")

        assert_problem(answer, 413, "Content Too Large", "The body is longer than 1048576 bytes")
        assert not Event.objects.exists()

    def test_the_limit_is_a_setting(self, retailer, settings):
        settings.MAX_BODY_BYTES = 20

        assert_problem(retailer.post("/programs", {"programName": "p" * 20}), 413, "Content Too Large")
        assert not Program.objects.exists()

    def test_somebody_unknown_is_told_so_first(self, nobody):
        assert nobody.send("POST", "/events", b" " * ((1 << 20) + 1), "application/json").status_code == 401


def test_the_problem_of_a_bad_token_fits_its_header(db):
    answer = Actor(token="a.b.c", root=ROOTS["3.1.0"]).get("/events")

    assert_problem(answer, 401, "Unauthorized", "The token is not valid, or no longer")
    assert answer["WWW-Authenticate"] == (
        'Bearer realm="openadr3", error="invalid_token", error_description="The token is not valid, or no longer"'
    )
