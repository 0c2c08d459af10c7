"""What is told to Prometheus, and to whom."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as DjangoClient
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from participants.models import Callback
from tests.conftest import Actor, event_request
from tests.participants.subscribing import object_operation, plant
from vtn.deliveries import store
from vtn.deliveries.models import Circuit, Delivery, Tally
from vtn.models import OutboxEntry, Untold

TOKEN = "a token for the scraper"
ZEROS = {
    "vtn_deliveries_waiting{webhook}": 0.0,
    "vtn_delivery_attempts_total{webhook}": 0.0,
    "vtn_delivery_failures_total{webhook}": 0.0,
    "vtn_deliveries_delivered_total{webhook}": 0.0,
    "vtn_deliveries_given_up_total{webhook}": 0.0,
    "vtn_delivery_seconds_total{webhook}": 0.0,
    "vtn_deliveries_oldest_due_seconds": 0.0,
    "vtn_dead_letters": 0.0,
    "vtn_changes_untold": 0.0,
    "vtn_changes_oldest_untold_seconds": 0.0,
    "vtn_circuits_open": 0.0,
    "vtn_callbacks{failing}": 0.0,
    "vtn_callbacks{broken}": 0.0,
    "vtn_callbacks{gone}": 0.0,
}


@pytest.fixture(autouse=True)
def watched(settings):
    settings.METRICS_TOKEN = TOKEN
    # Of the channels and of what is measured only these, whatever else the project has.
    settings.WIRING = {
        **settings.WIRING,
        "channels": {"webhook": "participants.notifications.webhooks.Webhooks"},
        "metrics": ["vtn.deliveries.metrics.measure", "participants.notifications.metrics.measure"],
    }
    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = True
    settings.UNSAFE_CALLBACKS_WITHOUT_CHALLENGE = True


@pytest.fixture
def now(db) -> datetime:
    """What the database takes for now, which does not move in a test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def scrape(token: str | None = TOKEN) -> Any:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return DjangoClient().get("/metrics", headers=headers)


def measured() -> dict[str, float]:
    """Every sample: its name, and the value of its one label."""
    families = text_string_to_metric_families(scrape().content.decode())
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def delivery(now: datetime, **facts: Any) -> None:
    delivery_of(now, **facts).save()


def delivery_of(now: datetime, *, age: float = 0.0, **facts: Any) -> Delivery:
    known = {
        "channel": "webhook",
        "recipient_id": 1,
        "host": "https://receiver.example:443",
        "object_type": "EVENT",
        "object_id": "event",
        "operation": "CREATE",
        "notification_id": 1,
        "made_at": now - timedelta(seconds=age),
    }
    return Delivery(**{**known, **facts})


def test_a_quiet_system_has_zeros(db):
    assert measured() == ZEROS


def test_what_waits_is_counted_by_channel_and_the_age_is_of_what_is_due(now):
    soon, late = now + timedelta(hours=1), now - timedelta(seconds=45)
    delivery(now, age=30, due_at=store.AT_ONCE)
    delivery(now, age=900, due_at=None)
    delivery(now, age=900, due_at=soon)
    delivery(now, age=900, due_at=late)
    delivery(now, age=900, due_at=store.AT_ONCE, replayed_at=now - timedelta(seconds=10))
    delivery(now, age=5_000, state="delivered")
    delivery(now, age=5_000, state="dead")
    delivery(now, age=20, due_at=store.AT_ONCE, channel="another")

    assert measured() == {
        **ZEROS,
        **{name.replace("webhook", "another"): 0.0 for name in ZEROS if "webhook" in name},
        "vtn_deliveries_waiting{webhook}": 5.0,
        "vtn_deliveries_waiting{another}": 1.0,
        "vtn_deliveries_oldest_due_seconds": 45.0,
        "vtn_dead_letters": 1.0,
    }

    Delivery.objects.filter(due_at=late).delete()

    assert measured()["vtn_deliveries_oldest_due_seconds"] == 30.0


