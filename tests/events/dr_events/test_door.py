"""Ecosuite's door as its documents have it: participants, DR events, and how others show what is done there."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client as DjangoClient
from django.test.utils import CaptureQueriesContext

from events.dr_events.models import DrEvent
from events.models import Event
from participants.models import Participant, Ven
from tests.events.dr_events.conftest import dr_event_request, participant_request, posted, read
from tests.events.dr_events.ecosuite_client import DR_EVENT, PARTICIPANT, Shape
from tests.events.dr_events.ecosuite_client import read as as_model
from tests.events.dr_events.ecosuite_client import write as from_model
from vtn import tasks
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db


def targets_of(ven_name):
    return Ven.objects.get(ven_name=ven_name).targets


# -- Participants ---------------------------------------------------------------------------------------------


def test_a_participant_comes_back_as_it_was_written(tool):
    request = participant_request(region="north", capacity=12.50, tags={"a": [1, 0.10]})

    id_ = posted(tool, "/dr/participants", json.dumps(request).replace("12.5", "12.50"))

    answer = tool.get(f"/dr/participants/{id_}")
    assert answer.json() == {**request, "id": id_}
    assert b"12.50" in answer.content
    assert read(tool, "/dr/participants") == {"events": [{**request, "id": id_}]}


def test_the_curl_lines_of_the_page(tool):
    """Seed 001, with our host."""
    headers = {"Authorization": tool.token, "Accept": "*/*"}
    raw = DjangoClient()
    body = {"code": "text", "contactUser": "text", "phoneContact": "text"}

    # A path that begins with two slashes.
    def send(method, path, body=b""):
        return raw.generic(
            method, "/", body, content_type="application/json", headers=headers, PATH_INFO=path
        )

    created = send("POST", "//dr/participants", json.dumps(body))
    id_ = created.json()
    assert (created.status_code, created.content) == (200, json.dumps(id_).encode())
    one = send("GET", f"//dr/participants/{id_}")
    assert (one.status_code, one.json()) == (200, {**body, "id": id_})
    listed = send("GET", "//dr/participants")
    assert (listed.status_code, listed.json()) == (200, {"events": [{**body, "id": id_}]})
    deleted = send("DELETE", f"//dr/participants/{id_}")
    assert (deleted.status_code, deleted.content) == (200, b"")
    gone = send("GET", f"//dr/participants/{id_}")
    assert (gone.status_code, gone.json()) == (400, {"message": "Invalid participant id"})
    assert not Participant.objects.exists()


def test_a_participant_stands_for_the_ven_of_its_name(tool, mill, northmill):
    ven_id = Ven.objects.get(ven_name="NORTHMILL").id

    assert read(tool, f"/dr/participants/{northmill}")["venID"] == ven_id
    assert targets_of("NORTHMILL") == ["south", "PARTICIPANT:NORTHMILL"]


def test_but_not_for_one_that_has_named_itself(tool, stranger, enrol):
    created = stranger.post("/vens", {"objectType": "VEN_VEN_REQUEST", "venName": "NORTHMILL"})
    assert created.status_code == 201

    id_ = posted(tool, "/dr/participants", participant_request())

    assert "venID" not in read(tool, f"/dr/participants/{id_}")
    assert targets_of("NORTHMILL") == []


def test_links_are_written_and_taken_away(tool, retailer, mill, enrol, northmill):
    ven_id = Ven.objects.get(ven_name="NORTHMILL").id
    resource = retailer.post(
        "/resources", {"objectType": "BL_RESOURCE_REQUEST", "resourceName": "crusher", "venID": ven_id}
    ).json()

    path = f"/dr/participants/{northmill}"
    tool.put(path, participant_request(resourceIDs=[resource["id"]]))
    assert targets_of("NORTHMILL") == ["south"]
    linked = read(tool, path)
    assert (linked["resourceIDs"], "venID" in linked) == ([resource["id"]], False)
    assert retailer.get(f"/resources/{resource['id']}").json()["targets"] == ["PARTICIPANT:NORTHMILL"]

    # What was read is written back, and nothing changes.
    assert tool.put(path, linked).json() == linked

    assert tool.delete(path).status_code == 200
    assert "targets" not in retailer.get(f"/resources/{resource['id']}").json()


def test_whoever_takes_the_grant_away_takes_the_link_away(tool, retailer, northmill):
    ven = Ven.objects.get(ven_name="NORTHMILL")

    retailer.put(
        f"/vens/{ven.id}",
        {"objectType": "BL_VEN_REQUEST", "clientID": "NORTHMILL", "venName": "NORTHMILL", "targets": []},
    )

    assert "venID" not in read(tool, f"/dr/participants/{northmill}")


def test_one_that_a_ven_was_missing_for_is_linked_when_it_is_written_again(tool, enrol):
    from vtn.caller import Role

    id_ = posted(tool, "/dr/participants", participant_request())
    enrol("NORTHMILL", Role.VEN, targets=[])

    changed = tool.put(f"/dr/participants/{id_}", participant_request()).json()

    assert changed["venID"] == Ven.objects.get(ven_name="NORTHMILL").id


# -- DR events ------------------------------------------------------------------------------------------------


def test_a_dr_event_is_an_openadr_event_for_its_participants(tool, retailer, mill, stranger, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request(site="mill"))

    event = retailer.get(f"/events/{id_}").json()
    assert {name: event[name] for name in ("eventName", "priority", "targets", "intervalPeriod")} == {
        "eventName": "Feeder 12 evening peak",
        "priority": 1,
        "targets": ["PARTICIPANT:NORTHMILL"],
        "intervalPeriod": {"start": "2126-12-01T16:00:00Z", "duration": "PT2H"},
    }
    assert event["payloadDescriptors"] == [
        {"objectType": "EVENT_PAYLOAD_DESCRIPTOR", "payloadType": "DISPATCH_SETPOINT_RELATIVE", "units": "KW"}
    ]
    assert event["intervals"] == [
        {"id": 0, "payloads": [{"type": "DISPATCH_SETPOINT_RELATIVE", "values": [-250]}]}
    ]
    assert retailer.get(f"/programs/{event['programID']}").json()["programName"] == "ecosuite-dr"
    assert [each["id"] for each in mill.get("/events").json()] == [id_]
    old = mill.at("3.0.1").get(f"/events/{id_}").json()
    assert old["targets"] == [{"type": "PARTICIPANT", "values": ["NORTHMILL"]}]
    assert stranger.get("/events").json() == []
    assert stranger.get(f"/events/{id_}").status_code == 404


def test_it_comes_back_as_it_was_written(tool, northmill):
    request = dr_event_request(site="mill", participants=[northmill], notificationSent=True)

    id_ = posted(tool, "/dr/dr-events", request)

    shown = {**request, "id": id_, "notificationSent": False}
    assert read(tool, f"/dr/dr-events/{id_}") == shown
    assert read(tool, "/dr/dr-events") == {"events": [shown]}


def test_the_next_one_is_in_the_same_program(tool, northmill):
    first = posted(tool, "/dr/dr-events", dr_event_request())
    second = posted(tool, "/dr/dr-events", dr_event_request(goal="be kind"))

    assert len(set(Event.objects.filter(id__in=[first, second]).values_list("program", flat=True))) == 1
    assert Event.objects.get(id=second).content["intervals"][0]["payloads"] == [
        {"type": "SIMPLE", "values": [1]}
    ]


def test_a_participant_named_twice_is_one(tool, retailer, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request(participants=[northmill, "NORTHMILL"]))

    assert retailer.get(f"/events/{id_}").json()["targets"] == ["PARTICIPANT:NORTHMILL"]
    assert read(tool, f"/dr/dr-events/{id_}")["participants"] == [northmill]


def test_an_openadr_put_shows_at_this_door(tool, retailer, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    other = posted(tool, "/dr/participants", participant_request(code="EASTDOCK"))
    event = retailer.get(f"/events/{id_}").json()

    answer = retailer.put(
        f"/events/{id_}",
        {
            **event,
            "eventName": "Later",
            "priority": 6,
            "intervalPeriod": {"start": "2126-12-02T16:00:00+01:00", "duration": "PT90M"},
            "targets": ["PARTICIPANT:EASTDOCK", "lobby", "PARTICIPANT:NORTHMILL"],
        },
    )
    assert answer.status_code == 200

    assert read(tool, f"/dr/dr-events/{id_}") == {
        **dr_event_request(participants=[other, "NORTHMILL"], name="Later", priority="medium"),
        "id": id_,
        "startDate": "2126-12-02T15:00:00.000Z",
        "endDate": "2126-12-02T16:30:00.000Z",
        "notificationSent": False,
    }


def test_a_3_0_1_put_shows_too(tool, retailer, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    old = retailer.at("3.0.1")
    event = old.get(f"/events/{id_}").json()

    answer = old.put(
        f"/events/{id_}",
        {
            **event,
            "eventName": "Earlier",
            "intervalPeriod": {"start": "2126-11-30T00:00:00Z", "duration": "PT1H"},
        },
    )
    assert answer.status_code == 200

    shown = read(tool, f"/dr/dr-events/{id_}")
    assert (shown["name"], shown["startDate"], shown["endDate"], shown["participants"]) == (
        "Earlier",
        "2126-11-30T00:00:00.000Z",
        "2126-11-30T01:00:00.000Z",
        ["NORTHMILL"],
    )


def test_an_event_without_end_shows_the_last_date_there_is(tool, retailer, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    event = retailer.get(f"/events/{id_}").json()
    period = {"start": "2126-12-01T16:00:00Z", "duration": "P9999Y"}

    retailer.put(f"/events/{id_}", {**event, "intervalPeriod": period})

    shown = read(tool, f"/dr/dr-events/{id_}")
    assert shown["endDate"] == "9999-12-31T23:59:59.999Z"
    assert as_model(DR_EVENT, shown)["endDate"].year == 9999
    assert tool.put(f"/dr/dr-events/{id_}", shown).json() == shown
    assert Event.objects.get(id=id_).content["intervalPeriod"] == period


def test_an_ecosuite_put_shows_at_the_others(tool, retailer, mill, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())

    changed = tool.put(
        f"/dr/dr-events/{id_}",
        dr_event_request(goal="limit 40 kW", priority="low", endDate="2126-12-01T17:00:00Z", name="Softer"),
    )

    assert changed.json() == read(tool, f"/dr/dr-events/{id_}")
    event = mill.get(f"/events/{id_}").json()
    assert (event["eventName"], event["priority"]) == ("Softer", 10)
    assert event["intervalPeriod"] == {"start": "2126-12-01T16:00:00Z", "duration": "PT1H"}
    assert event["intervals"] == [{"id": 0, "payloads": [{"type": "IMPORT_CAPACITY_LIMIT", "values": [40]}]}]
    assert mill.at("3.0.1").get(f"/events/{id_}").json()["eventName"] == "Softer"


def test_what_was_read_is_written_back_and_others_lose_nothing(tool, retailer, northmill):
    """What only OpenADR can say: intervals of their own, other targets, a number between the words."""
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    event = retailer.get(f"/events/{id_}").json()
    intervals = [{"id": number, "payloads": [{"type": "SIMPLE", "values": [number]}]} for number in (1, 2, 0)]
    finer = {
        **event,
        "priority": 2,
        "targets": ["lobby", "PARTICIPANT:NORTHMILL"],
        "intervalPeriod": {"start": "2126-12-01T16:00:00.123456Z", "duration": "PT20M"},
        "intervals": intervals,
        "reportDescriptors": [{"payloadType": "USAGE"}],
    }
    written = retailer.put(f"/events/{id_}", finer).json()

    shown = read(tool, f"/dr/dr-events/{id_}")
    assert tool.put(f"/dr/dr-events/{id_}", shown).json() == shown

    after = retailer.get(f"/events/{id_}").json()
    del after["modificationDateTime"], written["modificationDateTime"]
    assert after == written


def test_new_times_are_those_of_the_whole_event(tool, retailer, northmill):
    """Also where it has a duration of its own, which 3.1.0 repeats its intervals for, or several intervals."""
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    event = retailer.get(f"/events/{id_}").json()
    intervals = [{"id": each, "payloads": [{"type": "SIMPLE", "values": [2]}]} for each in range(3)]
    retailer.put(f"/events/{id_}", {**event, "duration": "P1D", "intervals": intervals})

    wanted = {
        **read(tool, f"/dr/dr-events/{id_}"),
        "startDate": "2126-12-05T10:00:00.000Z",
        "endDate": "2126-12-05T11:00:00.000Z",
    }

    assert tool.put(f"/dr/dr-events/{id_}", wanted).json() == wanted
    after = retailer.get(f"/events/{id_}").json()
    assert after["intervals"] == event["intervals"]


def test_numbers_that_3_0_1_wrote_as_targets_stay_numbers(tool, retailer, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    old = retailer.at("3.0.1")
    event = old.get(f"/events/{id_}").json()
    targets = [{"type": "ZONE", "values": [7]}, *event["targets"]]
    old.put(f"/events/{id_}", {**event, "targets": targets})

    tool.put(f"/dr/dr-events/{id_}", dr_event_request(name="Renamed"))

    assert old.get(f"/events/{id_}").json()["targets"] == targets


def test_deleting_cancels(tool, retailer, mill, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())

    answer = tool.delete(f"/dr/dr-events/{id_}")

    assert (answer.status_code, answer.content) == (200, b"")
    assert mill.get("/events").json() == []
    assert tool.get(f"/dr/dr-events/{id_}").json() == {"message": "Invalid event id"}
    assert not DrEvent.objects.exists()
    assert OutboxEntry.objects.filter(object_id=id_, object_type="EVENT", operation="DELETE").exists()


def test_one_that_is_deleted_elsewhere_is_gone_at_once(tool, retailer, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())

    retailer.delete(f"/events/{id_}")

    assert read(tool, "/dr/dr-events") == {"events": []}
    for answer in (tool.get(f"/dr/dr-events/{id_}"), tool.delete(f"/dr/dr-events/{id_}")):
        assert (answer.status_code, answer.json()) == (400, {"message": "Invalid event id"})
    assert tool.put(f"/dr/dr-events/{id_}", dr_event_request()).status_code == 400
    tasks.sweep()
    assert not DrEvent.objects.exists()


def test_an_openadr_event_is_no_dr_event(tool, retailer, northmill, program):
    event = retailer.post("/events", {"programID": program["id"], "intervals": []}).json()

    assert read(tool, "/dr/dr-events") == {"events": []}
    assert tool.delete(f"/dr/dr-events/{event['id']}").status_code == 400
    assert Event.objects.filter(id=event["id"]).exists()


def test_a_participant_that_is_gone_leaves_its_code(tool, mill, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())

    tool.delete(f"/dr/participants/{northmill}")

    assert read(tool, f"/dr/dr-events/{id_}")["participants"] == ["NORTHMILL"]
    assert mill.get("/events").json() == []


# -- The public client ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "shape", "request_"),
    [
        ("/dr/participants", PARTICIPANT, participant_request(code="SOUTHYARD")),
        ("/dr/dr-events", DR_EVENT, dr_event_request()),
    ],
)
def test_models_of_the_public_client_make_the_round_trip(tool, northmill, path, shape: Shape, request_):
    model = as_model(shape, {**request_, "ours": {"nested": [1, "two"]}})

    id_ = posted(tool, path, from_model(model))

    (listed,) = [each for each in read(tool, path)["events"] if each["id"] == id_]
    again = as_model(shape, listed)
    assert again["additional_properties"]["ours"] == {"nested": [1, "two"]}
    for name in shape.required:
        assert again[name] == model[name]
    assert tool.put(f"{path}/{id_}", from_model(again)).json() == listed


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("participant", ["code", "contactUser", "phoneContact"]),
        (
            "dr-event",
            ["priority", "name", "startDate", "notificationDate", "endDate", "goal", "participants"],
        ),
        ("dr-notification", ["event", "date", "user", "protocol", "endpoint", "id", "sent"]),
    ],
)
def test_the_schemas_are_there_for_all(nobody, name, required):
    schema = nobody.at("").get(f"/schemas/{name}").json()

    assert schema["type"] == "object"
    assert schema["required"] == required
    assert schema.get("additionalProperties", True) is True


def test_the_schema_takes_what_we_take(nobody):
    jsonschema = pytest.importorskip("jsonschema")
    schema = nobody.at("").get("/schemas/dr-event").json()

    jsonschema.validate(dr_event_request(more=1), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(dr_event_request(priority="urgent"), schema)


# -- Many -----------------------------------------------------------------------------------------------------


def test_lists_need_two_queries_however_long_they_are(tool, northmill):
    for number in range(12):
        posted(tool, "/dr/participants", participant_request(code=f"P{number}"))
        id_ = posted(tool, "/dr/dr-events", dr_event_request(participants=[f"P{number}", "NORTHMILL"]))
        DrEvent.objects.filter(event_id=id_).update(written_as={})

    for path, length, number in (
        ("/dr/participants", 13, 1),
        ("/dr/dr-events", 12, 2),
        ("/dr/dr-notifications", 0, 1),
    ):
        with CaptureQueriesContext(connection) as queries:
            answer = tool.get(path)
        asked = [each["sql"] for each in queries if "client.role" not in each["sql"]]  # whose token it is
        assert (len(answer.json()["events"]), len(asked)) == (length, number), asked


def test_ten_thousand_participants(tool, retailer, django_assert_max_num_queries):
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    Participant.objects.bulk_create(
        Participant(code=f"P{number}", target=f"PARTICIPANT:P{number}", created_at=now, modified_at=now)
        for number in range(10_000)
    )
    codes = [f"P{number}" for number in range(10_000)]
    posted(tool, "/dr/dr-events", dr_event_request(participants=["P1"]))

    with django_assert_max_num_queries(12):
        id_ = posted(tool, "/dr/dr-events", dr_event_request(participants=codes))

    assert read(tool, f"/dr/dr-events/{id_}")["participants"] == codes
    assert len(Event.objects.get(id=id_).targets) == 10_000
