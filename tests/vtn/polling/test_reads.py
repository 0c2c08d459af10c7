"""A poll that nothing was kept for is answered by its view without Django in between, as Django would answer it."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants import tokens
from tests.conftest import ROOTS, Actor, event_request
from tests.events.reporting import report_request
from tests.participants.subscribing import subscription_request
from vtn.api import reads
from vtn.api.openadr import PolledView
from vtn.caller import Scope
from vtn.polling.state import connection_parameters, polling

HEADERS = ("Content-Type", "Content-Length", "ETag", "Vary", "X-Content-Type-Options", "WWW-Authenticate")
KINDS = ["event", "program", "report", "ven", "subscription"]
LISTS = {f"/{kind}s": kind for kind in KINDS}
# Dialect, path, and the kind of object that it gives.
PATHS = [
    *((dialect, path, kind) for dialect in ROOTS for path, kind in LISTS.items()),
    *((dialect, f"{path}/{{{kind}}}", kind) for dialect in ROOTS for path, kind in LISTS.items()),
    *(("3.1.0", path, "resource") for path in ("/resources", "/resources/{resource}")),
    *(("3.0.1", f"/vens/{{ven}}{path}", "resource") for path in ("/resources", "/resources/{resource}")),
]


@pytest.fixture
def objects(door, retailer, ven, program, settings) -> dict[str, str]:
    """One of each kind, all of which the VEN may read: ids by the kinds."""
    settings.UNSAFE_CALLBACKS_WITHOUT_CHALLENGE = True
    event = retailer.post("/events", event_request(program, targets=["north"])).json()
    own = ven.get("/vens").json()[0]
    resource = {"objectType": "VEN_RESOURCE_REQUEST", "venID": own["id"], "resourceName": "heater"}
    made = {
        "program": program,
        "event": event,
        "ven": own,
        "resource": ven.post("/resources", resource).json(),
        "report": ven.post("/reports", report_request(event)).json(),
        "subscription": ven.post("/subscriptions", subscription_request()).json(),
    }
    return {kind: each["id"] for kind, each in made.items()}


@pytest.fixture
def without_django(door, monkeypatch):
    """Once it is called, Django answers nothing."""

    def forbid() -> None:
        def unreachable(environ: dict[str, Any], start_response: Any) -> Any:
            raise AssertionError(f"Django was asked for {environ['PATH_INFO']}?{environ['QUERY_STRING']}")

        monkeypatch.setattr(door.gate, "_django", unreachable)

    return forbid


def know(door: Any, actor: Actor) -> None:
    """A first poll, after which the token is known."""
    assert door.get(actor.token, "/programs").status_code == HTTPStatus.OK


def shape(response: Any) -> tuple[int, bytes, dict[str, str]]:
    """What is the same however it was answered. The hint in Cache-Control differs from answer to answer."""
    body = response.content if hasattr(response, "content") else response.data
    return response.status_code, body, {name: response.headers.get(name) for name in HEADERS}


@pytest.mark.parametrize(("dialect", "path", "kind"), PATHS)
def test_every_read_of_a_known_caller_is_answered_without_django_and_in_the_same_way(
    door, ven, objects, without_django, dialect, path, kind
):
    path = path.format(**objects)
    by_django = ven.at(dialect).get(path)
    know(door, ven)
    polling().answers.clear()  # which Django's view has filled as well
    without_django()

    answer = door.get(ven.token, path, dialect)

    assert shape(answer) == shape(by_django)
    assert (answer.status_code, objects[kind] in answer.text) == (HTTPStatus.OK, True)


def test_these_are_all_the_views_that_poll(objects):
    """So a new one has to be among them: its `read` must do without a request."""
    asked = {
        resolve(f"{ROOTS[dialect]}{path.format(**objects)}").func.cls for dialect, path, _ in PATHS
    }  # fmt: skip

    assert asked == set(_polled_views(get_resolver()))
    for view in asked:  # nor may it have refusals of its own, which only Django would ask for
        for name in ("authentication_classes", "permission_classes", "throttle_classes", "get", "initial"):
            assert getattr(view, name) == getattr(PolledView, name)


def _polled_views(patterns: URLResolver) -> Iterator[type[PolledView]]:
    for each in patterns.url_patterns:
        if isinstance(each, URLResolver):
            yield from _polled_views(each)
        elif issubclass(getattr(each.callback, "cls", object), PolledView):
            yield each.callback.cls


def test_what_was_answered_is_kept(door, ven, objects, without_django):
    know(door, ven)
    without_django()
    answer = door.get(ven.token, "/events")

    with CaptureQueriesContext(connection) as queries:
        again = door.get(ven.token, "/events")
        unchanged = door.get(ven.token, "/events", If_None_Match=answer.headers["ETag"])

    assert (again.data, unchanged.status_code, len(queries)) == (answer.data, HTTPStatus.NOT_MODIFIED, 0)


REFUSED = [
    ("/events?limit=no", HTTPStatus.BAD_REQUEST),
    ("/events?programID=%C3%A9", HTTPStatus.BAD_REQUEST),
    ("/events?programID=a%00b", HTTPStatus.BAD_REQUEST),
    ("/events?" + urlencode([("targets", number) for number in range(1_001)]), HTTPStatus.BAD_REQUEST),
    ("/events/not-there", HTTPStatus.NOT_FOUND),
    ("/events/not%20an%20id", HTTPStatus.NOT_FOUND),
    ("/nothing", HTTPStatus.NOT_FOUND),
    ("/%F0%9F%90%8D", HTTPStatus.NOT_FOUND),
    ("/auth/token", HTTPStatus.METHOD_NOT_ALLOWED),
]


@pytest.mark.parametrize(("path", "status"), REFUSED)
@pytest.mark.parametrize("dialect", ROOTS)
def test_a_refusal_of_a_known_caller_is_that_of_django(door, ven, program, dialect, path, status):
    by_django = ven.at(dialect).get(path)
    know(door, ven)

    answers = [door.get(ven.token, path, dialect) for _ in range(2)]

    assert [shape(answer) for answer in answers] == [shape(by_django)] * 2
    assert by_django.status_code == status


def test_a_path_that_nothing_is_at_takes_no_memory(door, ven, program):
    know(door, ven)
    remembered = reads._view_at.cache_info().currsize

    answers = [door.get(ven.token, path) for path in ("/nothing", f"/events/{'x' * 500}", "/auth/token")]

    assert [answer.status_code for answer in answers] == [404, 404, 405]
    assert reads._view_at.cache_info().currsize == remembered


def test_a_query_that_is_not_encoded_is_read_as_django_reads_it(door, retailer, program):
    retailer.post("/events", event_request(program, targets=["é"]))
    know(door, retailer)

    answer = door.get(retailer.token, "/events", raw_query="targets=é".encode().decode("latin-1"))

    assert [event["targets"] for event in answer.json] == [["é"]]


def test_what_is_refused_was_looked_for_once(door, ven, program):
    know(door, ven)

    with CaptureQueriesContext(connection) as queries:
        answer = door.get(ven.token, "/events/not-there")

    assert (answer.status_code, len(queries)) == (HTTPStatus.NOT_FOUND, 1)


def test_a_known_caller_without_the_scope_is_refused(door, ven, program):
    token = tokens.issue(client_id="ven", scopes=[Scope.WRITE_REPORTS]).text

    answers = [door.get(token, "/events") for _ in range(2)]

    assert polling().tokens.get(f"Bearer {token}") is not None
    assert [answer.status_code for answer in answers] == [HTTPStatus.FORBIDDEN] * 2
    assert answers[0].data == answers[1].data == Actor(token=token).get("/events").content


def test_a_failure_is_answered_and_logged_as_one_of_django(door, ven, program, monkeypatch, caplog):
    know(door, ven)

    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("of ours")

    # A failure that nothing from outside is known to bring about.
    monkeypatch.setattr("events.queries.visible_events", fail)
    answer = door.get(ven.token, "/events")

    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert answer.json["title"] == "Internal Server Error"
    assert [type(record.exc_info[1]) for record in caplog.records if record.exc_info] == [ZeroDivisionError]


def test_a_poll_after_the_connection_was_lost_is_refused_once_and_then_answered(door, ven, objects):
    know(door, ven)
    with psycopg.connect(**connection_parameters()) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

    answers = [door.get(ven.token, "/events?limit=9") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.OK]
    assert len(answers[1].json) == 1


def test_a_connection_that_is_too_old_is_replaced(door, ven, program):
    know(door, ven)
    before = connection.connection.info.backend_pid
    connection.close_at = 0.0  # as CONN_MAX_AGE has it

    answer = door.get(ven.token, "/events?limit=9")

    connection.ensure_connection()
    assert (answer.status_code, connection.connection.info.backend_pid == before) == (HTTPStatus.OK, False)


names = st.sampled_from(
    ["programID", "targets", "active", "x-start", "x-end", "limit", "skip", "targetType", "y"]
)
values = st.one_of(
    st.sampled_from(
        ["", "north", "south", "true", "7", "2026-06-01T00:00:00Z", "2026-06-01T00:00:00+02:00", "ü"]
    ),
    st.text(max_size=5),
)
written = st.lists(st.tuples(names, values, st.sampled_from(["", "+:/,é", "&=%"])), max_size=4)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(asked=written, dialect=st.sampled_from(sorted(ROOTS)), path=st.sampled_from(sorted(LISTS)))
def test_any_query_means_the_same_with_and_without_django(door, ven, objects, asked, dialect, path):
    """Also one whose author has not encoded all of it."""
    query = "&".join(f"{name}={quote(value, safe=safe)}" for name, value, safe in asked)
    know(door, ven)

    by_django = ven.at(dialect).get(f"{path}?{query}")
    polling().answers.clear()  # which Django's view has filled as well
    answers = [door.get(ven.token, f"{path}?{query}", dialect) for _ in range(2)]

    assert [shape(answer) for answer in answers] == [shape(by_django)] * 2
