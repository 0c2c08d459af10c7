"""A name that points elsewhere between the look and the call (DNS rebinding): the address that was looked at is the one
that is called, by whichever name."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from participants.models import Callback
from participants.notifications.webhooks import Webhooks
from tests.conftest import event_request
from tests.notifications.conftest import carry_out, hurry
from tests.twins.names import Names
from tests.twins.subscriber import Answer, Subscriber
from vtn.deliveries.models import Delivery

PUBLIC, INSIDE = "127.0.0.1", "127.0.0.2"


class AskingOurs(Webhooks):
    """Asks a name server of the test's own."""

    names = Names(PUBLIC)

    def __init__(self) -> None:
        super().__init__(self.names)


@pytest.fixture
def name(settings, retailer, subscriber, subscribe):
    """Has a subscription call its receiver by a name with these addresses, one after the other, of which one is taken
    for public. At the other one somebody listens too, whom nobody outside should reach."""
    subscription = subscribe(retailer, objects=["EVENT"], bearerToken="a-secret")
    url = subscriber.url("/", host="receiver.example")
    Callback.objects.filter(subscription_id=subscription["id"]).update(url=url)
    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = False
    settings.CALLBACK_ALLOWED_NETWORKS = [ip_network(f"{PUBLIC}/32")]
    here = f"{__name__}.AskingOurs"
    settings.WIRING = {**settings.WIRING, "channels": {**settings.WIRING["channels"], "webhook": here}}

    def name(*answers):
        AskingOurs.names = Names(*answers)
        return AskingOurs.names

    with Subscriber(at=(INSIDE, subscriber.port)).running() as inside:
        yield name
    assert inside.heard == []


def outcome():
    return Delivery.objects.filter(object_type="EVENT").latest("id")


def test_the_address_that_was_looked_at_is_called_though_the_name_has_another_at_once(
    retailer, program, subscriber, name
):
    names = name(PUBLIC, INSIDE)
    retailer.post("/events", event_request(program))

    carry_out()

    assert outcome().state == "delivered"
    assert (len(subscriber.heard), names.asked) == (1, ["receiver.example"])


def test_of_two_addresses_only_the_public_one_is_called(retailer, program, subscriber, name):
    name([INSIDE, PUBLIC])
    retailer.post("/events", event_request(program))

    carry_out()

    assert outcome().state == "delivered"
    assert len(subscriber.heard) == 1


def test_another_try_looks_again(retailer, program, subscriber, name):
    names = name(PUBLIC, INSIDE)
    subscriber.answer("/", Answer(0))
    retailer.post("/events", event_request(program))
    carry_out()
    assert len(subscriber.heard) == 1
    hurry()

    carry_out()

    assert names.asked == ["receiver.example"] * 2
    assert (outcome().state, outcome().reason) == ("waiting", "has an address that may not be called")
    assert len(subscriber.heard) == 1
