"""Who is told: by role, owner, grant, program, targets and wish; and of nothing else."""

from __future__ import annotations

import pytest

from participants.models import Client
from tests.conftest import event_request
from tests.events.reporting import report_request
from tests.notifications.conftest import EVERYTHING, carry_all_out, carry_out, notifications
from tests.participants.subscribing import object_operation, subscription_request
from vtn.deliveries.models import Delivery
from vtn.relay.telling import Telling
from vtn.wiring import all_wired

ALL = ["CREATE", "UPDATE", "DELETE"]


def told(subscriber, path="/"):
    return [(each["operation"], each["object"]["id"]) for each in notifications(subscriber, path)]


def test_a_subscription_bound_to_a_program_is_told_of_nothing_else(
    retailer, ven, program, subscriber, subscribe
):
    subscribe(retailer, programID=program["id"])
    other = retailer.post("/programs", {"programName": "another"}).json()
    retailer.post("/events", event_request(other))
    event = retailer.post("/events", event_request(program)).json()
    report = ven.post("/reports", report_request(event)).json()
    retailer.post("/vens", {"objectType": "BL_VEN_REQUEST", "venName": "v", "clientID": "c"})

    retailer.put(f"/programs/{program['id']}", {"programName": "renamed"})
    carry_all_out()

    assert sorted(told(subscriber)) == sorted(
        [("CREATE", event["id"]), ("CREATE", report["id"]), ("UPDATE", program["id"])]
    )


def test_targets_of_a_subscription_narrow_it(retailer, ven, program, subscriber, subscribe):
    subscribe(retailer, "/business", objects=["EVENT"], targets=["north"])
    subscribe(ven, "/ven", objects=["EVENT"], targets=["south"])

    for targets in ([], ["north"], ["south"], ["north", "south"]):
        retailer.post("/events", event_request(program, eventName="-".join(targets), targets=targets))
    carry_out()

    names = {each["object"]["eventName"] for each in notifications(subscriber, "/business")}
    assert names == {"north", "north-south"}
    assert notifications(subscriber, "/ven") == []  # it was not granted what it asks for


def test_what_comes_into_a_vens_sight_is_new_and_what_leaves_it_is_gone(
    retailer, ven, program, subscriber, subscribe
):
    subscribe(ven, objects=["EVENT"])
    event = retailer.post("/events", event_request(program, targets=["south"])).json()

    shown = []
    for targets in (["south", "north"], ["north"], ["south"]):
        retailer.put(f"/events/{event['id']}", event_request(program, targets=targets))
        shown.append(ven.get(f"/events/{event['id']}").json())
    retailer.delete(f"/events/{event['id']}")
    carry_all_out()

    heard = notifications(subscriber)
    assert [each["operation"] for each in heard] == ["CREATE", "UPDATE", "DELETE"]
    assert [each["object"] for each in heard] == [shown[0], shown[1], shown[1]]
    assert b"south" not in b"".join(each.body for each in subscriber.heard)


def test_a_ven_that_asked_for_creations_only_is_told_of_what_becomes_visible(
    retailer, ven, program, subscriber, subscribe
):
    subscribe(ven, objects=["EVENT"], operations=["CREATE"])
    event = retailer.post("/events", event_request(program, targets=["south"])).json()

    retailer.put(f"/events/{event['id']}", event_request(program, targets=["north"]))
    retailer.put(f"/events/{event['id']}", event_request(program, targets=["south"]))
    carry_out()

    assert told(subscriber) == [("CREATE", event["id"])]


def test_the_grant_of_a_resource_counts_as_that_of_its_ven(retailer, ven, program, subscriber, subscribe):
    subscribe(ven, objects=["EVENT"])
    (own,) = ven.get("/vens").json()
    resource = {"objectType": "BL_RESOURCE_REQUEST", "resourceName": "boiler", "venID": own["id"]}
    made = retailer.post("/resources", {**resource, "clientID": "ven", "targets": ["hot"]})
    assert made.status_code == 201, made.content

    event = retailer.post("/events", event_request(program, targets=["hot", "south"])).json()
    carry_out()

    assert told(subscriber) == [("CREATE", event["id"])]
    assert notifications(subscriber)[0]["targets"] == ["hot"]


def test_of_what_belongs_to_clients_each_ven_is_told_its_own(
    retailer, ven, stranger, program, subscriber, subscribe
):
    subscribe(ven, "/ven")
    subscribe(stranger, "/stranger")
    subscribe(retailer, "/business")
    event = retailer.post("/events", event_request(program, targets=["north"])).json()

    report = ven.post("/reports", report_request(event)).json()
    own = stranger.post("/vens", {"objectType": "VEN_VEN_REQUEST", "venName": "stranger's"}).json()
    carry_all_out()

    of_ven, of_stranger = told(subscriber, "/ven"), told(subscriber, "/stranger")
    assert ("CREATE", report["id"]) in of_ven
    assert ("CREATE", own["id"]) not in of_ven
    assert of_stranger == [("CREATE", own["id"])]
    assert {("CREATE", report["id"]), ("CREATE", own["id"])} <= set(told(subscriber, "/business"))


