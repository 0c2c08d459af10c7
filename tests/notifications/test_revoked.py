"""What waits for a subscriber that may no longer see it is not sent."""

from __future__ import annotations

import pytest

from participants.models import Client
from tests.conftest import event_request
from tests.notifications.conftest import carry_all_out, carry_out, hurry, notifications
from tests.twins.subscriber import Answer
from vtn.deliveries.models import Delivery


def grant(retailer, *targets):
    (mine,) = [each for each in retailer.get("/vens").json() if each["clientID"] == "ven"]
    request = {"objectType": "BL_VEN_REQUEST", "venName": mine["venName"], "clientID": "ven"}
    answer = retailer.put(f"/vens/{mine['id']}", {**request, "targets": [*targets]})
    assert answer.status_code == 200, answer.content


def names(subscriber):
    """Events overtake each other."""
    return sorted(each["object"]["eventName"] for each in notifications(subscriber))


@pytest.fixture
def waiting(retailer, ven, program, subscriber, subscribe):
    """The receiver of a VEN fails; two events wait for it, one for `north` and one for everybody."""
    subscribe(ven, objects=["EVENT"])
    subscriber.answer("/", Answer(404))
    for name, targets in (("for north", ["north"]), ("for all", [])):
        retailer.post("/events", event_request(program, eventName=name, targets=targets))
    carry_out()
    assert names(subscriber) == ["for all", "for north"]
    subscriber.heard.clear()
    subscriber.answer("/", Answer(200))


def states():
    return [*Delivery.objects.filter(object_type="EVENT").order_by("id").values_list("state", flat=True)]


def test_a_ven_that_has_lost_a_grant_is_not_told_of_what_that_showed_it(waiting, retailer, subscriber):
    grant(retailer, "south")
    hurry()

    carry_all_out()

    assert names(subscriber) == ["for all"]
    assert states() == ["dropped", "delivered"]


def test_one_that_has_another_that_shows_it_is(waiting, retailer, program, subscriber):
    grant(retailer, "north", "south")
    hurry()

    carry_all_out()

    assert names(subscriber) == ["for all", "for north"]


def test_a_grant_of_its_resource_does_as_well(waiting, retailer, ven, subscriber):
    (own,) = ven.get("/vens").json()
    resource = {"objectType": "BL_RESOURCE_REQUEST", "resourceName": "boiler", "venID": own["id"]}
    retailer.post("/resources", {**resource, "clientID": "ven", "targets": ["north"]})
    grant(retailer)
    hurry()

    carry_all_out()

    assert names(subscriber) == ["for all", "for north"]


def test_of_what_is_gone_the_targets_count_that_it_had(retailer, ven, program, subscriber, subscribe):
    subscribe(ven, objects=["EVENT"], operations=["DELETE"])
    made = retailer.post("/events", event_request(program, targets=["north"])).json()
    subscriber.answer("/", Answer(404), Answer(200))
    retailer.put(f"/events/{made['id']}", event_request(program, targets=["south"]))
    carry_all_out()
    assert len(subscriber.heard) == 1
    hurry()

    carry_out()
    assert [each["operation"] for each in notifications(subscriber)] == ["DELETE", "DELETE"]
    assert states() == ["delivered"]


@pytest.mark.parametrize("change", [{"scopes": ["write_subscriptions"]}, {"role": "bl"}])
def test_a_client_that_is_somebody_else_now_is_told_nothing(waiting, subscriber, change):
    Client.objects.filter(client_id="ven").update(**change)
    hurry()

    carry_all_out()

    assert subscriber.heard == []
    assert states() == ["dropped", "dropped"]
