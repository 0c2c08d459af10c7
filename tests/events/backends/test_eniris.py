"""What a change of an event writes at Eniris."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from events.backends.base import Refused
from events.backends.eniris.backend import EnirisBackend
from events.backends.eniris.form import SettingsForm
from events.backends.made_up import made_up
from events.timeline import Phase
from tests.twins.eniris import (
    MAPPING,
    NORTH,
    SOUTH,
    TELEMETRY,
    backend_to,
    called,
    eniris_running,
    settings_to,
)

LOGIN = ["POST /auth/login", "GET /auth/accesstoken"]


@pytest.fixture
def twin():
    with eniris_running() as twin:
        yield twin


def change(phase=Phase.ACTIVE, *, targets=("north",)):
    return made_up(phase, targets=targets)


def test_the_state_is_a_property_of_the_device(twin):
    receipt = backend_to(twin).push(change())

    assert called(twin) == [*LOGIN, "GET /v1/license/controller/12", "PATCH /v1/device/45"]
    assert twin.heard[-1].json() == [
        {
            "op": "add",
            "path": "/openadr",
            "value": {
                "eventID": "made-up-event",
                "eventName": "evening peak",
                "programID": "made-up-program",
                "phase": "active",
                "since": "2030-01-15T17:00:00Z",
                "priority": 1,
                "intervals": [
                    {
                        "id": 0,
                        "startsAt": "2030-01-15T17:00:00Z",
                        "endsAt": "2030-01-15T18:00:00Z",
                        "payloads": [{"type": "SIMPLE", "values": [2]}],
                    }
                ],
            },
        }
    ]
    assert twin.state_of(45)["phase"] == "active"
    assert twin.state_of(46) == {}
    assert receipt.answer == "told controllers 12"


@pytest.mark.parametrize("phase", [Phase.ANNOUNCED, Phase.ENDED, Phase.CANCELLED])
def test_an_event_that_is_not_active_has_no_interval(twin, phase):
    backend_to(twin).push(change(phase))

    assert twin.state_of(45)["phase"] == phase
    assert twin.state_of(45)["intervals"] == []


def test_pushed_again_it_is_the_same(twin):
    backend = backend_to(twin, **TELEMETRY)

    backend.push(change())
    once = (twin.state_of(45), twin.points)
    backend.push(change())

    assert (twin.state_of(45), twin.points) == once


def test_telemetry_is_one_call_for_all_controllers(twin):
    twin.licences.named("SGO-13").activated = "2026-02-01T00:00:00Z"

    backend_to(twin, {"*": [NORTH, SOUTH]}, write_property=False, **TELEMETRY).push(change())

    assert called(twin)[-3:] == [
        "GET /v1/license/controller/12",
        "GET /v1/license/controller/13",
        "POST /v1/telemetry",
    ]
    assert twin.heard[-1].target == "/v1/telemetry?db=demand_response&rp=rp_one_m"
    assert twin.points == [
        {
            "measurement": "openadr",
            "time": "2030-01-15T17:00:00Z",
            "tags": {"nodeId": node, "programID": "made-up-program", "eventID": "made-up-event"},
            "fields": {"phase": "active", "SIMPLE": 2.0},
        }
        for node in ("12", "13")
    ]
    assert twin.state_of(45) == {}


def test_values_of_any_kind_are_fields(twin):
    made = change()
    payloads = [
        {"type": "PRICE", "values": [Decimal("0.17"), 1]},
        {"type": "ALERT_OTHER", "values": ["storm"]},
        {"type": "DUTCH/DER", "values": [True]},
    ]
    made = replace(made, intervals=[replace(each, payloads=payloads) for each in made.intervals])

    backend_to(twin, **TELEMETRY).push(made)

    assert twin.points[0]["fields"] == {
        "phase": "active",
        "PRICE": 0.17,
        "PRICE 2": 1.0,
        "ALERT_OTHER": "storm",
        "DUTCH_DER": True,
    }


def test_a_binding_that_writes_nothing_looks_at_the_licence_only(twin):
    backend_to(twin, write_property=False).push(change())

    assert called(twin) == [*LOGIN, "GET /v1/license/controller/12"]


@pytest.mark.parametrize(
    ("mapping", "targets", "devices"),
    [
        ({"north": NORTH, "*": {"nodeId": 14, "deviceId": 47}}, ["north", "west"], [45]),
        ({"north": {"nodeId": 14, "deviceId": 47}, "*": NORTH}, ["west"], [45]),
        ({"*": NORTH}, [], [45]),
        ({"north": NORTH, "south": [NORTH]}, ["south", "north"], [45]),
    ],
)
def test_who_is_meant(twin, mapping, targets, devices):
    backend_to(twin, mapping).push(change(targets=targets))

    assert [call for call in called(twin) if "device" in call] == [
        f"PATCH /v1/device/{id_}" for id_ in devices
    ]


def test_controllers_that_an_event_has_left_are_told_that_it_is_over(twin):
    backend = backend_to(twin, {"north": NORTH, "south": SOUTH}, **TELEMETRY)
    moved = replace(change(targets=("south",)), targets_before=("north",))
    twin.licences.named("SGO-12").node_id = None
    twin.licences.all += [
        replace(twin.licences.named("SGO-12"), key=f"of {node}", node_id=node) for node in (12, 13)
    ]

    shown = backend.dry_run(moved)
    backend.push(moved)

    phases = [(each.path, each.json()[0]["value"]["phase"]) for each in twin.heard if each.method == "PATCH"]
    assert phases == [("/v1/device/45", "cancelled"), ("/v1/device/46", "active")]
    (points,) = [each.json() for each in twin.heard if each.path.startswith("/v1/telemetry")]
    assert [(each["tags"]["nodeId"], each["fields"]["phase"]) for each in points] == [
        ("12", "cancelled"),
        ("13", "active"),
    ]
    assert [json.loads(each.body)[0]["value"]["phase"] for each in shown if each.method == "PATCH"] == [
        "cancelled",
        "active",
    ]


def test_an_event_that_has_left_all_controllers_is_over_there(twin):
    backend = backend_to(twin, {"north": NORTH})

    backend.push(replace(change(targets=("east",)), targets_before=("north",)))
    with pytest.raises(Refused, match="east"):
        backend.push(replace(change(targets=("east",)), targets_before=("west",)))
    backend.push(replace(change(targets=("north",)), targets_before=("east", "north")))

    assert [each.json()[0]["value"]["phase"] for each in twin.heard if each.method == "PATCH"] == [
        "cancelled",
        "active",
    ]


def test_targets_that_nobody_has_mapped_are_refused_by_name(twin):
    with pytest.raises(Refused, match="is meant by the targets west, east, and has no"):
        backend_to(twin).push(change(targets=["west", "east"]))

    assert twin.heard == []


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        ([], "has to be an object"),
        ({"": NORTH}, "a target has no name"),
        ({"north": 12}, "north: has to be like"),
        ({"north": []}, "north: an empty list"),
        ({"north": {"deviceId": 45}}, "north.nodeId: is missing"),
        ({"north": {"nodeId": 0}}, "north.nodeId: has to be a whole number from 1 on"),
        ({"north": {"nodeId": True}}, "north.nodeId: has to be a whole number"),
        ({"north": [NORTH, {"nodeId": 12, "deviceId": "45"}]}, "north[1].deviceId: has to be a whole number"),
        ({"north": {**NORTH, "node": 1}}, "north.node: nothing of this name"),
    ],
)
def test_a_mapping_that_cannot_be_read_names_the_place(twin, mapping, text):
    with pytest.raises(ValueError) as caught:
        EnirisBackend.check_mapping(mapping)

    assert str(caught.value).startswith(text)


def test_a_dry_run_shows_the_calls_and_makes_none(twin):
    shown = backend_to(twin, **TELEMETRY).dry_run(change())

    assert [f"{each.method} {each.url}" for each in shown] == [
        f"POST {twin.url}/auth/login",
        f"GET {twin.url}/auth/accesstoken",
        f"GET {twin.url}/v1/license/controller/12",
        f"PATCH {twin.url}/v1/device/45",
        f"POST {twin.url}/v1/telemetry?db=demand_response&rp=rp_one_m",
    ]
    assert json.loads(shown[0].body) == {"username": "operator@example.com", "password": "•••"}
    assert shown[3].headers == {"Authorization": "Bearer •••", "Content-Type": "application/json"}
    assert "twin-password" not in str(shown)
    assert twin.heard == []


def test_the_connection_is_checked_by_logging_in_and_looking_at_licences(twin):
    mapping = {**MAPPING, "west": [{"nodeId": 14}, {"nodeId": 99}]}

    found = backend_to(twin, mapping).check_connection()

    assert found == (
        "Logged in as operator@example.com. 1 of 4 mapped controllers have an active licence;"
        " Controller 13 has no active licence: SGO-13 is not activated;"
        " Controller 14 has no licence;"
        " Eniris: reading the licences of controller 99 was answered 404 Resource not found"
    )
    assert [each for each in twin.heard if each.method not in ("GET", "POST")] == []


def test_what_is_left_empty_is_as_eniris_has_it():
    form = SettingsForm(data={"username": "anna", "password": "secret"})

    assert form.is_valid()
    assert form.cleaned_data["api_url"] == "https://api.eniris.be"
    assert form.cleaned_data["duration_unit"] == "months"
    assert form.cleaned_data["steering"] == "none"


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({"write_telemetry": True}, {"telemetry_database", "telemetry_retention"}),
        ({"steering": "mqtt_vpp"}, {"mqtt_username", "vpp_id"}),
        ({"property_name": "a/b"}, {"property_name"}),
        ({"property_name": "openadr\n\n"}, set()),
        ({"api_url": "https://anna:secret@api.eniris.be"}, {"api_url"}),
        ({"mqtt_url": "mqtt://anna:secret@broker"}, {"mqtt_url"}),
        ({"duration_unit": "weeks"}, {"duration_unit"}),
    ],
)
def test_settings_that_cannot_work_are_named(twin, settings, fields):
    form = SettingsForm(data=settings_to(twin, **settings))

    assert set(form.errors) == fields