def test_a_program_that_is_deleted_takes_its_events_along_and_each_is_told(
    retailer, ven, program, subscriber, subscribe
):
    subscribe(ven, objects=["PROGRAM", "EVENT"])
    seen = retailer.post("/events", event_request(program, targets=["north"])).json()
    retailer.post("/events", event_request(program, targets=["south"]))
    last = ven.get(f"/events/{seen['id']}").json()
    carry_out()
    subscriber.heard.clear()

    assert retailer.delete(f"/programs/{program['id']}?cascade=true").status_code == 200
    carry_all_out()

    assert sorted(told(subscriber)) == sorted([("DELETE", seen["id"]), ("DELETE", program["id"])])
    gone = {each["objectType"]: each["object"] for each in notifications(subscriber)}
    assert gone == {"EVENT": last, "PROGRAM": program}


def test_a_ven_that_is_deleted_takes_its_resources_along_and_each_is_told(
    retailer, ven, subscriber, subscribe
):
    (own,) = ven.get("/vens").json()
    written = {"objectType": "VEN_RESOURCE_REQUEST", "venID": own["id"]}
    boiler = ven.post("/resources", {**written, "resourceName": "boiler"}).json()
    car = ven.post("/resources", {**written, "resourceName": "car"}).json()
    subscribe(ven, objects=["VEN", "RESOURCE"])

    assert retailer.delete(f"/vens/{own['id']}").status_code == 200
    carry_all_out()

    assert sorted(told(subscriber)) == sorted(("DELETE", each["id"]) for each in (own, boiler, car))


def test_several_object_operations_go_to_their_own_urls(retailer, program, subscriber):
    operations = [
        object_operation(operations=["CREATE"], callbackUrl=subscriber.url("/new"), bearerToken="one"),
        object_operation(operations=["DELETE"], callbackUrl=subscriber.url("/gone"), bearerToken="two"),
        object_operation(objects=["PROGRAM"], operations=ALL, callbackUrl=subscriber.url("/programs")),
    ]
    answer = retailer.post("/subscriptions", subscription_request(objectOperations=operations))
    assert answer.status_code == 201, answer.content
    carry_all_out()
    subscriber.heard.clear()

    event = retailer.post("/events", event_request(program)).json()
    retailer.delete(f"/events/{event['id']}")
    carry_all_out()

    heard = {
        (each.path, each.headers.get("Authorization"), each.headers["X-OpenADR-Attempt"])
        for each in subscriber.heard
    }
    assert heard == {("/new", "Bearer one", "1"), ("/gone", "Bearer two", "1")}


def test_a_url_that_a_subscription_names_twice_is_told_once(retailer, program, subscriber):
    twice = [object_operation(operations=ALL, callbackUrl=subscriber.url("/"))] * 2
    retailer.post("/subscriptions", subscription_request(objectOperations=twice))

    event = retailer.post("/events", event_request(program)).json()
    carry_out()

    assert told(subscriber) == [("CREATE", event["id"])]


def test_two_subscriptions_to_one_url_are_told_twice(retailer, program, subscriber, subscribe):
    subscribe(retailer, objects=["EVENT"])
    subscribe(retailer, objects=["EVENT"])

    event = retailer.post("/events", event_request(program)).json()
    carry_out()

    assert told(subscriber) == [("CREATE", event["id"])] * 2
    assert len({each.headers["Idempotency-Key"] for each in subscriber.heard}) == 2


def test_reading_is_not_told(retailer, program, subscriber, subscribe):
    subscribe(retailer, operations=["READ"])

    retailer.get("/programs")
    retailer.post("/events", event_request(program))
    carry_out()

    assert subscriber.heard == []


def test_a_disabled_client_is_told_nothing_also_of_what_waits_already(
    retailer, ven, program, subscriber, subscribe
):
    subscribe(ven, objects=["EVENT"])
    retailer.post("/events", event_request(program))
    Telling(all_wired("tells"))()
    assert Delivery.objects.filter(state="waiting").count() == 1

    Client.objects.filter(client_id="ven").update(is_enabled=False)
    retailer.post("/events", event_request(program))
    carry_out()

    assert subscriber.heard == []
    assert [*Delivery.objects.filter(object_type="EVENT").values_list("state", "reason")] == [
        ("dropped", "is no longer wanted")
    ]


def test_a_client_without_the_scope_to_read_is_not_told(retailer, ven, program, subscriber, subscribe):
    subscribe(ven, objects=["EVENT"])
    Client.objects.filter(client_id="ven").update(scopes=["write_subscriptions"])

    retailer.post("/events", event_request(program))
    carry_out()

    assert subscriber.heard == []


@pytest.mark.parametrize("kind", EVERYTHING)
def test_nobody_is_told_of_what_it_did_not_ask_for(retailer, ven, program, subscriber, subscribe, kind):
    subscribe(retailer, objects=[kind], operations=ALL)
    event = retailer.post("/events", event_request(program)).json()
    ven.post("/reports", report_request(event))
    retailer.put(f"/programs/{program['id']}", {"programName": "renamed"})
    retailer.post("/vens", {"objectType": "BL_VEN_REQUEST", "venName": "v", "clientID": "c"})
    carry_all_out()

    assert {each["objectType"] for each in notifications(subscriber)} <= {kind}
