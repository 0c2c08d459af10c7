"""What `openadr3-client` can say in one version only, and what one version makes of the other's VENs, reports and
subscriptions."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("openadr3_client", reason="openadr3-client runs on Python 3.12 and newer only")

from tests.clients.elaad import Elaad, listed, refused

# What the stories write, they write through the VTN; the mark is for the database that the VTN is given.
pytestmark = pytest.mark.django_db


@pytest.fixture
def elaad(elaad310: Elaad) -> Elaad:
    """For the program: it is written in 3.1.0."""
    return elaad310


# -- 3.1.0 alone ----------------------------------------------------------------------------------------------


def test_a_ven_does_not_write_as_business_logic(elaad310, business):
    stranger, house = elaad310.ven("stranger"), elaad310.ven_of("stranger", "house", targets=("north",))

    with refused(403):
        stranger.vens.create_ven(house)

    assert listed(business.vens.get_vens, ven_name="house") == ()


def test_business_logic_does_not_write_as_a_ven(elaad310, business):
    with refused(400):
        business.vens.create_ven(elaad310.own_ven("house"))

    assert listed(business.vens.get_vens, ven_name="house") == ()


def test_business_makes_a_ven_for_a_client_and_it_stays_there(elaad310, business):
    house = business.vens.create_ven(elaad310.ven_of("stranger", "house", targets=("harbour",)))

    assert (house.client_id, house.targets) == ("stranger", ("harbour",))
    assert listed(elaad310.ven("stranger").vens.get_vens) == (house,)
    with refused(400):
        business.vens.update_ven_by_id(house.id, elaad310.changed(house, client_id="ven"))
    assert business.vens.delete_ven_by_id(house.id).model_dump() == house.model_dump()


def test_a_subscription_need_not_be_of_a_program(elaad310, program, receiver):
    ven, anything = elaad310.ven().subscriptions, program.model_copy(update={"id": None})

    subscription = ven.create_subscription(elaad310.subscription(anything, receiver.url("/echo")))

    assert subscription.program_id is None
    assert listed(ven.get_subscriptions) == (subscription,)
    ven.delete_subscription_by_id(subscription.id)


@pytest.mark.parametrize("how", ["silent", "wrong", "redirect", "nonsense"])
def test_a_receiver_that_does_not_answer_the_challenge_is_refused(elaad310, program, receiver, how):
    ven = elaad310.ven().subscriptions

    with refused(400):
        ven.create_subscription(elaad310.subscription(program, receiver.url(f"/{how}")))

    assert [heard.method for heard in receiver.heard] == ["GET"]
    assert listed(ven.get_subscriptions) == ()


def test_a_receiver_without_tls_is_refused(elaad310, program):
    ven = elaad310.ven().subscriptions

    with refused(400):
        ven.create_subscription(elaad310.subscription(program, "http://127.0.0.1:8080/echo"))

    assert listed(ven.get_subscriptions) == ()


# -- 3.0.1 alone ----------------------------------------------------------------------------------------------


def test_a_ven_comes_with_its_resources_and_shows_them(elaad301):
    stranger = elaad301.ven("stranger")
    nowhere = type("Unborn", (), {"id": "unborn"})

    house = stranger.vens.create_ven(
        elaad301.own_ven("house", resources=(elaad301.own_resource(nowhere, "battery"),))
    )
    boiler = stranger.vens.create_ven_resource(house.id, elaad301.own_resource(house, "boiler"))

    assert [(each.ven_id, each.resource_name) for each in house.resources] == [(house.id, "battery")]
    shown = stranger.vens.get_ven_by_id(house.id)
    assert [each.resource_name for each in shown.resources] == ["battery", "boiler"]
    assert boiler in elaad301.resources(stranger).of(house)
    renamed = stranger.vens.update_ven_by_id(house.id, elaad301.changed(shown, ven_name="villa"))
    assert (renamed.ven_name, renamed.resources) == ("villa", shown.resources)
    assert stranger.vens.delete_ven_by_id(house.id).resources == shown.resources


def test_what_a_ven_grants_itself_is_not_granted(elaad301):
    stranger, targets = elaad301.ven("stranger"), elaad301.targets("harbour")

    house = stranger.vens.create_ven(elaad301.own_ven("house", targets=targets))
    boiler = stranger.vens.create_ven_resource(
        house.id, elaad301.own_resource(house, "boiler", targets=targets)
    )

    assert (house.targets, boiler.targets) == (None, None)
    updated = stranger.vens.update_ven_by_id(house.id, elaad301.changed(house, targets=targets))
    assert updated.targets is None
    stranger.vens.delete_ven_by_id(house.id)


# -- From one version to the other ----------------------------------------------------------------------------


def test_each_version_reads_the_others_vens(elaad310, elaad301, business):
    house = business.vens.create_ven(elaad310.ven_of("stranger", "house", targets=("harbour",)))
    old, new = elaad301.ven("stranger"), elaad310.ven("stranger")

    battery = old.vens.create_ven_resource(house.id, elaad301.own_resource(house, "battery"))
    boiler = new.resources.create_resource(elaad310.own_resource(house, "boiler"))

    (seen,) = listed(old.vens.get_vens)
    assert (seen.id, tuple(seen.targets)) == (house.id, elaad301.targets("harbour"))
    assert [each.resource_name for each in seen.resources] == ["battery", "boiler"]
    (read, last) = listed(new.resources.get_resources)
    assert (read.id, read.ven_id, read.client_id) == (battery.id, house.id, "stranger")
    assert last == boiler
    business.vens.delete_ven_by_id(house.id)


def test_a_ven_that_belongs_to_nobody_does_not_spoil_the_list(elaad310, elaad301, business):
    """3.0.1 business logic cannot say whose a VEN is, and 3.1.0 requires a clientID."""
    old = elaad301.business()
    house = old.vens.create_ven(elaad301.ven_of("", "house"))
    boiler = old.vens.create_ven_resource(house.id, elaad301.resource_of(house, "boiler"))

    assert [ven.ven_name for ven in listed(business.vens.get_vens)] == ["ven", "house"]
    assert [each.id for each in business.resources.get_resources(ven_id=house.id)] == [boiler.id]
    old.vens.delete_ven_by_id(house.id)


def test_each_version_reads_the_others_reports(elaad310, elaad301, business, program):
    event = business.events.create_event(elaad310.event(program))
    new, old = elaad310.ven().reports, elaad301.ven().reports

    first = new.create_report(elaad310.report(event, "house", report_name="first"))
    second = old.create_report(elaad301.report(event, "house", report_name="second"))

    seen = listed(old.get_reports, event_id=event.id)
    assert [(each.id, each.program_id) for each in seen] == [(first.id, program.id), (second.id, program.id)]
    seen = listed(new.get_reports, program_id=program.id)
    assert [(each.id, each.client_id) for each in seen] == [(first.id, "ven"), (second.id, "ven")]
    assert seen[1].resources == first.resources


def test_a_report_names_the_program_of_its_event(elaad310, elaad301, business, program):
    event = business.events.create_event(elaad310.event(program))
    elsewhere: Any = event.model_copy(update={"program_id": "nowhere"})

    with refused(400):
        elaad301.ven().reports.create_report(elaad301.report(elsewhere, "house"))

    assert listed(business.reports.get_reports, event_id=event.id) == ()


def test_each_version_reads_the_others_subscriptions(elaad310, elaad301, program, receiver):
    new, old, callback = elaad310.ven().subscriptions, elaad301.ven().subscriptions, receiver.url("/echo")

    first = new.create_subscription(elaad310.subscription(program, callback, targets=("north",)))
    second = old.create_subscription(elaad301.subscription(program, callback, client_name="garage"))

    seen = listed(old.get_subscriptions, target=elaad301.asking_for("north"))
    assert [(each.id, each.targets) for each in seen] == [(first.id, elaad301.targets("north"))]
    assert listed(new.get_subscriptions) == (first, new.get_subscription_by_id(second.id))
    assert new.get_subscription_by_id(second.id).object_operations == first.object_operations
    for subscription in first, second:
        new.delete_subscription_by_id(subscription.id)
