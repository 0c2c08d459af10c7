"""Whose reports are, who may read and write them, and on which events."""

from __future__ import annotations

import pytest

from events.models import Reading, Report
from participants import tokens
from tests.conftest import Actor, event_request
from tests.events.reporting import post, report_request
from vtn.models import OutboxEntry

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


def ven_with(*scopes: str) -> Actor:
    return Actor(token=tokens.issue(client_id="ven", scopes=[*scopes]).text)


class TestWhoseTheyAre:
    def test_ones_own_are_stamped_with_the_client(self, ven, event):
        assert post(ven, report_request(event))["clientID"] == "ven"

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_ven_sees_and_changes_its_own_alone(self, ven, stranger, event, dialect):
        mine = post(ven, report_request(event))
        before = list(Report.objects.values()), list(Reading.objects.values()), OutboxEntry.objects.count()
        door, path = stranger.at(dialect), f"/reports/{mine['id']}"

        assert door.get("/reports").json() == []
        for answer in (
            door.get(path),
            door.put(path, report_request(event, dialect)),
            door.delete(path),
        ):
            assert (answer.status_code, answer.json()["detail"]) == (
                404,
                f"There is no report '{mine['id']}'",
            )
        assert before == (
            list(Report.objects.values()),
            list(Reading.objects.values()),
            OutboxEntry.objects.count(),
        )

    def test_business_logic_sees_all_and_writes_none(self, retailer, ven, stranger, event):
        reports = [post(ven, report_request(event)), post(stranger, report_request(event))]
        entries = OutboxEntry.objects.count()
        path = f"/reports/{reports[0]['id']}"

        assert retailer.get("/reports").json() == reports
        for answer in (
            retailer.post("/reports", report_request(event)),
            retailer.put(path, report_request(event)),
            retailer.delete(path),
        ):
            assert answer.json() == {
                "title": "Forbidden",
                "status": 403,
                "detail": "This needs the scope write_reports",
            }
        assert retailer.get("/reports").json() == reports
        assert OutboxEntry.objects.count() == entries

    def test_business_logic_that_holds_the_scope_writes(self, trusted, ven, event):
        of_ven = post(ven, report_request(event))

        own = post(trusted, report_request(event))
        changed = trusted.put(f"/reports/{of_ven['id']}", report_request(event, reportName="mended"))

        assert own["clientID"] == "trusted"
        assert (changed.status_code, changed.json()["clientID"]) == (200, "ven")
        assert ven.get("/reports").json() == [changed.json()]
        assert trusted.delete(f"/reports/{of_ven['id']}").status_code == 200
        assert ven.get("/reports").json() == []

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_without_a_token_there_is_nothing(self, nobody, ven, event, dialect):
        report = post(ven, report_request(event))

        for answer in (
            nobody.at(dialect).get("/reports"),
            nobody.at(dialect).get(f"/reports/{report['id']}"),
            nobody.at(dialect).post("/reports", report_request(event, dialect)),
            nobody.at(dialect).put(f"/reports/{report['id']}", report_request(event, dialect)),
            nobody.at(dialect).delete(f"/reports/{report['id']}"),
        ):
            assert answer.status_code == 401

    def test_read_all_opens_nothing_in_3_1(self, ven, event):
        post(ven, report_request(event))
        reader = ven_with("read_all", "write_reports")

        assert reader.get("/reports").status_code == 403
        assert len(reader.at("3.0.1").get("/reports").json()) == 1

    def test_writing_needs_the_scope(self, ven, event):
        report = post(ven, report_request(event))
        reader = ven_with("read_all", "read_ven_objects")
        entries = OutboxEntry.objects.count()

        for answer in (
            reader.post("/reports", report_request(event)),
            reader.put(f"/reports/{report['id']}", report_request(event)),
            reader.delete(f"/reports/{report['id']}"),
        ):
            assert answer.status_code == 403
        assert (Report.objects.count(), OutboxEntry.objects.count()) == (1, entries)

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_who_may_not_write_is_told_so_before_the_body_is_looked_at(self, retailer, dialect):
        assert retailer.at(dialect).post("/reports", "no JSON").status_code == 403


class TestTheEventOfAReport:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_one_that_is_hidden_is_refused_as_if_it_were_not_there(self, retailer, ven, program, dialect):
        hidden = retailer.post("/events", event_request(program, targets=["south"])).json()
        shown = retailer.post("/events", event_request(program, targets=["north"])).json()
        entries = OutboxEntry.objects.count()

        refused = ven.at(dialect).post("/reports", report_request(hidden, dialect))
        unknown = ven.at(dialect).post("/reports", report_request({**hidden, "id": "nope"}, dialect))

        assert refused.json() == {
            "title": "Bad Request",
            "status": 400,
            "detail": f"eventID: there is no event '{hidden['id']}'",
        }
        assert unknown.json()["detail"] == "eventID: there is no event 'nope'"
        assert (Report.objects.count(), OutboxEntry.objects.count()) == (0, entries)
        assert ven.at(dialect).post("/reports", report_request(shown, dialect)).status_code == 201

    def test_in_3_0_1_its_program_is_named_as_well(self, ven, event):
        door = ven.at("3.0.1")
        wrong = {**report_request(event, "3.0.1"), "programID": "another"}
        report = post(door, report_request(event, "3.0.1"))
        entries = OutboxEntry.objects.count()

        for answer in (door.post("/reports", wrong), door.put(f"/reports/{report['id']}", wrong)):
            assert answer.json()["detail"] == (
                f"programID: the event '{event['id']}' belongs to '{event['programID']}'"
            )
            assert answer.status_code == 400
        assert (Report.objects.count(), OutboxEntry.objects.count()) == (1, entries)

    def test_it_stays(self, retailer, ven, program, event):
        other = retailer.post("/events", event_request(program)).json()
        report = post(ven, report_request(event))
        entries = OutboxEntry.objects.count()

        answer = ven.put(f"/reports/{report['id']}", report_request(other))

        assert (answer.status_code, answer.json()["detail"]) == (
            400,
            f"eventID: the report is on '{event['id']}' and cannot be moved",
        )
        assert ven.get(f"/reports/{report['id']}").json() == report
        assert OutboxEntry.objects.count() == entries

    def test_a_report_outlives_it_and_can_still_be_mended(self, retailer, ven, event):
        report = post(ven, report_request(event))
        assert retailer.delete(f"/events/{event['id']}").status_code == 200

        answer = ven.put(f"/reports/{report['id']}", report_request(event, reportName="mended"))

        assert (answer.status_code, answer.json()["reportName"]) == (200, "mended")
        assert ven.get("/reports").json() == [answer.json()]
        assert ven.post("/reports", report_request(event)).status_code == 400