def test_counters_add_up_the_hours_of_this_month(now):
    this_month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    counts = {"attempts": 7, "failures": 2, "delivered": 4, "dead": 1, "seconds": 1.5}
    for hour in (this_month, this_month + timedelta(hours=1), this_month - timedelta(hours=1)):
        Tally.objects.create(hour=hour, channel="webhook", **counts)

    assert measured() == {
        **ZEROS,
        "vtn_delivery_attempts_total{webhook}": 14.0,
        "vtn_delivery_failures_total{webhook}": 4.0,
        "vtn_deliveries_delivered_total{webhook}": 8.0,
        "vtn_deliveries_given_up_total{webhook}": 2.0,
        "vtn_delivery_seconds_total{webhook}": 3.0,
    }


def test_changes_that_nobody_was_told_of_are_counted(now, retailer: Actor, program):
    retailer.post("/events", event_request(program))
    assert measured()["vtn_changes_untold"] == 2.0

    OutboxEntry.objects.filter(object_type="PROGRAM").update(made_at=now - timedelta(seconds=12))

    assert measured()["vtn_changes_oldest_untold_seconds"] == 12.0
    Untold.objects.all().delete()
    assert measured() == ZEROS


def test_hosts_and_callbacks_that_fail_are_counted(now, ven):
    hosts = {"open": now + timedelta(seconds=1), "over": now - timedelta(seconds=1), "closed": None}
    Circuit.objects.bulk_create(
        Circuit(host=host, failures=1, open_until=until, reason="") for host, until in hosts.items()
    )
    plant("ven", objectOperations=[object_operation(callbackUrl=f"https://{n}.example/") for n in range(7)])
    Callback.objects.filter(place__gte=1).update(failing_since=now)
    Callback.objects.filter(place__gte=4).update(broken_at=now)
    Callback.objects.filter(place=6).update(gone_at=now)
    Untold.objects.all().delete()

    assert measured() == {
        **ZEROS,
        "vtn_circuits_open": 1.0,
        "vtn_callbacks{failing}": 3.0,
        "vtn_callbacks{broken}": 2.0,
        "vtn_callbacks{gone}": 1.0,
    }


def test_it_is_text_that_prometheus_reads(db):
    answer = scrape()

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert b"# TYPE vtn_delivery_attempts_total counter\n" in answer.content
    assert b'vtn_deliveries_waiting{channel="webhook"} 0.0\n' in answer.content


@pytest.mark.parametrize("token", [None, "", "another", TOKEN + "x", TOKEN[:-1], "ü"])
def test_without_the_token_nothing_is_told(db, token):
    with CaptureQueriesContext(connection) as queries:
        answer = scrape(token)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="metrics"')
    assert answer.json()["detail"] == "This needs the token that METRICS_TOKEN names"
    assert len(queries) == 0


def test_another_scheme_is_no_token(db):
    answer = DjangoClient().get("/metrics", headers={"Authorization": f"Basic {TOKEN}"})

    assert answer.status_code == 401


@pytest.mark.parametrize("token", [None, "", TOKEN])
def test_it_is_off_unless_a_token_is_set(db, settings, token):
    settings.METRICS_TOKEN = ""

    answer = scrape(token)

    assert answer.status_code == 404
    assert answer.json() == DjangoClient().get("/nothing-here").json()


def test_it_is_only_read(db):
    assert DjangoClient().post("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 405


def test_it_looks_at_nothing_that_has_arrived(now):
    """Two queries, and of the deliveries only what waits or was given up: the plans scan no whole table."""
    Delivery.objects.bulk_create(
        delivery_of(now, object_id=f"event-{number}", state="delivered", ended_at=now)
        for number in range(5_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE vtn_delivery")

    with CaptureQueriesContext(connection) as queries:
        assert measured() == ZEROS

    assert len(queries) == 2
    scanned = [node for query in queries for node in _nodes(_plan(query["sql"]))]
    whole = [node["Relation Name"] for node in scanned if node["Node Type"] == "Seq Scan"]
    assert "vtn_delivery" not in whole
    assert "vtn_delivery" in [node.get("Relation Name") for node in scanned]


def _plan(query: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {query}")
        (answer,) = cursor.fetchone()
    return (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]


def _nodes(plan: Any) -> list[Any]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in _nodes(child))]
