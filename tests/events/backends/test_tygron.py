"""What a change of an event makes of the net clusters of a Tygron session."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from events.backends.base import OnHold, Refused
from events.backends.made_up import made_up
from events.timeline import Phase
from tests.twins.tygron import NORTH, STORE, backend_to, called, tygron_running

STATES = "participant/net_cluster_set_states/"
FRACTION = "logic/net_cluster_set_fraction_connected/"
ATTRIBUTE = "participant/net_cluster_set_load_attribute/"


@pytest.fixture
def twin():
    with tygron_running() as twin:
        yield twin


def change(phase=Phase.ACTIVE, *payloads, targets=("north",)):
    """An event; an active one has one interval with these payloads, without any SIMPLE 2."""
    made = made_up(phase, targets=targets)
    if not payloads:
        return made
    written = [{"type": type_, "values": list(values)} for type_, *values in payloads]
    return replace(made, intervals=[replace(each, payloads=written) for each in made.intervals])


def described(change, units):
    """Its limit has this unit."""
    descriptors = [{"payloadType": "IMPORT_CAPACITY_LIMIT", "units": units}]
    return replace(change, event={**change.event, "payloadDescriptors": descriptors})


def test_the_call_is_that_of_the_documents(twin):
    receipt = backend_to(twin).push(change(targets=["store"]))

    (heard,) = twin.heard
    assert (heard.method, heard.target) == ("POST", "/api/session/event/participant/net_cluster_set_states/")
    assert heard.headers["authorization"] == f"Bearer {twin.token}"
    assert heard.headers["content-type"] == "application/json"
    assert heard.body == b'[7, 32, "ELECTRICITY", "NOTHING"]'
    assert (receipt.status, receipt.answer) == (204, '[7, 32, "ELECTRICITY", "NOTHING"]')
    assert twin.states(32) == {"ELECTRICITY": "NOTHING"}


def test_several_types_are_lists_in_order(twin):
    backend_to(twin, {"north": {**NORTH, "types": ["HEAT", "ELECTRICITY", "HEAT"]}}).push(change())

    assert called(twin) == [(STATES, [7, 31, ["ELECTRICITY", "HEAT"], ["NOTHING", "NOTHING"]])]
    assert twin.states(31) == {"ELECTRICITY": "NOTHING", "HEAT": "NOTHING"}


@pytest.mark.parametrize(
    ("phase", "state"),
    [
        (Phase.ANNOUNCED, "READY"),
        (Phase.ACTIVE, "NOTHING"),
        (Phase.ENDED, "READY"),
        (Phase.CANCELLED, "READY"),
    ],
)
def test_only_an_active_event_cuts_off(twin, phase, state):
    backend_to(twin).push(change(phase, targets=["store"]))

    assert called(twin) == [(STATES, [7, 32, "ELECTRICITY", state])]


def test_each_phase_has_the_state_that_was_set(twin):
    backend = backend_to(
        twin,
        announced_state="REQUEST_CONSTRUCTION_APPROVAL",
        active_state="READY",
        ended_state="NOTHING",
        cancelled_state="REQUEST_ZONING_APPROVAL",
    )

    for phase in Phase:
        backend.push(change(phase, targets=["store"]))

    assert [parameters[3] for _, parameters in called(twin)] == [
        "REQUEST_CONSTRUCTION_APPROVAL",
        "READY",
        "NOTHING",
        "REQUEST_ZONING_APPROVAL",
    ]


@pytest.mark.parametrize(
    ("payloads", "state"),
    [
        ([("SIMPLE", 0)], "READY"),
        ([("SIMPLE", 0), ("SIMPLE", 1)], "NOTHING"),
        ([("SIMPLE", 0), ("PRICE", 0.5)], "NOTHING"),
        ([("SIMPLE", "nonsense")], "NOTHING"),
        ([("PRICE", 0)], "NOTHING"),
    ],
)
def test_level_0_is_normal_operation(twin, payloads, state):
    backend_to(twin).push(change(Phase.ACTIVE, *payloads, targets=["store"]))

    assert called(twin) == [(STATES, [7, 32, "ELECTRICITY", state])]


def test_one_call_for_each_cluster_of_all_targets(twin):
    mapping = {
        "north": [{**NORTH, "types": ["HEAT"]}, {"stakeholder": 8, "cluster": 33}],
        "store": [STORE, {**NORTH, "types": ["ELECTRICITY"]}],
        "*": {"stakeholder": 8, "cluster": 31},
    }

    backend_to(twin, mapping).push(change(targets=["store", "unmapped", "north"]))

    assert called(twin) == [
        (STATES, [7, 31, ["ELECTRICITY", "HEAT"], ["NOTHING", "NOTHING"]]),
        (STATES, [7, 32, "ELECTRICITY", "NOTHING"]),
        (STATES, [8, 33, "ELECTRICITY", "NOTHING"]),
    ]


@pytest.mark.parametrize("targets", [[], ["unmapped"], ["*"]])
def test_all_others_are_the_star(twin, targets):
    backend_to(twin, {"north": NORTH, "*": STORE}).push(change(targets=targets))

    assert called(twin) == [(STATES, [7, 32, "ELECTRICITY", "NOTHING"])]


def test_the_settings_complete_the_mapping(twin):
    backend = backend_to(twin, {"north": {"cluster": 31}}, stakeholder=8, types=["HEAT", "GAS"])

    backend.push(change())

    assert called(twin) == [(STATES, [8, 31, ["GAS", "HEAT"], ["NOTHING", "NOTHING"]])]


@pytest.mark.parametrize(
    ("targets", "reason"),
    [
        (["west", "east"], "The mapping has neither '*' nor any of the event's targets: west, east"),
        ([], "The event has no targets, and the mapping has no '*'"),
    ],
)
def test_an_event_that_is_mapped_nowhere_is_refused(twin, targets, reason):
    with pytest.raises(Refused) as refusal:
        backend_to(twin).push(change(targets=targets))

    assert refusal.value.reason == reason
    assert twin.heard == []


def test_a_target_that_is_mapped_to_nothing_means_nothing(twin):
    backend = backend_to(twin, {"north": []})

    receipt = backend.push(change())

    assert receipt.nothing_to_do
    with pytest.raises(Refused, match="nothing would be called"):
        backend.dry_run(change())
    assert twin.heard == []


def test_a_cluster_without_a_stakeholder_is_refused(twin):
    with pytest.raises(Refused, match="Cluster 31 has no stakeholder"):
        backend_to(twin, {"north": [STORE, {"cluster": 31}]}).push(change())

    assert twin.heard == []


def test_a_mapping_that_nobody_has_checked_waits_for_people(twin):
    with pytest.raises(OnHold) as hold:
        backend_to(twin, {"north": {"cluster": "31"}}).push(change())

    assert hold.value.reason == "The mapping is wrong. north.cluster: Expected `int`, got `str`"
    assert twin.heard == []


@pytest.mark.parametrize(
    ("payloads", "fraction"),
    [
        ([("SIMPLE", 0)], 1.0),
        ([("SIMPLE", 1)], 0.75),
        ([("SIMPLE", 2)], 0.4),
        ([("SIMPLE", Decimal(3))], 0.0),
        ([("IMPORT_CAPACITY_LIMIT", Decimal("320.0"))], 0.8),
        ([("IMPORT_CAPACITY_LIMIT", 500)], 1.0),
        ([("IMPORT_CAPACITY_LIMIT", -1)], 0.0),
        ([("EXPORT_CAPACITY_LIMIT", 0)], 1.0),
        ([("IMPORT_CAPACITY_LIMIT", 320), ("SIMPLE", 1)], 0.75),
        ([("SIMPLE", 1), ("IMPORT_CAPACITY_LIMIT", 320)], 0.75),
        ([("PRICE", 0.3)], 1.0),
    ],
)
def test_a_fraction_stays_connected(twin, payloads, fraction):
    backend = backend_to(twin, mode="fraction", level_2=0.4, full_load=400)

    backend.push(change(Phase.ACTIVE, *payloads))

    assert called(twin) == [(FRACTION, [31, fraction])]
    assert twin.fractions[31] == fraction


@pytest.mark.parametrize(("units", "limit"), [("W", 320_000), ("KW", 320), ("MW", 0.32)])
def test_a_limit_is_in_the_unit_of_its_descriptor(twin, units, limit):
    backend = backend_to(twin, mode="fraction", full_load=400)

    backend.push(described(change(Phase.ACTIVE, ("IMPORT_CAPACITY_LIMIT", limit)), units))

    assert called(twin) == [(FRACTION, [31, 0.8])]


def test_a_limit_in_a_unit_of_energy_is_refused(twin):
    backend = backend_to(twin, mode="fraction", full_load=400)

    with pytest.raises(Refused, match="has a unit that is none of power: W, KW and MW are"):
        backend.push(described(change(Phase.ACTIVE, ("IMPORT_CAPACITY_LIMIT", 320)), "KWH"))

    assert twin.heard == []


@pytest.mark.parametrize("phase", [Phase.ANNOUNCED, Phase.ENDED, Phase.CANCELLED])
def test_all_is_connected_outside_of_an_event(twin, phase):
    backend_to(twin, mode="fraction").push(change(phase))

    assert called(twin) == [(FRACTION, [31, 1.0])]


def test_the_limit_on_export_counts_where_it_is_chosen(twin):
    backend = backend_to(twin, mode="fraction", limit_type="EXPORT_CAPACITY_LIMIT", full_load=50)

    backend.push(change(Phase.ACTIVE, ("EXPORT_CAPACITY_LIMIT", 20), ("IMPORT_CAPACITY_LIMIT", 0)))

    assert called(twin) == [(FRACTION, [31, 0.4])]


def test_an_attribute_follows_the_payload_and_comes_back(twin):
    mapping = {"north": {**NORTH, "full_load": 200}, "store": STORE}
    backend = backend_to(twin, mapping, mode="attribute", attribute="POWER", full_load=400)
    level_2 = change(Phase.ACTIVE, ("SIMPLE", 2), targets=["north", "store"])

    backend.push(level_2)

    assert called(twin) == [(ATTRIBUTE, [7, 31, "POWER", 100.0]), (ATTRIBUTE, [7, 32, "POWER", 200.0])]
    backend.push(change(Phase.ENDED, targets=["north", "store"]))
    assert twin.attributes(31) == [{"POWER": 200.0}, {"POWER": 200.0}]
    assert twin.attributes(32) == [{"POWER": 400.0}]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (("SIMPLE", 4), "SIMPLE has levels from 0 to 3, and not 4"),
        (("SIMPLE", 1.5), "SIMPLE has levels from 0 to 3, and not 1.5"),
        (("SIMPLE",), "The payload SIMPLE has to have one number, and has []"),
        (("SIMPLE", 1, 2), "The payload SIMPLE has to have one number, and has [1, 2]"),
        (("SIMPLE", True), "The payload SIMPLE has to have one number, and has [True]"),
        (
            ("IMPORT_CAPACITY_LIMIT", "much"),
            "The payload IMPORT_CAPACITY_LIMIT has to have one number, and has ['much']",
        ),
        (
            ("IMPORT_CAPACITY_LIMIT", 20),
            "A capacity limit means nothing here without the full load: it is neither set nor mapped",
        ),
    ],
)
def test_a_payload_that_says_nothing_usable_is_refused(twin, payload, reason):
    with pytest.raises(Refused) as refusal:
        backend_to(twin, mode="fraction").push(change(Phase.ACTIVE, payload))

    assert refusal.value.reason == reason
    assert twin.heard == []


def test_the_connection_is_checked_by_looking_at_the_clusters(twin):
    assert (
        backend_to(twin).check_connection()
        == "The session has 3 net clusters, all 2 of the mapping among them"
    )
    assert backend_to(twin, {}).check_connection() == "The session has 3 net clusters, and none is mapped"
    mapping = {"north": [{"cluster": 99}, {"cluster": 31}], "*": {"cluster": 5}}
    said = backend_to(twin, mapping).check_connection()
    assert said == "The session has 3 net clusters, but not these of the mapping: 5, 99"
    assert {(each.method, each.path) for each in twin.heard} == {("GET", "/api/session/items/netclusters/")}


def test_a_dry_run_shows_the_calls_and_makes_none(twin):
    north, store = backend_to(twin).dry_run(change(targets=["north", "store"]))

    assert (north.method, north.url) == ("POST", f"{twin.url}/api/session/event/{STATES}")
    assert north.headers == {"Content-Type": "application/json", "Authorization": "Bearer •••"}
    assert north.body == '[7, 31, ["ELECTRICITY", "HEAT"], ["NOTHING", "NOTHING"]]'
    assert store.body == '[7, 32, "ELECTRICITY", "NOTHING"]'
    assert twin.heard == []


def test_its_host_is_that_of_the_address(twin):
    assert (
        backend_to(twin, base_url="https://Engine.example:8443/below/").host()
        == "https://engine.example:8443"
    )
