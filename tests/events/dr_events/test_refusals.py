"""What Ecosuite's door refuses, each with its body, and that nothing is left behind."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from events.dr_events import queries
from events.dr_events.models import DrEvent, DrNotification
from events.models import Event
from participants import tokens
from participants.models import Client, Participant, VenTarget
from programs.models import Program
from tests.conftest import Actor
from tests.events.dr_events.conftest import dr_event_request, participant_request, posted, read
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

PATHS = ["/dr/participants", "/dr/participants/x", "/dr/dr-events", "/dr/dr-events/x", "/dr/dr-notifications"]


def everything():
    """All that a refused request might have touched."""
    tables = (Participant, VenTarget, Program, Event, DrEvent, DrNotification, OutboxEntry)
    return [sorted(map(str, table.objects.values_list())) for table in tables]


def without(request, *names):
    return {name: value for name, value in request.items() if name not in names}


def refused(answer, status, message):
    assert (answer.status_code, answer.json()) == (status, {"message": message})


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ([], "Expected `object`, got `array`"),
        (without(participant_request(), "code"), "Object missing required field `code`"),
        (without(participant_request(), "contactUser"), "Object missing required field `contactUser`"),
        (without(participant_request(), "phoneContact"), "Object missing required field `phoneContact`"),
        (participant_request(code=None), "Object missing required field `code`"),
        (participant_request(code=7), "code: Expected `str`, got `int`"),
        (participant_request(code=""), "code: Expected `str` of length >= 1"),
        (participant_request(code="x" * 117), "code: Expected `str` of length <= 116"),
        (participant_request(code="a\nb"), "code: control characters are not allowed"),
        (participant_request(code="NORTHMILL"), "code: there is already a participant 'NORTHMILL'"),
        (participant_request(code="X", venID="nobody"), "venID: there is no VEN 'nobody'"),
        (participant_request(code="X", resourceIDs=["no"]), "resourceIDs: there is no resource 'no'"),
        (participant_request(code="X", venIDs="all"), "venIDs: Expected `array | null`, got `str`"),
        (
            participant_request(code="X", contactWebhook="http://here.example/"),
            "contactWebhook: must be an https URL",
        ),
        (
            participant_request(code="X", contactWebhook="https://localhost/"),
            "contactWebhook: its host is the VTN itself",
        ),
        (
            participant_request(code="X", contactWebhook=f"https://hook.example/{'x' * 1_980}"),
            "contactWebhook: Expected `str` of length <= 2000",
        ),
    ],
)
def test_a_participant_that_is_not_enrolled(tool, northmill, request_, message):
    before = everything()

    refused(tool.post("/dr/participants", request_), 400, message)

    assert everything() == before


def test_a_participant_keeps_its_code(tool, northmill):
    before = everything()

    answer = tool.put(f"/dr/participants/{northmill}", participant_request(code="OTHER"))

    refused(answer, 400, "code: the participant is 'NORTHMILL', which does not change")
    assert everything() == before


DATE = "is not an RFC 3339 date-time with an offset, such as 2023-06-15T09:30:00Z"
BAD_EVENTS = [
    (without(dr_event_request(), name), f"Object missing required field `{name}`")
    for name in dr_event_request()
] + [
    (dr_event_request(priority="urgent"), "priority: Invalid enum value 'urgent'"),
    (dr_event_request(priority=1), "priority: Expected `str`, got `int`"),
    (dr_event_request(endDate="2126-12-01T16:00:00Z"), "endDate: the event ends before it has begun"),
    (dr_event_request(endDate="2126-12-01T15:59:00Z"), "endDate: the event ends before it has begun"),
    (dr_event_request(startDate="2126-12-01T16:00:00"), f"startDate: '2126-12-01T16:00:00' {DATE}"),
    (dr_event_request(endDate="2126-12-01"), f"endDate: '2126-12-01' {DATE}"),
    (dr_event_request(notificationDate="soon"), f"notificationDate: 'soon' {DATE}"),
    (dr_event_request(startDate="0001-01-01T00:00:00Z"), "startDate: '0001-01-01T00:00:00Z' is not a date"),
    (dr_event_request(endDate="9999-12-31T23:59:59-12:00"), f"endDate: '9999-12-31T23:59:59-12:00' {DATE}"),
    (dr_event_request(participants=[]), "participants: name at least one"),
    (
        dr_event_request(participants=["NORTHMILL", "nobody"]),
        "participants: there is no participant 'nobody'",
    ),
    (dr_event_request(participants="NORTHMILL"), "participants: Expected `array`, got `str`"),
    (dr_event_request(participants=[7]), "participants[0]: Expected `str`, got `int`"),
    (dr_event_request(goal=["shed"]), "goal: Expected `str`, got `array`"),
    (dr_event_request(name="a\0b"), "name: holds a NUL character"),
]


@pytest.mark.parametrize(("request_", "message"), BAD_EVENTS)
def test_a_dr_event_that_is_not_made(tool, northmill, request_, message):
    before = everything()

    refused(tool.post("/dr/dr-events", request_), 400, message)

    assert everything() == before


@pytest.mark.parametrize(("request_", "message"), BAD_EVENTS)
def test_or_not_changed(tool, northmill, request_, message):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    before = everything()

    refused(tool.put(f"/dr/dr-events/{id_}", request_), 400, message)

    assert everything() == before


@pytest.mark.parametrize(
    "id_", ["unknown", "01a1fd4f-2b38-766d-9e7b-dee2234d6815", "a b", "%27", "é", "x" * 400]
)
def test_ids_that_are_nobodys(tool, northmill, id_):
    event_id = posted(tool, "/dr/dr-events", dr_event_request())
    before = everything()

    for answer in (
        tool.get(f"/dr/participants/{id_}"),
        tool.put(f"/dr/participants/{id_}", participant_request()),
        tool.delete(f"/dr/participants/{id_}"),
        tool.get(f"/dr/participants/{event_id}"),
    ):
        refused(answer, 400, "Invalid participant id")
    for answer in (
        tool.get(f"/dr/dr-events/{id_}"),
        tool.put(f"/dr/dr-events/{id_}", dr_event_request()),
        tool.delete(f"/dr/dr-events/{id_}"),
        tool.get(f"/dr/dr-events/{northmill}"),
    ):
        refused(answer, 400, "Invalid event id")
    assert everything() == before


# -- Who may do it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_without_a_good_token_there_is_nothing(nobody, retailer, settings, path):
    settings.BAD_TOKEN_STATUS = {"3.0.1": 403, "3.1.0": 403}
    door = nobody.at("")

    for headers in (
        {},
        {"Authorization": "abc"},
        {"Authorization": "Bearer abc"},
        {"Authorization": "Basic YTpi"},
    ):
        answer = door.get(path, **headers)
        refused(answer, 401, "Unauthorized")
        assert answer["WWW-Authenticate"] == "Bearer"
    refused(door.post(path, {}), 401, "Unauthorized")


def test_a_bare_token_is_as_good(tool):
    bare = Actor(root="")

    assert bare.get("/dr/participants", Authorization=tool.token).json() == {"events": []}
    assert bare.get("/dr/participants", Authorization=f"bearer {tool.token}").status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_ven_neither_reads_nor_writes(tool, mill, northmill, path):
    before = everything()
    door = mill.at("")

    refused(door.get(path), 403, "Only business logic may read this: it is of all participants")
    for answer in (door.post(path, {}), door.put(path, "no JSON"), door.delete(path)):
        refused(answer, 403, "Only business logic may write this")
    assert everything() == before


@pytest.mark.parametrize(
    ("path", "request_", "scope"),
    [
        ("/dr/participants", participant_request(code="X"), "write_vens"),
        ("/dr/dr-events", dr_event_request(), "write_events"),
    ],
)
def test_scopes_are_asked_for(tool, northmill, path, request_, scope):
    before = everything()
    scopes = [each for each in Client.objects.get(client_id="retailer").scopes if each != scope]
    poor = Actor(token=tokens.issue(client_id="retailer", scopes=scopes).text, root="")
    blind = Actor(token=tokens.issue(client_id="retailer", scopes=[scope]).text, root="")

    refused(poor.post(path, request_), 403, f"This needs the scope {scope}")
    refused(blind.get(path), 403, "This needs the scope read_all or read_bl")
    assert everything() == before


# -- Other statuses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *("/dr", "/dr/", "/dr/participants/", "/dr/participants/a/b", "/dr/events", "/dr/dr-events/"),
        *("/schemas", "/schemas/", "/schemas/event"),
    ],
)
def test_other_paths_of_the_door(tool, path):
    for answer in (tool.get(path), tool.post(path, {}), tool.delete(path)):
        refused(answer, 404, "Not Found")


def test_other_methods(tool, northmill):
    for method, path in (
        ("DELETE", "/dr/participants"),
        ("PUT", "/dr/dr-events"),
        ("POST", f"/dr/participants/{northmill}"),
        ("POST", "/dr/dr-notifications"),
        ("PATCH", f"/dr/participants/{northmill}"),
        ("POST", "/schemas/participant"),
    ):
        refused(tool.send(method, path, b"{}", "application/json"), 405, f'Method "{method}" not allowed.')
    assert tool.send("PATCH", "/dr/participants", b"", "application/json")["Allow"] == "GET, HEAD, POST"


def test_bodies_that_are_no_json(tool, northmill, settings):
    before = everything()

    form = tool.send("POST", "/dr/participants", b"code=x", "application/x-www-form-urlencoded")
    refused(form, 415, 'Unsupported media type "application/x-www-form-urlencoded" in request.')
    broken = tool.post("/dr/participants", "{")
    assert broken.status_code == 400
    assert broken.json()["message"].startswith("The body is not JSON")
    settings.MAX_BODY_BYTES = 10
    refused(tool.post("/dr/participants", participant_request()), 413, "The body is longer than 10 bytes")
    assert everything() == before


def test_failures_of_ours(tool, monkeypatch):
    def fail(error):
        def failing():
            raise error

        monkeypatch.setattr(queries, "dr_events", failing)

    fail(RuntimeError("secret"))
    refused(tool.get("/dr/dr-events"), 500, "The server failed; the failure has been logged")
    fail(OperationalError("away"))
    answer = tool.get("/dr/dr-events")
    refused(answer, 503, "The database does not answer in time; try again")
    assert answer["Retry-After"] == "2"


def test_other_doors_keep_their_own_form(tool, nobody):
    answer = nobody.at("").get("/drum")

    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


def test_a_secret_is_never_shown(tool, northmill):
    path = f"/dr/participants/{northmill}"

    changed = tool.put(
        path, participant_request(contactWebhookSecret="hush", contactWebhook="https://a.example/")
    )

    assert changed.status_code == 200
    assert "hush" not in str([read(tool, path), everything()])
    assert Participant.objects.get().sealed_secret != ""
    tool.put(path, participant_request())
    assert Participant.objects.get().sealed_secret != ""
    tool.put(path, participant_request(contactWebhookSecret=""))
    assert Participant.objects.get().sealed_secret == ""
