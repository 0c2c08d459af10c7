"""Charts across reports: what staff ask for is drawn, told as a table, and the same as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.models import Event
from events.reports import across
from events.reports.across import Question, Told
from events.reports.charts.curves import Span
from events.reports.export import COLUMNS
from participants.models import Ven
from tests.conftest import event_request
from tests.events.reporting import one_value, post, report_request
from tests.events.reports.telling import captions, of

PAGE = reverse("admin:events_report_charts")
MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCRIPT = "<script>alert(1)</script>"


def ask(staff, **query):
    response = staff.get(PAGE, query)
    assert response.status_code == 200
    return response.text


def file_of(staff, **query):
    response = staff.get(PAGE, {**query, "format": "csv"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(b"".join(response).decode())))


def test_several_reports_are_a_curve_of_each_resource_and_tell_their_gaps(staff, ven, asking):
    post(ven, report_request(asking, resources=[of("meter", 1.5), of("pump", 7, 8, 9)]))
    post(ven, report_request(asking, resources=[of("meter", -2, hour=2)]))

    text = ask(staff, ven="ven")

    assert captions(text) == [
        "meter, USAGE: from -2.0 to 1.5; 2 of the event's 3 intervals",
        "pump, USAGE: from 7.0 to 9.0; 3 of the event's 3 intervals",
    ]
    assert text.count('<rect class="bar"') == 5
    assert text.count('<rect class="gap"') == 1
    assert "<td>meter</td><td>USAGE</td><td>2026-06-01 01:00:00 UTC</td>" in text
    assert text.count(reverse("admin:events_report_changelist") + "0") == 5  # each row leads to its report


def test_the_file_is_exactly_what_is_shown(staff, ven, asking):
    first = post(ven, report_request(asking, resources=[of("meter", 1.5, "none", 0.10)]))
    text = ask(staff, ven="ven", resource="meter")
    link = re.search(r'href="\?([^"]*format=csv[^"]*)"', text)[1].replace("&amp;", "&")
    post(ven, report_request(asking, resources=[of("meter", 99)]))  # after the page was shown

    rows = list(csv.DictReader(io.StringIO(b"".join(staff.get(f"{PAGE}?{link}")).decode())))

    assert [(row["report_id"], row["interval_id"], row["number"], row["text"]) for row in rows] == [
        (first["id"], "2", "0.1", ""),
        (first["id"], "1", "", "none"),
        (first["id"], "0", "1.5", ""),
    ]
    shown = re.findall(r"<tr><td>ven</td><td>meter</td><td>(\d)</td>.*?<td>USAGE</td><td>(.*?)</td>", text)
    assert shown == [("2", "0.1"), ("1", "none"), ("0", "1.5")]
    assert len(file_of(staff, ven="ven")) == 4


def test_what_is_told_of_a_reading_is_what_an_export_has():
    assert Told._fields == tuple(COLUMNS)


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ({"ven": "ven"}, ["1", "2", "3", "4"]),
        ({"ven": "stranger"}, ["50"]),
        ({"ven": "ven", "resource": "meter"}, ["1", "2", "4"]),
        ({"ven": "ven", "payload_type": "DEMAND"}, ["4"]),
        ({"event": "EVENT"}, ["1", "2", "3", "4", "50"]),
        ({"event": "EVENT", "ven": "stranger"}, ["50"]),
        ({"event": "EVENT", "payload_type": "USAGE", "resource": "meter"}, ["1", "2", "50"]),
        ({"event": "prices", "ven": "ven"}, ["1", "2", "3", "4"]),
        ({"from_at": "2026-06-01T01:00", "to_at": "2026-06-01T02:00"}, ["2"]),
        ({"from_at": "2026-06-01T02:00"}, []),
        ({"to_at": "2026-06-01T01:00"}, ["1", "3", "4", "50"]),
        ({"ven": "ven", "to_at": "2026-06-01T01:00"}, ["1", "3", "4"]),
        ({"event": "EVENT", "to_at": "2026-06-01T01:00"}, ["1", "3", "4", "50"]),
        ({"event": "EVENT", "ven": "ven", "from_at": "2026-06-01T01:00"}, ["2"]),
        ({"ven": "ven", "upto": "0"}, []),
    ],
)
def test_a_question_is_answered_with_what_it_asks_for(staff, ven, stranger, event, query, values):
    post(ven, report_request(event, resources=[of("meter", 1, 2), of("pump", 3)]))
    post(ven, report_request(event, resources=[of("meter", 4, type_="DEMAND")]))
    post(stranger, report_request(event, resources=[of("meter", 50)]))
    query = {name: event["id"] if value == "EVENT" else value for name, value in query.items()}

    assert sorted(row["number"] for row in file_of(staff, **query)) == sorted(values)


def test_of_several_vens_each_is_named_and_held_against_what_it_reported_on(
    staff, retailer, ven, stranger, program, event, asking
):
    post(ven, report_request(asking, resources=[of("meter", 1)]))
    post(stranger, report_request(event, resources=[of("meter", 2)]))

    text = ask(staff, from_at="2026-06-01T00:00", to_at="2026-06-01T02:00")

    assert captions(text) == [
        "stranger, meter, USAGE: from 2.0 to 2.0; 1 of the event's 2 intervals",
        "ven, meter, USAGE: from 1.0 to 1.0; 1 of the event's 2 intervals",
    ]


def test_what_was_asked_for_and_never_came_is_a_gap(staff, retailer, ven, asking):
    text = ask(staff, event=asking["id"])
    assert captions(text) == ["USAGE: nothing has come; 0 of the event's 3 intervals"]

    post(ven, one_value(asking, "on", type_="USAGE"))  # no number, but something
    assert "It has no numbers of a known time." in ask(staff, event=asking["id"])


def test_of_what_is_cut_off_no_gap_is_told(staff, ven, asking, monkeypatch):
    monkeypatch.setattr(across, "MOST_READINGS", 2)
    post(ven, report_request(asking, resources=[of("meter", 1, 2, 3)]))

    text = ask(staff, ven="ven")

    assert "These are the last" in text
    assert captions(text) == ["meter, USAGE: from 2.0 to 3.0"]
    assert [row["number"] for row in file_of(staff, ven="ven")] == ["3", "2"]

    monkeypatch.setattr(across, "MOST_READINGS", 3)
    monkeypatch.setattr(across, "MOST_REPORTS", 1)
    assert "These are the last" not in ask(staff, ven="ven")
    post(ven, report_request(asking, resources=[of("meter", 4)]))
    assert "These are the last" in ask(staff, ven="ven")
    assert [row["number"] for row in file_of(staff, ven="ven")] == ["4"]


def test_reports_outlive_their_event_and_their_ven(staff, retailer, ven, event):
    post(ven, report_request(event))
    assert retailer.delete(f"/events/{event['id']}").status_code == 200
    Ven.objects.all().delete()

    assert captions(ask(staff, event=event["id"], ven="ven")) == ["meter-1, USAGE: from 0.1 to 2.1"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"ven": ""}, "Say whose readings"),
        ({"payload_type": "USAGE"}, "Say whose readings"),
        ({"ven": "nobody"}, "There is none"),
        ({"ven": SCRIPT}, "There is none"),
        ({"ven": "ven\0"}, "Null characters are not allowed"),
        ({"ven": "v" * 129}, "at most 128 characters"),
        ({"event": "nothing"}, "There is none"),
        ({"event": SCRIPT}, "There is none"),
        ({"resource": "no such"}, "There is no such resource"),
        ({"resource": SCRIPT}, "There is no such resource"),
        ({"ven": "ven", "resource": "no such"}, "No reading answers this."),
        ({"ven": "ven", "payload_type": SCRIPT}, "No reading answers this."),
        ({"ven": "ven", "payload_type": "'; DROP TABLE events_report; --%"}, "No reading answers this."),
        ({"ven": "ven", "payload_type": "U" * 129}, "at most 128 characters"),
        ({"from_at": "yesterday"}, "Enter a valid date/time."),
        ({"from_at": "2026-02-30T00:00"}, "Enter a valid date/time."),
        ({"from_at": "0001-01-01T00:00"}, "Between the years 2000 and 2200"),
        ({"to_at": "9999-12-31T23:59"}, "Between the years 2000 and 2200"),
        ({"from_at": "2016-06-01T00:00", "to_at": "2026-06-01T00:00"}, "At most 92 days at once"),
        ({"from_at": "2026-06-02T00:00", "to_at": "2026-06-01T00:00"}, "It ends before it begins"),
        ({"from_at": "2026-06-01T00:00", "to_at": "2026-06-01T00:00"}, "It ends before it begins"),
        ({"ven": "ven", "upto": "u" * 129}, "at most 128 characters"),
        ({"ven": "ven", "upto": "\U0001f600"}, ""),
    ],
)
def test_what_cannot_be_answered_is_said(staff, ven, event, query, said):
    post(ven, report_request(event))

    text = ask(staff, **query)

    assert said in text
    assert SCRIPT not in text
    assert SCRIPT.encode() not in b"".join(staff.get(PAGE, {**query, "format": "csv"}))


def test_where_several_may_be_meant_they_are_offered(staff, retailer, ven, stranger, program):
    for name in ("north hall", "north wing"):
        made = retailer.post("/vens", {"objectType": "BL_VEN_REQUEST", "venName": name, "clientID": name[:7]})
        assert made.status_code == 201, made.content
        resource = {"objectType": "BL_RESOURCE_REQUEST", "resourceName": "meter", "venID": made.json()["id"]}
        assert retailer.post("/resources", resource).status_code == 201

    text = ask(staff, ven="north", payload_type="USAGE")
    wing = Ven.objects.get(ven_name="north wing")
    assert "Which one is meant?" in text
    assert f'<a href="?ven={wing.pk}&amp;payload_type=USAGE">north wing</a>' in text

    text = ask(staff, resource="meter")
    assert "Of which VEN?" in text
    assert f'<a href="?resource=meter&amp;ven={wing.pk}">north wing</a>' in text


def test_who_may_not_see_reports_gets_nothing(ven, event):
    post(ven, report_request(event))
    person = User.objects.create_user("someone", is_staff=True)
    names = ("view_event", "view_ven")
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    browser = Browser()
    browser.force_login(person)

    assert browser.get(PAGE, {"ven": "ven"}).status_code == 403
    assert browser.get(PAGE, {"ven": "ven", "format": "csv"}).status_code == 403
    assert Browser().get(PAGE, {"ven": "ven"}).status_code == 302

    person.user_permissions.add(Permission.objects.get(codename="view_report"))
    assert browser.get(PAGE, {"ven": "ven"}).status_code == 200


def test_the_list_and_the_event_lead_to_it(staff, ven, event):
    assert PAGE in staff.get(reverse("admin:events_report_changelist")).text
    page = staff.get(reverse("admin:events_event_change", args=[event["id"]])).text
    assert f"{PAGE}?event={event['id']}" in page


def test_its_queries_are_as_many_for_many_reports_as_for_few(staff, retailer, ven, stranger, program, event):
    query = {"ven": "ven", "from_at": "2026-06-01T00:00", "to_at": "2026-06-02T00:00"}

    def number():
        with CaptureQueriesContext(connection) as queries:
            ask(staff, **query)
        return len(queries)

    post(ven, report_request(event))
    few = number()
    for _ in range(3):
        other = retailer.post("/events", event_request(program)).json()
        for _ in range(4):
            post(ven, report_request(other))
    assert (few, number()) == (8, 8)
    query = {"from_at": "2026-06-01T00:00"}
    post(stranger, report_request(event))
    assert number() == 7


WEEK = Span(MIDNIGHT, MIDNIGHT + timedelta(days=7))


# Autovacuum may have come by while next to nothing was there, and of that any plan is good.
_NOBODY_HAS_COUNTED = """
    WITH months AS (SELECT relid FROM pg_partition_tree('events_report'))
    UPDATE pg_class SET reltuples = -1, relpages = 0
    WHERE oid IN (SELECT relid FROM months UNION ALL
        SELECT indexrelid FROM pg_index JOIN months ON indrelid = relid)
