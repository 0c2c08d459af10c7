"""What is told to Prometheus of the broker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from participants.models import Publication
from vtn.models import OutboxEntry


def measured(settings):
    settings.METRICS_TOKEN = "a token"
    text = Client().get("/metrics", headers={"Authorization": "Bearer a token"}).content.decode()
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("vtn_publications")
    }


def change(made_at):
    return OutboxEntry.objects.create(
        object_type="EVENT", object_id="o", operation="CREATE", after={}, made_by="t", made_at=made_at
    )


def test_without_anything_to_publish_there_are_zeros(db, settings):
    assert measured(settings) == {
        "vtn_publications_waiting": 0.0,
        "vtn_publications_oldest_seconds": 0.0,
        "vtn_publications_refused": 0.0,
    }


def test_what_waits_for_the_broker_has_its_age_and_what_it_refused_is_counted_apart(db, settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    for seconds, refused_at in ((500, datetime(2026, 6, 1, tzinfo=UTC)), (90, None), (30, None)):
        entry = change(now - timedelta(seconds=seconds))
        Publication.objects.create(entry=entry, refused_at=refused_at)

    assert measured(settings) == {
        "vtn_publications_waiting": 2.0,
        "vtn_publications_oldest_seconds": 90.0,
        "vtn_publications_refused": 1.0,
    }
