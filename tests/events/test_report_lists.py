"""Lists of reports: whose, on what, when, which page; and a foreign report planted in each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from events.models import Report
from tests.conftest import event_request
from tests.events.reporting import one_value, post, report_request
from vtn.models import OutboxEntry

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


@pytest.fixture
def events(retailer, program) -> list[dict[str, Any]]:
    """Two of one programme, and one of another."""
    other = retailer.post("/programs", {"programName": "other"}).json()
    return [retailer.post("/events", event_request(of)).json() for of in (program, program, other)]


@pytest.fixture
def reports(ven, stranger, events) -> list[dict[str, Any]]:
    """A VEN's reports on each event, under two names; between them a stranger's like each of these."""
    mine = []
    for event in events:
        for name in ("ven-1", "ven-2"):
            written = report_request(event, clientName=name)
            post(stranger, written)
            mine.append(post(ven, written))
    return mine


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [report["id"] for report in answer.json()]


FILTERS: dict[str, Any] = {
    "programID": lambda events: events[0]["programID"],
    "eventID": lambda events: events[1]["id"],
    "clientName": lambda events: "ven-2",
    "x-start": lambda events: "2026-06-01T02:00:00Z",
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "names", [names for count in range(5) for names in combinations(FILTERS, count)], ids=", ".join
)
def test_filters_add_up_and_a_ven_finds_its_own_alone(ven, retailer, events, reports, dialect, names):
    query = {name: FILTERS[name](events) for name in names}
    admitted = [
        report
        for report in reports
        if ("programID" not in names or report["eventID"] in (events[0]["id"], events[1]["id"]))
        and ("eventID" not in names or report["eventID"] == events[1]["id"])
        and ("clientName" not in names or report["clientName"] == "ven-2")
    ]

    assert ids(ven.at(dialect).get("/reports", query)) == [report["id"] for report in admitted]
    assert len(ids(retailer.at(dialect).get("/reports", query))) == 2 * len(admitted)


@pytest.mark.parametrize("query", [{}, {"x-start": "2026-06-01T00:00:00Z"}, {"clientName": "ven-1"}])
def test_pages_are_of_what_is_seen_oldest_first(ven, retailer, reports, query):
    of_ven = ids(ven.get("/reports", query))
    of_all = ids(retailer.get("/reports", query))

    assert of_ven == [each for each in of_all if each in of_ven]
    assert of_all == sorted(of_all)
    pages = [ids(ven.get("/reports", {**query, "skip": skip, "limit": 2})) for skip in range(0, 8, 2)]
    assert [each for page in pages for each in page] == of_ven
    assert ids(ven.get("/reports", {**query, "limit": 0})) == []
    assert ids(ven.get("/reports", {**query, "skip": 2**31 - 1})) == []


@pytest.mark.parametrize("query", [{"programID": "nope"}, {"eventID": "nope"}, {"clientName": ""}])
def test_what_is_not_there_has_no_reports(ven, retailer, reports, query):
    assert ids(ven.get("/reports", query)) == ids(retailer.get("/reports", query)) == []


class TestWindows:
    """Of a report from 00:00 to 03:00."""

    @pytest.mark.parametrize(
        ("from_at", "to_at", "is_found"),
        [
            (None, None, True),
            ("2026-06-01T02:59:59.999999Z", None, True),
            ("2026-06-01T03:00:00Z", None, False),
            (None, "2026-06-01T00:00:00.000001Z", True),
            (None, "2026-06-01T00:00:00Z", False),
            ("2026-06-01T01:00:00Z", "2026-06-01T02:00:00Z", True),
            ("2026-06-01T01:00:00Z", "2026-06-01T01:00:00Z", False),
            ("2026-06-01T02:00:00Z", "2026-06-01T01:00:00Z", False),
            ("2026-06-01T03:30:00+02:00", "2026-06-01T04:30:00+02:00", True),
        ],
    )
    def test_bounds_are_half_open(self, ven, event, from_at, to_at, is_found):
        post(ven, report_request(event))
        query = {name: text for name, text in (("x-start", from_at), ("x-end", to_at)) if text}

        assert len(ids(ven.get("/reports", query))) == is_found

    def test_a_report_without_times_always_matches(self, ven, event):
        post(ven, one_value(event, 1, id=77))
        post(ven, report_request(event, resources=[]))

        assert len(ids(ven.get("/reports", {"x-start": "2040-01-01T00:00:00Z"}))) == 2
        assert len(ids(ven.get("/reports", {"x-end": "1990-01-01T00:00:00Z"}))) == 2

    def test_an_open_end_matches_for_ever(self, ven, event):
        forever = {"start": "2026-06-01T00:00:00Z", "duration": "P9999Y"}
        post(ven, one_value(event, 1, intervalPeriod=forever))

        assert len(ids(ven.get("/reports", {"x-start": "9000-01-01T00:00:00Z"}))) == 1
        assert ids(ven.get("/reports", {"x-end": "2026-06-01T00:00:00Z"})) == []

    def test_an_instant_is_in_the_window_that_begins_with_it(self, ven, event):
        post(ven, one_value(event, 1, intervalPeriod={"start": "2026-06-01T00:00:00Z"}))

        assert len(ids(ven.get("/reports", {"x-start": "2026-06-01T00:00:00Z"}))) == 1
        assert ids(ven.get("/reports", {"x-end": "2026-06-01T00:00:00Z"})) == []

    def test_order_is_that_of_creation_whatever_the_times(self, ven, event):
        hours = [5, 1, 3]
        made = [
            post(
                ven,
                one_value(event, 1, intervalPeriod={"start": f"2026-06-01T0{n}:00:00Z", "duration": "PT1H"}),
            )["id"]
            for n in hours
        ]

        assert ids(ven.get("/reports", {"x-start": "2026-06-01T00:00:00Z"})) == made
        assert ids(ven.get("/reports", {"x-start": "2026-06-01T02:30:00Z"})) == [made[0], made[2]]

    @pytest.mark.parametrize(
        "query", [{"x-start": "soon"}, {"x-end": "2026-06-01"}, {"x-start": "0001-01-01"}]
    )
    def test_what_is_no_moment_is_refused(self, ven, query):
        assert ven.get("/reports", query).status_code == 400


class TestOneDialectInTheOther:
    def test_a_start_that_3_1_leaves_out_is_there_in_3_0_1(self, ven, event):
        report = post(ven, one_value(event, 1, intervalPeriod={"duration": "PT1H"}))

        def period(door: Any) -> Any:
            (shown,) = door.get("/reports").json()
            assert shown == door.get(f"/reports/{report['id']}").json()
            return shown["resources"][0]["intervals"][0]["intervalPeriod"]

        assert period(ven) == {"duration": "PT1H"}
        assert period(ven.at("3.0.1")) == {"start": "0001-01-01T00:00:00Z", "duration": "PT1H"}

    def test_year_0_of_3_0_1_is_year_1_in_3_1(self, ven, event):
        written = {**one_value(event, 1), "programID": event["programID"]}
        written["resources"][0]["intervalPeriod"] = {"start": "0000-00-00", "duration": "PT1H"}
        report = post(ven.at("3.0.1"), written)

        assert report["resources"][0]["intervalPeriod"]["start"] == "0000-00-00"
        shown = ven.get(f"/reports/{report['id']}").json()
        assert shown["resources"][0]["intervalPeriod"]["start"] == "0001-01-01T00:00:00Z"

    def test_where_they_agree_one_text_is_stored(self, ven, event):
        post(ven, report_request(event))

        assert Report.objects.get().document_301 is None


class TestMirrors:
    """`modifiedSince`, an extension."""

    def test_what_was_changed_comes_in_the_order_of_change(self, ven, stranger, events, reports):
        since = OutboxEntry.objects.latest("id").made_at + timedelta(microseconds=1)
        query = {"modifiedSince": since.isoformat(), "includeDeleted": "true"}
        assert ids(ven.get("/reports", query)) == []

        changed = ven.put(f"/reports/{reports[3]['id']}", report_request(events[1], clientName="ven-2"))
        ven.delete(f"/reports/{reports[0]['id']}")

        found = ven.get("/reports", query).json()
        assert found == [changed.json(), {**found[1], "id": reports[0]["id"], "isDeleted": True}]
        assert ids(ven.get("/reports", {**query, "eventID": events[0]["id"]})) == [reports[0]["id"]]
        assert ids(ven.get("/reports", {**query, "eventID": events[1]["id"]})) == [reports[3]["id"]]
        assert len(ids(ven.get("/reports", {**query, "programID": events[0]["programID"]}))) == 2
        assert ids(stranger.get("/reports", query)) == []

    def test_the_window_counts_as_well(self, ven, event):
        post(ven, report_request(event))
        query = {"modifiedSince": datetime(2020, 1, 1, tzinfo=UTC).isoformat()}

        assert len(ids(ven.get("/reports", {**query, "x-start": "2026-06-01T00:00:00Z"}))) == 1
        assert ids(ven.get("/reports", {**query, "x-start": "2026-06-02T00:00:00Z"})) == []
