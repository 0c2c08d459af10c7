"""The page of a VEN shows what came of the reports that it was asked for, against what was expected."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from events.reports.ven_shown import reports_of
from participants.models import Ven
from tests.conftest import event_request
from tests.events.reporting import one_value, post, report_request
from tests.events.reports.conftest import asking_request
from tests.events.reports.telling import captions, of

FUTURE = {"start": "2100-01-01T00:00:00Z", "duration": "PT1H"}


def page(browser):
    response = browser.get(reverse("admin:participants_ven_change", args=[Ven.objects.get().pk]))
    assert response.status_code == 200
    return response.text


def test_expected_stands_against_received(staff, ven, asking):
    post(ven, report_request(asking, resources=[of("meter", 1, None, 3), of("pump", 2, type_="DEMAND")]))

    text = page(staff)

    assert captions(text) == [
        "meter, USAGE: from 1.0 to 3.0; 2 of the event's 3 intervals",
        "pump, DEMAND: from 2.0 to 2.0",
    ]
    assert "It asks for USAGE." in text
    charts, record = reverse("admin:events_report_charts"), Ven.objects.get()
    link = f"{charts}?ven={record.pk}&event={asking['id']}"
    assert f'href="{escape(link)}"' in text
    assert captions(staff.get(link).text) == captions(text)


def test_of_what_never_came_there_is_a_gap_and_of_words_there_is_none(staff, ven, asking):
    assert captions(page(staff)) == ["USAGE: nothing has come; 0 of the event's 3 intervals"]

    post(ven, one_value(asking, "fine"))
    text = page(staff)
    assert captions(text) == []
    assert "No number has come, and none is missing." in text


def test_only_the_last_that_have_begun_and_ask_this_ven_are_shown(staff, retailer, ven, program):
    for name, members in {
        "gone by": {},
        "first": {"targets": ["north"]},
        "second": {},
        "third": {},
        "of others": {"targets": ["south"]},
        "to come": {"intervalPeriod": FUTURE},
    }.items():
        assert retailer.post("/events", asking_request(program, eventName=name, **members)).status_code == 201
    assert retailer.post("/events", event_request(program, eventName="asks nothing")).status_code == 201
    none_asked = event_request(program, eventName="empty list", reportDescriptors=[])
    assert retailer.post("/events", none_asked).status_code == 201

    text = str(reports_of(Ven.objects.get()))

    assert re.findall("<h3><a [^>]*>(.*?)</a></h3>", text) == ["third", "second", "first"]


def test_a_ven_without_a_client_and_one_that_is_asked_nothing_have_pages_too(staff, ven, event):
    assert "No event that has begun asks it for reports." in page(staff)

    Ven.objects.update(client_id=None)
    assert reports_of(Ven.objects.get()) == "–"
    assert page(staff)


def test_who_may_not_see_reports_is_shown_none(ven, asking):
    person = User.objects.create_user("someone", is_staff=True)
    person.user_permissions.set([Permission.objects.get(codename="view_ven")])
    browser = Browser()
    browser.force_login(person)
    assert "rep-chart" not in page(browser)

    person.user_permissions.add(Permission.objects.get(codename="view_report"))
    assert "rep-chart" in page(browser)


@pytest.mark.parametrize("reports", [1, 12])
def test_its_queries_are_two_for_each_event_and_four(staff, retailer, ven, program, reports):
    record = Ven.objects.get()
    for _ in range(3):
        asking = retailer.post("/events", asking_request(program)).json()
        for _ in range(reports):
            post(ven, report_request(asking, resources=[of("meter", 1), of("pump", 2)]))

    with CaptureQueriesContext(connection) as queries:
        assert reports_of(record)

    assert len(queries) == 10
