"""Workers are woken through the broker, and nobody waits for that."""

from __future__ import annotations

import json
import time

import pytest
import redis
from celery import current_app
from django.conf import settings

from tests.conftest import event_request
from tests.launcher.processes import eventually
from vtn.relay.wake import wake

QUEUE = "deliveries"


@pytest.fixture
def broker():
    """The queue of the delivery workers, of whom there are none here."""
    url = current_app.conf.broker_url.replace("redis+socket://", "unix://", 1)
    client = redis.from_url(url)
    client.delete(QUEUE)
    yield client
    client.delete(QUEUE)


def tasks_in(broker):
    return [json.loads(each)["headers"]["task"] for each in broker.lrange(QUEUE, 0, -1)]


def test_a_wake_is_a_task_for_the_delivery_workers(broker):
    wake()

    assert eventually(lambda: tasks_in(broker) == ["vtn.tasks.carry_out"])
    assert settings.CELERY_TASK_ROUTES["vtn.tasks.carry_out"] == {"queue": QUEUE}


def test_many_at_once_are_few(broker):
    for _ in range(1_000):
        wake()

    assert eventually(lambda: tasks_in(broker))
    assert len(tasks_in(broker)) < 100


def test_while_changes_come_one_after_the_other_they_are_woken_ten_times_a_second_at_most(broker):
    began = time.monotonic()
    while time.monotonic() < began + 0.5:
        wake()
        time.sleep(0.005)
    tasks = tasks_in(broker)

    assert 1 <= len(tasks) <= (time.monotonic() - began) / 0.1 + 1


@pytest.mark.django_db(transaction=True)
def test_a_write_wakes_them_after_its_commit(retailer, program, broker):
    broker.delete(QUEUE)

    retailer.post("/events", event_request(program))

    assert eventually(lambda: "vtn.tasks.carry_out" in tasks_in(broker))