"""


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (Question(client_id="ven"), "_client_id_id_idx"),
        (Question(event_id="e"), "_event_id_id_idx"),
        (Question(client_id="ven", event_id="e"), "_id_id_idx"),
        (Question(window=WEEK), "_span_created_at_idx"),
        (Question(client_id="ven", window=WEEK), "_client_id_span_created_at_idx"),
        (Question(event_id="e", window=WEEK), "_event_id_span_created_at_idx"),
    ],
)
def test_reports_are_found_by_an_index_that_gives_the_newest_first(db, question, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(_NOBODY_HAS_COUNTED)

    plan = across._newest(question).explain()

    scans = [line for line in plan.splitlines() if "Scan" in line]
    assert scans
    assert all(index in line for line in scans)
    assert "Sort  (" not in plan  # of several months, each in its order, the first are merged


def test_an_event_that_is_repeated_expects_nothing(staff, ven, event):
    Event.objects.update(repeats_every=timedelta(days=1))
    post(ven, report_request(event))

    assert captions(ask(staff, ven="ven")) == ["meter-1, USAGE: from 0.1 to 2.1"]


def test_an_answer_tells_the_newest_first(db, ven, event):
    for value in (1, 2):
        post(ven, report_request(event, resources=[of("meter", value, value + 0.5)]))

    answer = across.read(Question(client_id="ven"))

    assert [float(told.number) for told in answer.readings] == [2.5, 2, 1.5, 1]
    assert answer.reported == (("ven", event["id"]),)
    assert not answer.is_cut


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York"])
@pytest.mark.parametrize("start", ["9999-12-31T22:00:00Z", "9999-12-31T23:59:58Z", "0001-01-01T00:00:01Z"])
def test_what_a_ven_writes_of_the_end_of_time_is_shown_in_every_zone(
    staff, ven, asking, program, retailer, settings, zone, start
):
    """A calendar ends there: in Amsterdam 9999 is over two hours before it is in London."""
    settings.TIME_ZONE = zone
    period = {"start": start, "duration": "PT1S"}
    interval = {"id": 0, "intervalPeriod": period, "payloads": [{"type": "USAGE", "values": [7]}]}
    report = post(ven, report_request(asking, resources=[{"resourceName": "m", "intervals": [interval]}]))
    event = retailer.post("/events", event_request(program, intervalPeriod=period)).json()
    owner = Ven.objects.get(ven_name="ven")

    texts = [
        staff.get(page).text
        for page in (
            reverse("admin:events_report_change", args=[report["id"]]),
            reverse("admin:events_report_changelist"),
            f"{PAGE}?ven=ven",
            reverse("admin:participants_ven_change", args=[owner.pk]),
            reverse("admin:events_event_change", args=[event["id"]]),
            reverse("admin:events_event_changelist"),
        )
    ]

    drawn = [captions(text)[0].partition(";")[0] for text in texts if captions(text)]
    assert drawn == ["m, USAGE: from 7.0 to 7.0"] * 3
    assert staff.get(reverse("admin:index")).status_code == 200
