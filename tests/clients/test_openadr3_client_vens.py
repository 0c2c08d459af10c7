"""`openadr3-client` writes VENs and resources, as business logic and as the VEN that they are of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("openadr3_client", reason="openadr3-client runs on Python 3.12 and newer only")

from tests.clients.elaad import Elaad, listed, refused

# What the stories write, they write through the VTN; the mark is for the database that the VTN is given.
pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(elaad: Elaad) -> Any:
    """A client that has no VEN yet."""
    return elaad.ven("stranger")


@pytest.fixture
def house(elaad: Elaad, stranger: Any, business: Any) -> Iterator[Any]:
    """The stranger's VEN, which it has made itself."""
    house = stranger.vens.create_ven(elaad.own_ven("house", attributes=elaad.attributes(DESCRIPTION="brick")))
    yield house
    business.vens.delete_ven_by_id(house.id)


@pytest.fixture
def vens(elaad: Elaad, business: Any) -> Iterator[list[Any]]:
    """Of clients that are not enrolled yet, every second one in the north."""
    vens = [
        business.vens.create_ven(
            elaad.ven_of(f"client-{number}", f"ven-{number}", targets=elaad.targets(place))
        )
        for number, place in enumerate(["far south", "far north"] * 2)
    ]
    yield vens
    for ven in vens:
        business.vens.delete_ven_by_id(ven.id)


# -- VENs -----------------------------------------------------------------------------------------------------


def test_a_ven_is_read_by_its_client_and_by_business(house, stranger, business):
    assert house.ven_name == "house"
    assert house.attributes.get_by_type("DESCRIPTION").values == ("brick",)
    assert house.targets is None
    assert house.created_date_time == house.modification_date_time
    assert stranger.vens.get_ven_by_id(house.id) == house
    assert listed(stranger.vens.get_vens) == (house,)
    assert business.vens.get_ven_by_id(house.id) == house
    assert listed(business.vens.get_vens, ven_name="house") == (house,)


def test_nobody_else_sees_a_ven(elaad, house):
    neighbour = elaad.ven().vens

    assert [ven.ven_name for ven in listed(neighbour.get_vens)] == ["ven"]
    assert listed(neighbour.get_vens, ven_name="house") == ()
    with refused(404):
        neighbour.get_ven_by_id(house.id)
    with refused(404):
        neighbour.update_ven_by_id(house.id, elaad.changed(house, own=True, ven_name="mine"))
    with refused(404):
        neighbour.delete_ven_by_id(house.id)


def test_a_ven_renames_itself_and_keeps_what_was_granted_to_it(elaad, house, stranger, business):
    granted = elaad.targets("harbour")
    business.vens.update_ven_by_id(house.id, elaad.changed(house, targets=granted))

    update = elaad.changed(stranger.vens.get_ven_by_id(house.id), own=True, ven_name="villa")
    renamed = stranger.vens.update_ven_by_id(house.id, update)

    assert (renamed.id, renamed.ven_name) == (house.id, "villa")
    assert renamed.attributes == house.attributes
    assert tuple(renamed.targets) == granted
    assert renamed.created_date_time == house.created_date_time
    assert renamed.modification_date_time > house.modification_date_time
    assert business.vens.get_ven_by_id(house.id) == renamed


def test_what_business_grants_is_what_a_ven_sees(elaad, house, stranger, business, program):
    event = business.events.create_event(elaad.event(program, targets=elaad.targets("harbour", "airport")))

    def seen():
        return listed(stranger.events.get_events, program_id=program.id)

    assert seen() == ()
    business.vens.update_ven_by_id(house.id, elaad.changed(house, targets=elaad.targets("harbour")))
    assert [(each.id, each.targets) for each in seen()] == [(event.id, elaad.targets("harbour"))]
    business.vens.update_ven_by_id(house.id, elaad.changed(house, targets=None))
    assert seen() == ()


def test_a_ven_that_is_deleted_comes_back_once_and_may_come_again(elaad, stranger):
    house = stranger.vens.create_ven(elaad.own_ven("house"))

    assert stranger.vens.delete_ven_by_id(house.id).model_dump() == house.model_dump()

    with refused(404):
        stranger.vens.get_ven_by_id(house.id)
    with refused(404):
        stranger.vens.delete_ven_by_id(house.id)
    assert listed(stranger.vens.get_vens) == ()
    again = stranger.vens.create_ven(elaad.own_ven("house"))
    assert again.id != house.id
    stranger.vens.delete_ven_by_id(again.id)


def test_a_client_has_one_ven_and_a_name_belongs_to_one(elaad, house, stranger, business):
    with refused(409):
        stranger.vens.create_ven(elaad.own_ven("second home"))
    with refused(409):
        business.vens.create_ven(elaad.ven_of("somebody", "house"))
    with refused(409):
        stranger.vens.update_ven_by_id(house.id, elaad.changed(house, own=True, ven_name="ven"))

    assert listed(business.vens.get_vens, ven_name="second home") == ()
    assert listed(business.vens.get_vens, ven_name="house") == (house,)


