"""`openadr3-client` subscribes as a VEN, and business logic looks on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("openadr3_client", reason="openadr3-client runs on Python 3.12 and newer only")

from tests.clients.elaad import Elaad, listed, refused
from tests.twins.receiver import Receiver

# What the stories write, they write through the VTN; the mark is for the database that the VTN is given.
pytestmark = pytest.mark.django_db


@pytest.fixture
def ven(elaad: Elaad) -> Iterator[Any]:
    ven = elaad.ven()
    yield ven
    for subscription in listed(ven.subscriptions.get_subscriptions):
        ven.subscriptions.delete_subscription_by_id(subscription.id)


@pytest.fixture
def callback(receiver: Receiver) -> str:
    """Where whoever asks whether we want to be told gets the right answer."""
    return receiver.url("/echo")


def test_a_ven_subscribes_to_the_events_of_a_program(elaad, ven, program, callback):
    operations = (elaad.operation(callback, "EVENT", token="open-sesame"),)

    subscription = ven.subscriptions.create_subscription(
        elaad.subscription(program, callback, object_operations=operations)
    )

    assert (subscription.program_id, subscription.client_name) == (program.id, "house")
    assert subscription.object_operations == operations
    assert subscription.created_date_time == subscription.modification_date_time
    assert ven.subscriptions.get_subscription_by_id(subscription.id) == subscription
    assert listed(ven.subscriptions.get_subscriptions) == (subscription,)


def test_the_receiver_is_asked_first_as_its_version_has_it(elaad, ven, program, receiver, callback):
    subscription = ven.subscriptions.create_subscription(elaad.subscription(program, callback))

    asked = [(heard.method, heard.path, [*heard.query]) for heard in receiver.heard]

    assert asked == ([("GET", "/echo", ["echo"])] if elaad.version == "3.1.0" else [])
    assert listed(ven.subscriptions.get_subscriptions) == (subscription,)


def test_an_update_replaces_the_subscription(elaad, ven, program, receiver, callback):
    subscription = ven.subscriptions.create_subscription(
        elaad.subscription(program, callback, targets=elaad.targets("north"))
    )

    operations = (elaad.operation(receiver.url("/elsewhere"), "EVENT", "PROGRAM", token="new"),)
    update = elaad.changed(subscription, client_name="villa", object_operations=operations, targets=None)
    updated = ven.subscriptions.update_subscription_by_id(subscription.id, update)

    assert (updated.id, updated.client_name, updated.targets) == (subscription.id, "villa", None)
    assert updated.object_operations == operations
    assert updated.created_date_time == subscription.created_date_time
    assert updated.modification_date_time > subscription.modification_date_time
    assert ven.subscriptions.get_subscription_by_id(subscription.id) == updated


def test_a_subscription_that_is_deleted_comes_back_once_and_then_is_gone(elaad, ven, program, callback):
    subscription = ven.subscriptions.create_subscription(elaad.subscription(program, callback))

    deleted = ven.subscriptions.delete_subscription_by_id(subscription.id)

    assert deleted.model_dump() == subscription.model_dump()
    with refused(404):
        ven.subscriptions.delete_subscription_by_id(subscription.id)
    with refused(404):
        ven.subscriptions.get_subscription_by_id(subscription.id)
    with refused(404):
        ven.subscriptions.update_subscription_by_id(
            subscription.id, elaad.changed(subscription, client_name="villa")
        )
    assert listed(ven.subscriptions.get_subscriptions) == ()


def test_subscriptions_are_filtered_and_paged(elaad, ven, business, program, callback):
    other = business.programs.create_program(elaad.program(f"{program.program_name}, other"))
    for on, name, wanted in [
        (program, "house", ("EVENT",)),
        (program, "garage", ("EVENT", "PROGRAM")),
        (other, "house", ("REPORT",)),
    ]:
        ven.subscriptions.create_subscription(
            elaad.subscription(
                on, callback, client_name=name, object_operations=(elaad.operation(callback, *wanted),)
            )
        )

    def found(page=None, **filters):
        subscriptions = listed(ven.subscriptions.get_subscriptions, pagination=page, **filters)
        return [(each.program_id == program.id, each.client_name) for each in subscriptions]

    first, second, third = (True, "house"), (True, "garage"), (False, "house")
    assert found() == [first, second, third]
    assert found(program_id=program.id) == [first, second]
    assert found(client_name="house") == [first, third]
    assert found(program_id=program.id, client_name="garage") == [second]
    assert found(objects=("PROGRAM",)) == [second]
    assert found(objects=("PROGRAM", "REPORT")) == [second, third]
    assert found(objects=("VEN",)) == []
    assert found(elaad.page(skip=1, limit=1)) == [second]
    with refused(400):
        found(elaad.page(skip=0, limit=51))
    business.programs.delete_program_by_id(other.id)


def test_business_sees_all_subscriptions_and_no_tokens(elaad, ven, business, program, callback):
    operations = (elaad.operation(callback, token="open-sesame"),)
    subscription = ven.subscriptions.create_subscription(
        elaad.subscription(program, callback, object_operations=operations)
    )

    (seen,) = listed(business.subscriptions.get_subscriptions, program_id=program.id)

    assert seen.id == subscription.id
    assert seen.object_operations == (elaad.operation(callback, token=None),)
    assert business.subscriptions.get_subscription_by_id(subscription.id) == seen


def test_nobody_else_sees_a_subscription(elaad, ven, program, callback):
    subscription = ven.subscriptions.create_subscription(elaad.subscription(program, callback))
    stranger = elaad.ven("stranger").subscriptions

    assert listed(stranger.get_subscriptions) == ()
    with refused(404):
        stranger.get_subscription_by_id(subscription.id)
    with refused(404):
        stranger.update_subscription_by_id(
            subscription.id, elaad.changed(subscription, client_name="stranger")
        )
    with refused(404):
        stranger.delete_subscription_by_id(subscription.id)

    assert ven.subscriptions.get_subscription_by_id(subscription.id) == subscription


def test_a_program_that_is_not_there_is_refused(elaad, ven, business, program, callback):
    for_others = business.programs.create_program(
        elaad.program(f"{program.program_name}, south", targets=elaad.targets("south"))
    )
    nowhere = program.model_copy(update={"id": "nowhere"})

    for unseen in for_others, nowhere:
        with refused(400):
            ven.subscriptions.create_subscription(elaad.subscription(unseen, callback))

    assert listed(ven.subscriptions.get_subscriptions) == ()
    business.programs.delete_program_by_id(for_others.id)


def test_a_callback_within_another_network_is_refused(elaad, ven, program):
    with refused(400):
        ven.subscriptions.create_subscription(elaad.subscription(program, "https://10.0.0.1/internal"))

    assert listed(ven.subscriptions.get_subscriptions) == ()


def test_a_token_that_may_only_read_does_not_subscribe(elaad, program, callback):
    reader = elaad.ven(scopes=["read_all", "read_ven_objects"]).subscriptions

    with refused(403):
        reader.create_subscription(elaad.subscription(program, callback))

    assert listed(reader.get_subscriptions) == ()


def test_business_deletes_a_subscription_and_changes_none(elaad, ven, program, callback):
    subscription = ven.subscriptions.create_subscription(elaad.subscription(program, callback))
    retailer = elaad.ven("retailer").subscriptions  # the client lets business logic read only

    with refused(403):
        retailer.update_subscription_by_id(
            subscription.id, elaad.changed(subscription, client_name="retailer")
        )
    assert ven.subscriptions.get_subscription_by_id(subscription.id) == subscription
    retailer.session.delete(f"{elaad.url}/subscriptions/{subscription.id}").raise_for_status()
    assert listed(ven.subscriptions.get_subscriptions) == ()


def test_business_subscribes_to_reports_for_itself(elaad, ven, program, callback):
    retailer = elaad.ven("retailer").subscriptions  # as above
    wanted = elaad.operation(callback, "REPORT", token="open-sesame")

    subscription = retailer.create_subscription(
        elaad.subscription(program, callback, object_operations=(wanted,))
    )

    assert retailer.get_subscription_by_id(subscription.id) == subscription
    assert listed(ven.subscriptions.get_subscriptions) == ()
    assert retailer.delete_subscription_by_id(subscription.id).object_operations == (wanted,)
