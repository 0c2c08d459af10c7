"""From an event at the door of OpenADR to the states of net clusters in Tygron, through everything in between."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from events.backends.twins.serving import Reply
from events.bindings.models import Binding
from events.bindings.trying import change_in, dry_run
from events.life import clock
from events.models import Event
from events.timeline import Phase
from tests.events.backends.lives import HOUR, carry_out, create, ends, hour_by_hour, saved, turn
from tests.launcher.processes import eventually
from tests.notifications.conftest import hurry
from tests.twins.tygron import MAPPING, called, settings_to, tygron_running
from tests.web import _test_database_url as database_url
from vtn.deliveries.models import Delivery


@pytest.fixture
def twin():
    with tygron_running() as twin:
        yield twin


@pytest.fixture
def binding(db, twin):
    return bind(twin)


def bind(twin, binding=None, **settings):
    binding = binding or Binding(name="tygron", backend="tygron", mapping=MAPPING)
    return saved(binding, settings_to(twin, **settings))


def evening(program, start, *levels, **members):
    """An event with an hour at each level."""
    return hour_by_hour(program, start, "SIMPLE", levels, targets=["store"], **members)


def states(twin):
    return [parameters[3] for _, parameters in called(twin)]


@pytest.fixture
def start():
    return datetime.now(UTC) + HOUR


def test_the_life_of_an_event(retailer, program, twin, binding, start):
    create(retailer, evening(program, start, 2, 3))
    assert twin.states(32) == {"ELECTRICITY": "READY"}

    turn(start)
    assert twin.states(32) == {"ELECTRICITY": "NOTHING"}
    turn(start + HOUR)
    assert twin.states(32) == {"ELECTRICITY": "NOTHING"}
    turn(start + 2 * HOUR)

    assert twin.states(32) == {"ELECTRICITY": "READY"}
    assert states(twin) == ["READY", "NOTHING", "NOTHING", "READY"]
    assert {(state, status) for state, status, _ in ends()} == {("delivered", 204)}


def test_each_interval_has_its_fraction(retailer, program, twin, binding, start):
    bind(twin, binding, mode="fraction")
    create(retailer, evening(program, start, 1, 3, 0))

    for hours in range(4):
        turn(start + hours * HOUR)

    assert [parameters for _, parameters in called(twin)] == [
        [32, 1.0],
        [32, 0.75],
        [32, 0.0],
        [32, 1.0],
        [32, 1.0],
    ]


def test_a_dry_run_knows_of_the_other_event_as_a_push_does(retailer, program, twin, binding):
    now = datetime.now(UTC)
    event, _ = [create(retailer, evening(program, now - HOUR / 2, 2)) for _ in range(2)]
    cancelled = change_in(Event.objects.get(id=event.rpartition("/")[2]), Phase.CANCELLED, now=now)
    told = len(called(twin))

    (shown,) = dry_run(binding, cancelled).requests

    assert shown.body == '[7, 32, "ELECTRICITY", "NOTHING"]'
    assert len(called(twin)) == told
    assert retailer.delete(event).status_code == 200
    carry_out()
    assert states(twin)[-1] == "NOTHING"


def test_an_event_that_is_changed_while_it_is_active(retailer, program, twin, binding):
    start = datetime.now(UTC) - timedelta(minutes=30)
    event = create(retailer, evening(program, start, 2))
    assert states(twin) == ["NOTHING"]

    assert retailer.put(event, evening(program, start + 2 * HOUR, 2)).status_code == 200
    carry_out()
    assert states(twin) == ["NOTHING", "READY"]
    turn(start + 2 * HOUR)

    assert states(twin) == ["NOTHING", "READY", "NOTHING"]


def test_an_event_that_is_cancelled(retailer, program, twin, binding):
    event = create(retailer, evening(program, datetime.now(UTC), 2))
    minimal = {"start": "0001-01-01T00:00:00Z", "duration": "PT0S"}

    response = retailer.put(event, {**evening(program, datetime.now(UTC), 2), "intervalPeriod": minimal})

    assert response.status_code == 200, response.content
    carry_out()
    assert states(twin) == ["NOTHING", "READY"]


def test_an_event_that_is_deleted(retailer, program, twin, binding):
    event = create(retailer, evening(program, datetime.now(UTC), 2))

    assert retailer.delete(event).status_code == 200

    carry_out()
    assert states(twin) == ["NOTHING", "READY"]


def test_an_event_that_moves_lets_go_of_where_it_was(retailer, program, twin, binding):
    event = create(retailer, evening(program, datetime.now(UTC), 2))

    retailer.put(event, {**evening(program, datetime.now(UTC), 2), "targets": ["north"]})

    carry_out()
    assert twin.states(31) == {"ELECTRICITY": "NOTHING", "HEAT": "NOTHING"}
    assert twin.states(32) == {"ELECTRICITY": "READY"}


def test_an_event_that_moves_on_before_anybody_is_told(retailer, program, twin, binding):
    event = create(retailer, evening(program, datetime.now(UTC), 2))

    for targets in (["north"], ["west"], ["north"]):
        retailer.put(event, {**evening(program, datetime.now(UTC), 2), "targets": targets})

    carry_out()
    assert twin.states(31) == {"ELECTRICITY": "NOTHING", "HEAT": "NOTHING"}
    assert twin.states(32) == {"ELECTRICITY": "READY"}


def test_what_was_overtaken_is_not_pushed(retailer, program, twin, binding, start):
    event = f"/events/{retailer.post('/events', evening(program, start, 2)).json()['id']}"
    retailer.put(event, evening(program, start, 3))
    retailer.put(event, evening(program, datetime.now(UTC), 3))

    carry_out()

    assert states(twin) == ["NOTHING"]
    assert [state for state, _, _ in ends()] == ["dropped", "dropped", "delivered"]


def test_a_session_that_is_gone_holds_everything_until_there_is_a_new_token(
    retailer, program, twin, binding, start
):
    event = create(retailer, evening(program, start, 2))
    twin.begin_session()
    twin.heard.clear()
    turn(start)
    retailer.delete(event)
    hurry()
    carry_out()
    binding.refresh_from_db()
    assert binding.trouble == (
        "The session is gone (497, there is no such session, or it is not active): put in a new token"
    )
    assert len(twin.heard) == 1
    assert [state for state, _, _ in ends()] == ["delivered", "waiting", "waiting"]

    bind(twin, binding)
    hurry()
    carry_out()

    assert twin.states(32) == {"ELECTRICITY": "READY"}
    assert [state for state, _, _ in ends()] == ["delivered", "dropped", "delivered"]
    assert len(twin.heard) == 2
    binding.refresh_from_db()
    assert binding.trouble == ""


def test_an_engine_without_capacity_is_left_alone_for_long(retailer, program, twin, binding, start):
    twin.answer_next(Reply(599))

    create(retailer, evening(program, start, 2))

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status, len(twin.heard)) == ("waiting", 599, 1)
    assert (delivery.due_at - delivery.tried_at).total_seconds() == 300
    hurry()
    carry_out()
    assert twin.states(32) == {"ELECTRICITY": "READY"}


def test_an_event_of_no_mapped_target_is_refused_with_its_targets(retailer, program, twin, binding, start):
    create(retailer, {**evening(program, start, 2), "targets": ["west"]})

    assert ends() == [("dead", None, "The mapping has neither '*' nor any of the event's targets: west")]
    assert twin.heard == []


def test_the_token_stands_nowhere_in_the_clear(retailer, program, twin, binding, start, caplog):
    twin.answer_next(Reply(400, f"not with {twin.token}"))

    create(retailer, evening(program, start, 2))

    binding.refresh_from_db()
    kept = f"{binding.settings} {binding.sealed_secrets} {Delivery.objects.values()} {caplog.text}"
    assert "not with •••" in kept
    assert twin.token not in kept


_WORK = "import django; django.setup(); from vtn import tasks; tasks.sweep()"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_before_it_could_write_down_the_call(retailer, program, twin, start):
    bind(twin)
    create(retailer, evening(program, start, 2))
    twin.heard.clear()
    clock.turn(now=start)
    twin.latency = 60.0
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen([sys.executable, "-c", _WORK], env=environment) as worker:
        assert eventually(lambda: twin.states(32) == {"ELECTRICITY": "NOTHING"}, within=60)
        worker.kill()
    twin.latency = 0.0
    assert Delivery.objects.filter(state="waiting").count() == 1

    hurry()  # its lease is up
    carry_out()

    assert called(twin) == [called(twin)[0]] * 2
    assert twin.states(32) == {"ELECTRICITY": "NOTHING"}
    assert [state for state, _, _ in ends()] == ["delivered", "delivered"]


def lasting(program, priority, hours, *levels, **members):
    """An event that is active now, for so many hours."""
    period = {"start": datetime.now(UTC).isoformat(), "duration": f"PT{hours}H"}
    return {
        **evening(program, datetime.now(UTC), *levels, priority=priority, **members),
        "intervalPeriod": period,
    }


def test_what_another_event_holds_is_not_let_go_of(retailer, program, twin, binding):
    create(retailer, lasting(program, 2, 5, 2))
    late = create(retailer, lasting(program, 1, 1, 2))

    create(retailer, evening(program, datetime.now(UTC) + 9 * HOUR, 2))  # is only announced
    turn(datetime.now(UTC) + HOUR)  # the second one ends
    retailer.delete(late)
    carry_out()

    assert twin.states(32) == {"ELECTRICITY": "NOTHING"}
    turn(datetime.now(UTC) + 5 * HOUR)
    assert twin.states(32) == {"ELECTRICITY": "READY"}


def test_the_higher_priority_holds_whoever_speaks_last(retailer, program, twin):
    """In OpenADR 0 is the highest."""
    bind(twin, mode="fraction")
    create(retailer, lasting(program, 0, 1, 3))

    create(retailer, lasting(program, 5, 3, 1))
    none = create(retailer, lasting(program, None, 2, 2))
    assert twin.fractions[32] == 0
    retailer.delete(none)
    carry_out()
    assert twin.fractions[32] == 0

    turn(datetime.now(UTC) + HOUR)
    assert twin.fractions[32] == 0.75
    turn(datetime.now(UTC) + 3 * HOUR)
    assert twin.fractions[32] == 1
    assert {state for state, *_ in ends()} == {"delivered"}


def test_events_that_reach_a_cluster_by_other_names_contend_too(retailer, program, twin):
    """By another target, by `*`, and for one of its types only."""
    mapping = {
        "store": {"cluster": 31, "stakeholder": 7, "types": ["ELECTRICITY", "HEAT"]},
        "cold": {"cluster": 31, "stakeholder": 7, "types": ["HEAT"]},
        "*": {"cluster": 31, "stakeholder": 7, "types": ["ELECTRICITY"]},
    }
    bind(twin, Binding(name="tygron", backend="tygron", mapping=mapping))
    cold = create(retailer, {**lasting(program, 1, 3, 2), "targets": ["cold"]})
    other = create(retailer, {**lasting(program, 1, 3, 2), "targets": ["elsewhere"]})
    store = create(retailer, lasting(program, 0, 3, 2))

    for event in (store, cold):
        assert retailer.delete(event).status_code == 200
        carry_out()
        assert twin.states(31)["ELECTRICITY"] == "NOTHING"
        assert twin.states(31)["HEAT"] == ("NOTHING" if event == store else "READY")

    assert retailer.delete(other).status_code == 200
    carry_out()
    assert twin.states(31) == {"ELECTRICITY": "READY", "HEAT": "READY"}


def test_an_event_that_moves_away_leaves_a_cluster_to_who_holds_it(retailer, program, twin, binding):
    create(retailer, lasting(program, 1, 3, 2))
    moving = create(retailer, lasting(program, 0, 3, 2))

    retailer.put(moving, {**lasting(program, 0, 3, 2), "targets": ["north"]})

    carry_out()
    assert twin.states(32) == {"ELECTRICITY": "NOTHING"}


def test_an_event_that_cannot_be_shown_holds_nothing(retailer, program, twin):
    bind(twin, mode="fraction")
    create(retailer, lasting(program, 0, 3, 9))  # there is no such level

    good = create(retailer, lasting(program, 1, 3, 2))
    assert twin.fractions[32] == 0.5
    retailer.delete(good)
    carry_out()

    assert twin.fractions[32] == 1
    assert [state for state, *_ in ends()] == ["dead", "delivered", "delivered"]