def test_vens_are_filtered_and_paged(elaad, business, vens):
    def names(target=None, page=None, **filters):
        found = listed(business.vens.get_vens, target=target, pagination=page, **filters)
        return [ven.ven_name for ven in found]

    far = elaad.asking_for("far north", "far south")
    assert names(elaad.asking_for("far north")) == ["ven-1", "ven-3"]
    assert names(far) == ["ven-0", "ven-1", "ven-2", "ven-3"]
    assert names(far, elaad.page(skip=1, limit=2)) == ["ven-1", "ven-2"]
    assert names(far, ven_name="ven-3") == ["ven-3"]
    assert names(elaad.asking_for("far north"), ven_name="ven-2") == []
    with refused(400):
        names(far, elaad.page(skip=0, limit=51))


# -- Resources ------------------------------------------------------------------------------------------------


def test_a_ven_has_resources_that_it_writes_and_business_reads(elaad, house, stranger, business):
    own, all_of_them = elaad.resources(stranger), elaad.resources(business)

    battery = own.create(
        elaad.own_resource(house, "battery", attributes=elaad.attributes(MAX_POWER_EXPORT=5.5))
    )

    assert (battery.ven_id, battery.resource_name, battery.targets) == (house.id, "battery", None)
    assert battery.attributes.get_by_type("MAX_POWER_EXPORT").values == (5.5,)
    assert own.of(house) == all_of_them.of(house) == (battery,)
    assert all_of_them.read(battery) == battery
    renamed = own.update(battery, elaad.changed(battery, own=True, resource_name="big battery"))
    assert (renamed.id, renamed.resource_name, renamed.attributes) == (
        battery.id,
        "big battery",
        battery.attributes,
    )
    assert renamed.modification_date_time > battery.modification_date_time
    assert all_of_them.read(battery) == renamed
    assert own.delete(battery).model_dump() == renamed.model_dump()
    with refused(404):
        own.read(battery)
    with refused(404):
        own.update(battery, elaad.changed(battery, own=True))
    assert own.of(house) == ()


def test_what_is_granted_to_a_resource_its_ven_sees(elaad, house, stranger, business, program):
    event = business.events.create_event(elaad.event(program, targets=elaad.targets("harbour")))
    resources = elaad.resources(business)

    crane = resources.create(elaad.resource_of(house, "crane", targets=elaad.targets("harbour")))
    assert listed(stranger.events.get_events, program_id=program.id) == (event,)
    renamed = elaad.changed(elaad.resources(stranger).read(crane), own=True, resource_name="big crane")
    assert tuple(elaad.resources(stranger).update(crane, renamed).targets) == elaad.targets("harbour")
    assert listed(stranger.events.get_events, program_id=program.id) == (event,)
    resources.delete(crane)
    assert listed(stranger.events.get_events, program_id=program.id) == ()


def test_resources_are_filtered_and_paged(elaad, house, stranger, business):
    written, own = elaad.resources(business), elaad.resources(stranger)
    for name, place in [("boiler", "cellar"), ("heat pump", "roof"), ("panels", "roof")]:
        written.create(elaad.resource_of(house, name, targets=elaad.targets(place)))

    def names(reader, **filters):
        return [resource.resource_name for resource in reader.of(house, **filters)]

    for reader in written, own:
        assert names(reader) == ["boiler", "heat pump", "panels"]
        assert names(reader, resource_name="boiler") == ["boiler"]
        assert names(reader, target=elaad.asking_for("roof")) == ["heat pump", "panels"]
        assert names(reader, target=elaad.asking_for("roof"), resource_name="boiler") == []
        assert names(reader, pagination=elaad.page(skip=1, limit=1)) == ["heat pump"]


def test_a_second_resource_of_the_name_is_refused(elaad, house, stranger):
    own = elaad.resources(stranger)
    battery = own.create(elaad.own_resource(house, "battery"))
    boiler = own.create(elaad.own_resource(house, "boiler"))

    with refused(409):
        own.create(elaad.own_resource(house, "battery"))
    with refused(409):
        own.update(boiler, elaad.changed(boiler, own=True, resource_name="battery"))

    assert own.of(house) == (battery, boiler)


def test_nobody_else_sees_or_adds_a_resource(elaad, house, stranger):
    battery = elaad.resources(stranger).create(elaad.own_resource(house, "battery"))
    neighbour = elaad.resources(elaad.ven())

    with refused(404):
        neighbour.read(battery)
    with refused(404):
        neighbour.update(battery, elaad.changed(battery, own=True, resource_name="mine"))
    with refused(404):
        neighbour.delete(battery)
    with refused(404):
        neighbour.create(elaad.own_resource(house, "tap on the cable"))

    assert elaad.resources(stranger).of(house) == (battery,)


def test_resources_go_with_their_ven(elaad, stranger, business):
    house = stranger.vens.create_ven(elaad.own_ven("house"))
    battery = elaad.resources(stranger).create(elaad.own_resource(house, "battery"))

    stranger.vens.delete_ven_by_id(house.id)

    with refused(404):
        elaad.resources(business).read(battery)


def test_a_token_that_may_only_read_writes_no_ven(elaad, house, stranger):
    reader = elaad.ven("stranger", scopes=["read_all", "read_ven_objects"])

    assert listed(reader.vens.get_vens) == (house,)
    with refused(403):
        reader.vens.update_ven_by_id(house.id, elaad.changed(house, own=True, ven_name="villa"))
    with refused(403):
        reader.vens.delete_ven_by_id(house.id)
    with refused(403):
        elaad.resources(reader).create(elaad.own_resource(house, "battery"))

    assert stranger.vens.get_ven_by_id(house.id) == house
    assert elaad.resources(stranger).of(house) == ()
