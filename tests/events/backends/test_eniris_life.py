"""From an event at the door of OpenADR to a device's property at Eniris, through everything in between."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.backends.twins.serving import Reply
from events.bindings.models import Binding
from events.bindings.services import BadMapping
from tests.events.backends.lives import HOUR, carry_out, create, ends, hour_by_hour, saved, turn
from tests.notifications.conftest import hurry
from tests.twins.eniris import MAPPING, TELEMETRY, called, eniris_running, settings_to
from vtn.deliveries.models import Delivery


@pytest.fixture
def twin():
    with eniris_running() as twin:
        yield twin


@pytest.fixture
def binding(db, twin):
    return bind(twin)


@pytest.fixture
def start():
    return datetime.now(UTC).replace(microsecond=0) + HOUR


def bind(twin, binding=None, **settings):
    binding = binding or Binding(name="eniris", backend="eniris", mapping=MAPPING)
    return saved(binding, settings_to(twin, **settings))


def evening(program, start, *limits, target="north"):
    """An event with an hour at each limit of power, in kW."""
    return hour_by_hour(program, start, "IMPORT_CAPACITY_LIMIT", limits, targets=[target])


def written(twin):
    """(phase, limit in force) of each time that a property was written."""
    states = [each.json()[0]["value"] for each in twin.heard if each.method == "PATCH"]
    return [
        (state["phase"], *(each["payloads"][0]["values"][0] for each in state["intervals"]))
        for state in states
    ]


def test_the_life_of_an_event(retailer, program, twin, binding, start):
    bind(twin, binding, **TELEMETRY)
    create(retailer, evening(program, start, 4, 2.5))

    for hours in range(3):
        turn(start + hours * HOUR)

    assert written(twin) == [("announced",), ("active", 4), ("active", 2.5), ("ended",)]
    assert twin.state_of(45)["phase"] == "ended"
    assert [each["fields"] for each in twin.points] == [
        {"phase": "announced"},
        {"phase": "active", "IMPORT_CAPACITY_LIMIT": 4.0},
        {"phase": "active", "IMPORT_CAPACITY_LIMIT": 2.5},
        {"phase": "ended"},
    ]
    assert called(twin).count("POST /auth/login") == 1
    assert {state for state, _, _ in ends()} == {"delivered"}


def test_an_event_that_is_changed_while_it_is_active(retailer, program, twin, binding):
    now = datetime.now(UTC)
    event = create(retailer, evening(program, now - HOUR / 2, 4))

    assert retailer.put(event, evening(program, now - HOUR / 2, 3)).status_code == 200
    carry_out()
    retailer.put(event, evening(program, now + HOUR, 3))
    carry_out()

    assert written(twin) == [("active", 4), ("active", 3), ("announced",)]


def test_an_event_that_is_cancelled(retailer, program, twin, binding):
    request = evening(program, datetime.now(UTC), 4)
    event = create(retailer, request)
    minimal = {"start": "0001-01-01T00:00:00Z", "duration": "PT0S"}

    assert retailer.put(event, {**request, "intervalPeriod": minimal}).status_code == 200

    carry_out()
    assert written(twin) == [("active", 4), ("cancelled",)]


def test_an_event_that_is_deleted(retailer, program, twin, binding):
    event = create(retailer, evening(program, datetime.now(UTC), 4))

    assert retailer.delete(event).status_code == 200

    carry_out()
    assert written(twin) == [("active", 4), ("cancelled",)]


def test_an_event_that_leaves_a_controller_is_over_there(retailer, program, twin, binding):
    event = create(retailer, evening(program, datetime.now(UTC), 4))

    retailer.put(event, evening(program, datetime.now(UTC), 4, target="elsewhere"))

    carry_out()
    assert written(twin) == [("active", 4), ("cancelled",)]


def test_what_was_overtaken_is_not_pushed(retailer, program, twin, binding, start):
    event = f"/events/{retailer.post('/events', evening(program, start, 4)).json()['id']}"
    retailer.put(event, evening(program, datetime.now(UTC), 3))

    carry_out()

    assert written(twin) == [("active", 3)]
    assert [state for state, _, _ in ends()] == ["dropped", "delivered"]


def test_a_server_that_was_away_for_a_while(retailer, program, twin, binding, start):
    twin.is_away = True
    create(retailer, evening(program, start, 4))
    assert [(state, status) for state, status, _ in ends()] == [("waiting", None)]
    twin.is_away = False

    hurry()
    carry_out()

    assert written(twin) == [("announced",)]
    assert [state for state, _, _ in ends()] == ["delivered"]


def test_a_request_to_wait_is_heeded(retailer, program, twin, binding, start):
    create(retailer, evening(program, start, 4))
    twin.answer_next(Reply(429, {"retryAfter": 90}))

    turn(start)

    delivery = Delivery.objects.get(state="waiting")
    assert (delivery.due_at - delivery.tried_at).total_seconds() == pytest.approx(90, abs=0.01)
    assert delivery.status == 429


def test_a_wrong_password_holds_everything_until_there_is_a_right_one(
    retailer, program, twin, binding, start
):
    twin.tokens.password = "another"
    create(retailer, evening(program, start, 4))
    turn(start)
    binding.refresh_from_db()
    assert binding.trouble == (
        "Eniris does not let operator@example.com in (PASSWORD_INCORRECT): put in the right user and password"
    )
    assert called(twin) == ["POST /auth/login"]

    bind(twin, binding)
    hurry()
    carry_out()

    assert written(twin) == [("active", 4)]
    assert [state for state, _, _ in ends()] == ["dropped", "delivered"]
    binding.refresh_from_db()
    assert binding.trouble == ""


def test_a_controller_without_a_licence_is_given_up_with_a_reason(retailer, program, twin, binding, start):
    create(retailer, evening(program, start, 4, target="south"))

    assert ends() == [("dead", None, "Controller 13 has no active licence: SGO-13 is not activated")]
    assert written(twin) == []


def test_the_password_stands_nowhere_in_the_clear(retailer, program, twin, binding, start, caplog):
    create(retailer, evening(program, start, 4))

    binding.refresh_from_db()
    kept = f"{binding.settings} {binding.sealed_secrets} {Delivery.objects.values()} {caplog.text}"
    assert twin.tokens.password not in kept


def test_a_mapping_that_cannot_be_read_is_not_saved(db, twin):
    binding = Binding(name="eniris", backend="eniris", mapping={"north": {"nodeId": "12"}})

    with pytest.raises(BadMapping, match=r"mapping: north\.nodeId: has to be a whole number"):
        bind(twin, binding)

    assert not Binding.objects.exists()
