"""What is kept of an event for the reports on it never lets in a report that the event no longer admits."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Report
from tests.conftest import Actor, event_request
from tests.events.reporting import post, report_request
from tests.vtn.polling.conftest import Door
from vtn.polling.state import polling


@pytest.fixture
def event(door: Door, retailer: Actor, program: dict[str, Any]) -> dict[str, Any]:
    """For the VEN, by its target."""
    return retailer.post("/events", event_request(program, targets=["north"])).json()


def test_a_report_on_a_known_event_is_one_statement(door, ven, event):
    post(ven, report_request(event))

    with CaptureQueriesContext(connection) as queries:
        post(ven, report_request(event))

    assert len(queries) == 1


def test_it_is_known_to_those_alone_who_may_see_it(door, ven, stranger, event):
    post(ven, report_request(event))

    assert stranger.post("/reports", report_request(event)).status_code == 400
    assert Report.objects.count() == 1


def test_a_change_of_its_targets_counts_at_once(door, ven, retailer, program, event):
    post(ven, report_request(event))

    retailer.put(f"/events/{event['id']}", event_request(program, targets=["south"]))

    assert ven.post("/reports", report_request(event)).status_code == 400
    assert Report.objects.count() == 1


def test_once_it_is_deleted_it_takes_no_report(door, ven, retailer, event):
    post(ven, report_request(event))

    retailer.delete(f"/events/{event['id']}")

    assert ven.post("/reports", report_request(event)).status_code == 400
    assert Report.objects.count() == 1


def test_nothing_is_kept_that_may_have_changed_unheard(door, ven, event):
    post(ven, report_request(event))

    polling().forget()  # as the listener does when its connection ends

    with CaptureQueriesContext(connection) as queries:
        post(ven, report_request(event))

    assert len(queries) == 3  # the caller, the event, the report
