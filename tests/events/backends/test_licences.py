"""What licences decide about pushes, and what of them is passed on to Eniris."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.backends.base import IntervalInForce
from events.backends.made_up import made_up
from events.bindings import licences, trying
from events.bindings.foreseen import licence_warnings
from events.bindings.licences import Asked
from events.bindings.models import Binding
from events.bindings.services import save_binding
from events.life import clock
from events.timeline import Phase
from events.wire.v310 import parse_event
from licensing.models import Controller, Customer, License, Order
from licensing.services import licences as licensing
from licensing.services.register import delete, save
from participants.models import ControllerLink, Resource, Ven
from participants.services.controllers import bind_controller
from tests.conftest import NOON, event_request
from tests.events.backends.conftest import STAFF, carry_out, states
from tests.licensing.conftest import claim_for, make_license
from tests.twins.eniris import called, eniris_running, settings_to
from vtn import tasks
from vtn.deliveries.models import Delivery
from vtn.models import OutboxEntry, Untold

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def bakery(db):
    """Who has controllers; the test links them to VENs and resources."""
    customer = Customer.objects.create(name="Bakery")
    Order.objects.create(customer=customer, reference="2026-1")
    for node_id in ("12", "13", "14"):
        Controller.objects.create(node_id=node_id, customer=customer)
    return customer


@pytest.fixture
def twin():
    with eniris_running() as twin:
        yield twin


def link(node_id, **to):
    return bind_controller(caller=STAFF, node_id=node_id, now=NOON, **to)


def ven_named(retailer, name, *targets):
    request = {
        "objectType": "BL_VEN_REQUEST",
        "clientID": name.replace(" ", "-"),
        "venName": name,
        "targets": list(targets),
    }
    response = retailer.post("/vens", request)
    assert response.status_code == 201, response.content
    return response.json()["id"]


def resource_named(retailer, ven_id, name, *targets):
    request = {
        "objectType": "BL_RESOURCE_REQUEST",
        "venID": ven_id,
        "resourceName": name,
        "targets": list(targets),
    }
    response = retailer.post("/resources", request)
    assert response.status_code == 201, response.content
    return response.json()["id"]


def active(*targets, limit=None, **members):
    """A change of an event that is active, perhaps with a limit in kW."""
    change = replace(made_up(Phase.ACTIVE, targets=targets), **members)
    if limit is None:
        return change
    payloads = [{"type": "IMPORT_CAPACITY_LIMIT", "values": [limit]}]
    return replace(change, intervals=(IntervalInForce(0, NOON, NOON + HOUR, payloads),))


def verdict_on(change, *, limit="warn", **asked):
    (verdict,) = licences.verdicts([Asked(change, **asked)], now=NOON, limit=limit)
    return verdict


def taking_part(*targets):
    """Those that are pushed."""
    verdict = verdict_on(active(*targets))
    return [] if verdict.refusal else list(verdict.change.targets)


LICENSED = {"activated_at": NOON - HOUR}
NO_LICENCE = "No target of the event takes part: controller 12 has no licence"

# -- Which targets take part ----------------------------------------------------------------------------------


def test_a_target_that_stands_for_no_controller_takes_part(retailer):
    ven_named(retailer, "one", "north")

    verdict = verdict_on(active("north", "granted to nobody"))

    assert verdict.change.targets == ("north", "granted to nobody")
    assert (verdict.refusal, verdict.warning) == ("", "")


def test_a_target_of_a_controller_takes_part_while_it_is_licensed(retailer):
    link("12", ven_id=ven_named(retailer, "one", "north"))
    assert verdict_on(active("north")).refusal == NO_LICENCE

    make_license("SGO-1", node="12", activated_at=NOON, duration=1)

    def refusal(now):
        (verdict,) = licences.verdicts([Asked(active("north"))], now=now, limit="warn")
        return verdict.refusal

    in_force = "No target of the event takes part: controller 12 has no licence in force: "
    second = timedelta(seconds=1)
    assert refusal(NOON - second) == f"{in_force}SGO-1 begins on 2026-06-01"
    assert refusal(NOON) == ""
    assert refusal(datetime(2026, 7, 1, 11, 59, 59, tzinfo=UTC)) == ""
    assert refusal(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == f"{in_force}SGO-1 ended on 2026-07-01"


def test_one_holder_that_is_no_controller_lets_the_target_take_part(retailer):
    link("12", ven_id=ven_named(retailer, "one", "north"))
    ven_named(retailer, "two", "north")

    assert taking_part("north") == ["north"]


def test_one_licensed_controller_lets_the_target_take_part(retailer):
    link("12", ven_id=ven_named(retailer, "one", "north"))
    link("13", ven_id=ven_named(retailer, "two", "north"))
    assert verdict_on(active("north")).refusal == f"{NO_LICENCE}; controller 13 has no licence"

    make_license("SGO-1", node="13", **LICENSED)

    assert taking_part("north") == ["north"]


def test_targets_that_do_not_take_part_are_taken_out(retailer):
    link("12", ven_id=ven_named(retailer, "one", "north"))
    ven_named(retailer, "two", "south")

    verdict = verdict_on(active("north", "south"))

    assert (verdict.change.targets, verdict.refusal) == (("south",), "")


def test_a_resource_is_the_controller_of_its_ven_unless_it_is_one_itself(retailer):
    ven = ven_named(retailer, "one")
    own = resource_named(retailer, ven, "own", "own")
    resource_named(retailer, ven, "other", "other")
    assert taking_part("own", "other") == ["own", "other"]
    link("12", resource_id=own)
    assert taking_part("own", "other") == ["other"]

    link("13", ven_id=ven)
    assert verdict_on(active("own", "other")).refusal.endswith(
        "controller 12 has no licence; controller 13 has no licence"
    )
    make_license("SGO-1", node="13", **LICENSED)

    assert taking_part("own", "other") == ["other"]


def test_an_event_without_targets_takes_part(retailer):
    link("12", ven_id=ven_named(retailer, "one", "north"))

    assert verdict_on(active()).refusal == ""


@pytest.mark.parametrize("phase", [Phase.ENDED, Phase.CANCELLED])
def test_to_let_go_needs_no_licence(retailer, phase):
    link("12", ven_id=ven_named(retailer, "one", "north"))
    change = active("north", phase=phase)

    verdict = verdict_on(change, nodes=["12"])

    assert (verdict.change, verdict.refusal, dict(verdict.left_out)) == (change, "", {})


def test_what_is_meant_for_all_others_is_not_meant_for_a_target_that_is_out(retailer):
    link("12", ven_id=ven_named(retailer, "one", "north"))
    change = active("north", "everybody")

    assert verdict_on(change, mapped=frozenset({"north", "*"})).refusal == NO_LICENCE
    assert verdict_on(change, mapped=frozenset({"*"})).change.targets == ("everybody",)
    assert verdict_on(change, mapped=frozenset({"north", "everybody"})).change.targets == ("everybody",)


def test_what_an_edit_has_left_is_let_go_of_though_the_rest_is_refused(retailer):
    link("12", ven_id=ven_named(retailer, "one", "north"))

    verdict = verdict_on(active("north", targets_before=["south", "north"]))

    change = verdict.change
    assert (change.phase, change.targets, change.intervals) == (Phase.CANCELLED, ("south",), ())
    assert verdict.warning == f"Only told that it has left south: {NO_LICENCE}"


def test_an_event_that_cannot_be_pushed_contends_with_no_other(retailer):
    link("12", ven_id=ven_named(retailer, "one", "north"))
    unlicensed = active("north", event_id="unlicensed")
    partly = active("north", "south", event_id="partly")
    over = active("north", phase=Phase.ENDED, contenders=(unlicensed, partly))

    verdict = verdict_on(over)

    assert verdict.change.targets == ("north",)
    assert [(each.event_id, each.targets) for each in verdict.change.contenders] == [("partly", ("south",))]


def test_a_deleted_ven_is_no_controller_any_more(retailer):
    ven = ven_named(retailer, "one", "north")
    link("12", ven_id=ven)
    ven_named(retailer, "two", "north")

    retailer.delete(f"/vens/{ven}")

    assert taking_part("north") == ["north"]
    assert Controller.objects.filter(node_id="12").exists()


@pytest.mark.parametrize("number", [1, 20])
def test_any_number_of_pushes_is_decided_with_three_queries(retailer, number):
    for each in range(5):
        ven = ven_named(retailer, f"ven {each}", f"target {each}")
        link(f"node {each}", ven_id=ven)
    questions = [Asked(active(f"target {each % 5}"), nodes=["12"]) for each in range(number)]

    with CaptureQueriesContext(connection) as caught:
        found = licences.verdicts(questions, now=NOON, limit="warn")

    assert len(caught) == 3
    assert [bool(each.refusal) for each in found] == [True] * number


# -- Limits ---------------------------------------------------------------------------------------------------


def test_a_limit_above_the_licensed_kw_is_told_or_refused(retailer):
    link("12", ven_id=ven_named(retailer, "one", "north"))
    make_license("SGO-1", node="12", grid_kw=20, **LICENSED)
    make_license("SGO-2", node="12", grid_kw=5, **LICENSED)
    make_license("SGO-3", node="12", grid_kw=50, activated_at=NOON + HOUR)
    reason = "IMPORT_CAPACITY_LIMIT of 25.5 kW is above the 25 kW of controller 12's licences"

    warned = verdict_on(active("north", limit=Decimal("25.50")))
    refused = verdict_on(active("north", limit=25.5), limit="refuse")

    assert (warned.warning, warned.refusal) == (reason, "")
    assert (refused.warning, refused.refusal) == ("", reason)
    assert verdict_on(active("north", limit=25), limit="refuse") == verdict_on(active("north", limit=25))
    assert verdict_on(active("north", limit=25)).warning == ""


def test_licences_that_name_no_kw_set_no_limit(retailer):
    link("12", ven_id=ven_named(retailer, "one", "north"))
    make_license("SGO-1", node="12", **LICENSED)

    assert verdict_on(active("north", limit=1_000_000), limit="refuse").refusal == ""


def test_who_composes_an_event_is_warned_of_what_licences_will_decide(retailer, program):
    link("12", ven_id=ven_named(retailer, "one", "north"))
    link("13", ven_id=ven_named(retailer, "two", "south"))
    make_license("SGO-1", node="12", grid_kw=20, **LICENSED)

    def warnings(*targets, limit=20):
        payloads = [{"type": "IMPORT_CAPACITY_LIMIT", "values": [limit]}]
        request = event_request(program, targets=list(targets), intervals=[{"id": 0, "payloads": payloads}])
        return licence_warnings(parse_event(request), NOON)

    assert warnings("north") == warnings("elsewhere") == warnings() == []
    assert warnings("north", limit=21) == [
        "IMPORT_CAPACITY_LIMIT of 21 kW is above the 20 kW of controller 12's licences"
    ]
    assert warnings("north", "south") == [
        "No backend is told of it for south: no licence covers their controllers"
    ]
    (refused,) = warnings("south")
    assert refused.startswith("No target of the event takes part: ")


# -- Through the engine ---------------------------------------------------------------------------------------


def evening(program, *limits, targets=("north",), **members):
    start = datetime.now(UTC) - HOUR / 2
    intervals = [
        {"id": number, "payloads": [{"type": "IMPORT_CAPACITY_LIMIT", "values": [limit]}]}
        for number, limit in enumerate(limits)
    ]
    period = {"start": start.isoformat(), "duration": "PT1H"}
    return event_request(
        program, intervalPeriod=period, intervals=intervals, targets=list(targets), **members
    )


def bind_eniris(twin, mapping, **settings):
    binding = Binding(name="eniris", backend="eniris", mapping=mapping)
    return save_binding(
        caller=STAFF, binding=binding, settings=settings_to(twin, **settings), now=datetime.now(UTC)
    )


def test_a_licence_that_runs_out_stops_the_push_and_not_the_end(retailer, program, bind):
    bind(settings={"prefix_text": ""})
    link("12", ven_id=ven_named(retailer, "one", "north"))
    license = make_license("SGO-1", node="12", **LICENSED)
    retailer.post("/events", evening(program, 4, 2))
    carry_out()

    License.objects.filter(pk=license.pk).update(deactivated_at=NOON)
    clock.turn(now=datetime.now(UTC) + HOUR)
    carry_out()
    clock.turn(now=datetime.now(UTC) + 2 * HOUR)
    carry_out()

    assert states() == [
        ("delivered", "prices is active: IMPORT_CAPACITY_LIMIT 4", ""),
        (
            "dead",
            "",
            "No target of the event takes part: controller 12 has no licence in force: SGO-1 ended on 2026-06-01",
        ),
        ("delivered", "prices is ended", ""),
    ]


def test_a_limit_above_the_licensed_kw_stands_in_the_receipt(retailer, program, bind, settings):
    bind()
    link("12", ven_id=ven_named(retailer, "one", "north"))
    make_license("SGO-1", node="12", grid_kw=3, **LICENSED)
    reason = "IMPORT_CAPACITY_LIMIT of 4 kW is above the 3 kW of controller 12's licences"

    retailer.post("/events", evening(program, 4))
    carry_out()
    settings.LICENCE_LIMIT = "refuse"
    retailer.post("/events", evening(program, 4))
    carry_out()

    assert states() == [
        ("delivered", f"{reason}; prices is active: IMPORT_CAPACITY_LIMIT 4", ""),
        ("dead", "", reason),
    ]


def test_a_refused_push_goes_out_when_it_is_sent_again_with_a_licence(retailer, program, bind):
    bind()
    link("12", ven_id=ven_named(retailer, "one", "north"))
    retailer.post("/events", evening(program, 4))
    carry_out()
    assert [state for state, _, _ in states()] == ["dead"]

    make_license("SGO-1", node="12", **LICENSED)
    Delivery.objects.update(state="waiting", due_at=NOON)
    carry_out()

    assert [state for state, _, _ in states()] == ["delivered"]


def test_eniris_needs_our_licence_for_controllers_that_are_ours(retailer, program, twin):
    Controller.objects.filter(node_id="13").delete()
    bind_eniris(twin, {"north": [{"nodeId": 12, "deviceId": 45}]})
    retailer.post("/events", evening(program, 4))
    carry_out()

    assert [(each.state, each.reason) for each in Delivery.objects.all()] == [
        ("dead", "Not told: controller 12 has no licence")
    ]
    assert called(twin) == []

    make_license("SGO-HERE", node="12", **LICENSED)
    retailer.post("/events", evening(program, 3))
    carry_out()

    assert twin.state_of(45)["phase"] == "active"


def test_eniris_is_told_of_the_end_though_its_own_licence_has_ended(retailer, program, twin):
    Controller.objects.all().delete()
    bind_eniris(twin, {"north": {"nodeId": 12, "deviceId": 45}})
    retailer.post("/events", evening(program, 4))
    carry_out()
    twin.licences.named("SGO-12").deactivated = "2026-02-01T00:00:00+00:00"

    clock.turn(now=datetime.now(UTC) + HOUR)
    carry_out()

    assert twin.state_of(45)["phase"] == "ended"
    assert {each.state for each in Delivery.objects.all()} == {"delivered"}


def test_a_dry_run_says_what_licences_decide(retailer, bind, twin):
    binding = bind_eniris(
        twin, {"north": {"nodeId": 12, "deviceId": 45}, "south": {"nodeId": 99, "deviceId": 46}}
    )
    link("12", ven_id=ven_named(retailer, "one", "north"))

    refused = trying.dry_run(binding, active("north"))
    partly = trying.dry_run(binding, active("north", "south"))
    make_license("SGO-1", node="12", grid_kw=3, **LICENSED)
    warned = trying.dry_run(binding, active("north", limit=4))

    assert (refused.is_good, refused.text, refused.requests) == (False, NO_LICENCE, ())
    assert [each.url.rpartition("/")[2] for each in partly.requests if each.method == "PATCH"] == ["46"]
    assert (warned.is_good, warned.text) == (
        True,
        "IMPORT_CAPACITY_LIMIT of 4 kW is above the 3 kW of controller 12's licences",
    )
    assert [each.method for each in warned.requests if each.url.endswith("/device/45")] == ["PATCH"]


# -- Passing on what is done to a licence ---------------------------------------------------------------------


def passed_on():
    return list(
        Delivery.objects.filter(channel="licence").order_by("id").values_list("state", "status", "reason")
    )


def activate(key, at=NOON):
    licensing.activate(caller=STAFF, key=key, activated_at=at, now=datetime.now(UTC))


def claim(key, node_id):
    licensing.claim(caller=STAFF, key=key, node_id=node_id, now=datetime.now(UTC))


def test_an_activation_and_a_claim_are_passed_on(twin, bind):
    bind_eniris(twin, {})
    bind()
    make_license("SGO-FREE")

    claim("SGO-FREE", "14")
    activate("SGO-FREE")
    carry_out(2)

    there = twin.licences.named("SGO-FREE")
    assert (there.node_id, there.activated) == (14, "2026-06-01T12:00:00+00:00")
    assert passed_on() == [("delivered", 200, ""), ("delivered", 200, "")]
    assert not Untold.objects.exists()


def test_what_eniris_does_not_know_is_given_up_with_its_reason(twin):
    bind_eniris(twin, {})
    make_license("SGO-HERE")

    activate("SGO-HERE")
    carry_out()

    ((state, status, reason),) = passed_on()
    assert (state, status) == ("dead", 404)
    assert "Resource not found" in reason


def test_it_is_tried_again_while_eniris_is_away(twin):
    bind_eniris(twin, {})
    make_license("SGO-FREE")
    twin.is_away = True
    activate("SGO-FREE")
    carry_out()
    assert [state for state, _, _ in passed_on()] == ["waiting"]

    twin.is_away = False
    carry_out()

    assert [state for state, _, _ in passed_on()] == ["delivered"]
    assert twin.licences.named("SGO-FREE").activated is not None


def test_a_new_password_sends_what_was_held(twin):
    binding = bind_eniris(twin, {})
    make_license("SGO-FREE")
    twin.tokens.password = "another"
    activate("SGO-FREE")
    carry_out()
    binding.refresh_from_db()
    assert "operator@example.com" in binding.trouble

    save_binding(caller=STAFF, binding=binding, settings=settings_to(twin), now=datetime.now(UTC))
    tasks.sweep()

    assert [state for state, _, _ in passed_on()] == ["delivered"]


def test_nothing_else_about_a_licence_is_passed_on(twin):
    bind_eniris(twin, {})
    license = make_license("SGO-12")
    claim_for(license, "12")
    license.deactivated_at = NOON
    save(caller=STAFF, thing=license, now=NOON)
    delete(caller=STAFF, thing=License.objects.get(), now=NOON)
    carry_out()

    assert OutboxEntry.objects.filter(object_type="LICENSE").count() == 2
    assert passed_on() == []
    assert not Untold.objects.exists()


def test_without_a_binding_nothing_is_passed_on(bind):
    bind()
    make_license("SGO-1")

    activate("SGO-1")
    carry_out()

    assert not Delivery.objects.exists()
    assert not Untold.objects.exists()


# -- Links ----------------------------------------------------------------------------------------------------


def test_a_controller_is_one_ven_or_one_resource(retailer):
    ven = ven_named(retailer, "one")
    resource = resource_named(retailer, ven, "battery")

    link("12", ven_id=ven)
    link("12", resource_id=resource)
    link("12", resource_id=resource)

    assert list(ControllerLink.objects.values_list("ven_id", "resource_id")) == [(None, resource)]
    recorded = OutboxEntry.objects.filter(object_type="CONTROLLER_LINK").order_by("id")
    assert [each.operation for each in recorded] == ["CREATE", "UPDATE"]
    assert (Ven.objects.count(), Resource.objects.count()) == (1, 1)


def test_the_command_links_a_controller_that_it_makes_if_need_be(retailer):
    ven = ven_named(retailer, "one", "north")
    out = StringIO()

    for _ in range(2):
        call_command("bind_controller", "99", "--ven", ven, stdout=out)

    assert out.getvalue() == f'{{"nodeId": "99", "venID": "{ven}", "resourceID": null}}\n' * 2
    assert verdict_on(active("north")).refusal.endswith("controller 99 has no licence")
    assert OutboxEntry.objects.filter(object_type="CONTROLLER_LINK").count() == 1


@pytest.mark.parametrize("to", ["--ven", "--resource"])
def test_the_command_refuses_what_is_not_there(to):
    with pytest.raises(CommandError, match=r"There is no .* 'nope'"):
        call_command("bind_controller", "99", to, "nope")

    assert not Controller.objects.filter(node_id="99").exists()
    assert not ControllerLink.objects.exists()
