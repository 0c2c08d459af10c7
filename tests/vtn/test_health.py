"""What load balancers ask."""

from __future__ import annotations

import pytest
from django.test import Client as DjangoClient


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_other_methods_than_those_that_read_are_not_allowed(db, settings, path):
    settings.METRICS_TOKEN = "secret"

    answer = DjangoClient(enforce_csrf_checks=True).post(path)

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


def test_a_process_that_has_its_database_is_ready(db):
    assert DjangoClient().get("/health/ready").json() == {"status": "ready"}
    assert DjangoClient().get("/health/live").json() == {"status": "live"}
