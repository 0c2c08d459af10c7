"""Several workers at once: what each receiver hears stays in order, and comes once."""

from __future__ import annotations

import random
import threading
from collections import defaultdict

import pytest
from django.db import close_old_connections, connection

from tests.conftest import event_request
from tests.launcher.processes import eventually
from tests.notifications.conftest import notifications
from tests.twins.subscriber import Answer, Subscriber
from vtn import tasks
from vtn.deliveries.models import Delivery
from vtn.models import Untold

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 4


def work_until_all_is_told(faults):
    try:
        while Untold.objects.exists() or Delivery.objects.filter(state="waiting").exists():
            tasks.sweep()
    except Exception as fault:
        faults.append(fault)
    finally:
        connection.close()


def all_work(faults):
    workers = [threading.Thread(target=work_until_all_is_told, args=(faults,)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    return workers


def write(retailer, program, events, changes):
    """Each event is created, changed some times and deleted, all of them in turn."""
    made = [
        retailer.post("/events", event_request(program, eventName="0")).json()["id"] for _ in range(events)
    ]
    for number in range(1, changes + 1):
        for id_ in made:
            retailer.put(f"/events/{id_}", event_request(program, eventName=str(number)))
    for id_ in made:
        retailer.delete(f"/events/{id_}")
    return made


def by_object(heard):
    told = defaultdict(list)
    for each in heard:
        told[each["object"]["id"]].append((each["operation"], each["object"]["eventName"]))
    return told


def test_one_worker_goes_through_all_changes_of_an_object_without_a_sweep(
    retailer, program, subscriber, subscribe
):
    subscribe(retailer, objects=["EVENT"])
    (made,) = write(retailer, program, events=1, changes=2)

    tasks.carry_out()

    story = [("CREATE", "0"), ("UPDATE", "1"), ("UPDATE", "2"), ("DELETE", "2")]
    assert by_object(notifications(subscriber)) == {made: story}


@pytest.mark.parametrize("path", ["/a", "/b"])
def test_each_delivery_comes_once_and_in_order(retailer, program, subscriber, subscribe, path):
    for each in ("/a", "/b"):
        subscribe(retailer, each, objects=["EVENT"])
    faults = []

    workers = all_work(faults)
    made = write(retailer, program, events=8, changes=3)
    for worker in [*workers, *all_work(faults)]:
        worker.join()

    assert faults == []
    story = [("CREATE", "0"), ("UPDATE", "1"), ("UPDATE", "2"), ("UPDATE", "3"), ("DELETE", "3")]
    assert by_object(notifications(subscriber, path)) == dict.fromkeys(made, story)


def test_in_order_through_failures_that_come_as_they_like(retailer, program, subscriber, subscribe, settings):
    settings.DELIVERY_RETRY_FIRST = settings.DELIVERY_RETRY_MOST = 0.01
    settings.CIRCUIT_THRESHOLD, settings.CIRCUIT_FIRST, settings.CIRCUIT_MOST = 3, 0.01, 0.02
    paths = [f"/{number}" for number in range(6)]
    for path in paths:
        subscribe(retailer, path, objects=["EVENT"])
    answers = [Answer(200), Answer(500), Answer(0), Answer(429), Answer(302), Answer(404)]
    subscriber.mood = lambda: random.choice(answers)
    faults = []

    made = write(retailer, program, events=4, changes=2)
    for worker in all_work(faults):
        worker.join()

    # An event, its changes and its end, each as often as it took, and never one before the last.
    assert faults == []
    steps = {("CREATE", "0"): 0, ("UPDATE", "1"): 1, ("UPDATE", "2"): 2, ("DELETE", "2"): 3}
    for path in paths:
        told = by_object(notifications(subscriber, path))
        assert sorted(told) == sorted(made)
        for heard in told.values():
            order = [steps[each] for each in heard]
            assert order == sorted(order)
            assert {*order} == {0, 1, 2, 3}


def test_a_receiver_that_never_answers_holds_nobody_else_up(
    retailer, program, subscriber, subscribe, settings
):
    settings.CALLBACK_TIMEOUT = 60.0
    with Subscriber().running() as hanging:
        hanging.answer("/", Answer(-1))
        for _ in range(12):
            subscribe(retailer, objects=["EVENT"], callbackUrl=hanging.url("/"))
        subscribe(retailer, "/well", objects=["EVENT"])
        faults = []
        retailer.post("/events", event_request(program, eventName="first"))
        workers = all_work(faults)
        assert eventually(lambda: len(subscriber.heard) == 1)

        retailer.post("/events", event_request(program, eventName="second"))

        assert eventually(lambda: len(subscriber.heard) == 2)
        assert not Delivery.objects.filter(host=hanging.url("").rstrip("/"), state="delivered").exists()
        hanging.answer("/", Answer(200))
        hanging.go_on.set()
        Delivery.objects.filter(state="waiting").update(state="dropped")
        for worker in workers:
            worker.join()
    assert faults == []
    close_old_connections()
