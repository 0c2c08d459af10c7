"""Reports through the doors: every operation in every dialect, and what a client wrote comes back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Reading, Report
from tests.events.reporting import one_value, post, report_request
from vtn.models import OutboxEntry

NOW = "0001-01-01T00:00:00Z"
DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


def metadata(of: dict[str, Any]) -> dict[str, Any]:
    return {name: of[name] for name in ("id", "createdDateTime", "modificationDateTime", "objectType")}


def full_report(event: dict[str, Any], dialect: str) -> dict[str, Any]:
    """Every member of a report that both dialects have, each with a value."""
    period = {"start": "2023-06-15T09:30:00Z", "duration": "PT1H", "randomizeStart": "PT1H"}
    return {
        **({} if dialect == "3.1.0" else {"programID": event["programID"]}),
        "eventID": event["id"],
        "clientName": "VEN-999",
        "reportName": "Battery_usage_04112023",
        "payloadDescriptors": [
            {
                "objectType": "REPORT_PAYLOAD_DESCRIPTOR",
                "payloadType": "USAGE",
                "readingType": "DIRECT_READ",
                "units": "KWH",
                "accuracy": 0.5,
                "confidence": 100,
            }
        ],
        "resources": [
            {
                "resourceName": "RESOURCE-999",
                "intervalPeriod": period,
                "intervals": [
                    {"id": 0, "intervalPeriod": period, "payloads": [{"type": "USAGE", "values": [0.17]}]},
                    {"id": 7, "intervalPeriod": period, "payloads": []},
                ],
            },
            {"resourceName": "AGGREGATED_REPORT", "intervals": []},
        ],
    }


def owned(dialect: str) -> dict[str, str]:
    return {"clientID": "ven"} if dialect == "3.1.0" else {}


class TestEveryOperation:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_report_is_created_as_written(self, ven, event, dialect):
        written = full_report(event, dialect)

        answer = ven.at(dialect).post("/reports", written)

        report = answer.json()
        assert (answer.status_code, answer["Content-Type"]) == (201, "application/json")
        assert report == {**metadata(report), **owned(dialect), **written}
        assert report["objectType"] == "REPORT"
        assert report["createdDateTime"] == report["modificationDateTime"]
        assert datetime.fromisoformat(report["createdDateTime"]) == Report.objects.get().created_at

    @pytest.mark.parametrize("reading", DIALECTS)
    @pytest.mark.parametrize("writing", DIALECTS)
    def test_what_one_dialect_writes_the_other_reads(self, ven, retailer, event, writing, reading):
        created = post(ven.at(writing), full_report(event, writing))

        answer = ven.at(reading).get(f"/reports/{created['id']}")

        expected = {**metadata(created), **owned(reading), **full_report(event, reading)}
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert answer.json() == expected
        assert ven.at(reading).get("/reports").json() == [expected]
        assert retailer.at(reading).get("/reports").json() == [expected]
        assert retailer.at(reading).get(f"/reports/{created['id']}").json() == expected

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_put_replaces_all_of_it(self, ven, event, dialect):
        door = ven.at(dialect)
        created = post(door, full_report(event, dialect))
        bare = {
            name: value
            for name, value in full_report(event, dialect).items()
            if name in ("programID", "eventID")
        } | {"clientName": "another", "resources": []}

        answer = door.put(f"/reports/{created['id']}", bare)

        replaced = answer.json()
        assert answer.status_code == 200
        assert replaced == {**metadata(replaced), **owned(dialect), **bare}
        assert (replaced["id"], replaced["createdDateTime"]) == (created["id"], created["createdDateTime"])
        assert replaced["modificationDateTime"] > created["modificationDateTime"]
        assert door.get(f"/reports/{created['id']}").json() == replaced
        stored = Report.objects.get()
        assert (stored.client_name, stored.report_name, stored.resource_names) == ("another", "", [])
        assert (stored.span.lower, stored.span.upper) == (None, None)
        assert not Reading.objects.exists()

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_deleted_report_is_the_answer_and_is_gone(self, ven, event, dialect):
        door = ven.at(dialect)
        created = post(door, full_report(event, dialect))

        answer = door.delete(f"/reports/{created['id']}")

        assert (answer.status_code, answer.json()) == (200, created)
        assert door.get(f"/reports/{created['id']}").status_code == 404
        assert door.get("/reports").json() == []
        assert door.put(f"/reports/{created['id']}", full_report(event, dialect)).status_code == 404
        assert door.delete(f"/reports/{created['id']}").status_code == 404
        assert not Reading.objects.exists()

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_what_the_vtn_adds_is_ignored_when_a_client_sends_it(self, ven, event, dialect):
        lies = {"id": "mine", "createdDateTime": 5, "modificationDateTime": [], "objectType": "EVENT"}
        written = full_report(event, dialect)

        created = post(ven.at(dialect), {**written, **lies, "clientID": "somebody-else"})

        assert created == {**metadata(created), **owned(dialect), **written}
        assert created["id"] != "mine"
        assert Report.objects.get().client_id == "ven"

    def test_a_program_in_a_3_1_report_is_not_looked_at(self, ven, event):
        created = post(ven, {**report_request(event), "programID": "nonsense"})

        assert "programID" not in created
        assert ven.at("3.0.1").get(f"/reports/{created['id']}").json()["programID"] == event["programID"]

    def test_unknown_members_come_back(self, ven, event):
        written = report_request(event, private={"deep": [1, {"er": None}]}, reportName="x")
        written["resources"][0]["payloadDescriptors"] = [{"payLoadType": "USAGE"}]

        created = post(ven, written)

        assert created["private"] == {"deep": [1, {}]}
        assert created["resources"][0]["payloadDescriptors"] == [{"payLoadType": "USAGE"}]

    def test_a_start_that_only_3_0_1_needs_is_not_there_for_3_1_after_its_put(self, ven, event):
        written = report_request(event)
        written["resources"][0]["intervalPeriod"] = {"duration": "PT1H"}
        written["resources"][0]["intervals"][1]["intervalPeriod"] = {}
        path, old = f"/reports/{post(ven, written)['id']}", ven.at("3.0.1")

        read = old.get(path).json()
        read["resources"][0]["intervals"].append({"id": 3, "intervalPeriod": {"start": NOW}, "payloads": []})
        answer = old.put(path, {**read, "resources": [*read["resources"], read["resources"][0]]})

        assert answer.json()["resources"] == [read["resources"][0]] * 2
        kept, new = ven.get(path).json()["resources"]
        assert kept["intervalPeriod"] == {"duration": "PT1H"}
        assert [interval.get("intervalPeriod") for interval in kept["intervals"]] == [
            None,
            {},
            None,
            {"start": NOW},
        ]
        # What was not there before is as it was written.
        assert new == read["resources"][0]

    def test_null_means_absent(self, ven, event):
        written = {"eventID": event["id"], "clientName": "x", "resources": []}

        created = post(ven, {**written, "reportName": None, "payloadDescriptors": None, "unknown": None})

        assert created == {**metadata(created), **owned("3.1.0"), **written}

    def test_payload_descriptors_need_not_say_what_they_are(self, ven, event):
        created = post(ven, report_request(event, payloadDescriptors=[{"payloadType": "USAGE"}]))

        assert created["payloadDescriptors"] == [
            {"objectType": "REPORT_PAYLOAD_DESCRIPTOR", "payloadType": "USAGE"}
        ]

    def test_names_need_not_be_unique(self, ven, event):
        first, second = (post(ven, report_request(event)) for _ in range(2))

        assert first["id"] != second["id"]
        assert [report["id"] for report in ven.get("/reports").json()] == [first["id"], second["id"]]

    @pytest.mark.parametrize(
        "number",
        ["0.1", "0.10", "1e-7", "123456789.123456789123456789", "5", "12345678901234567890123"],
    )
    def test_numbers_stay_as_they_were_written(self, ven, event, number):
        written = json.dumps(one_value(event, "NUMBER")).replace('"NUMBER"', number)

        answer = ven.post("/reports", written)

        assert f'"values":[{number}]' in answer.content.decode().replace("E", "e")
        assert f'"values":[{number}]' in ven.get("/reports").content.decode().replace("E", "e")
        reading = Reading.objects.get()
        assert (reading.number, reading.text) == (Decimal(number), None)


class TestTheRecord:
    def test_every_change_is_recorded_whole(self, ven, event):
        created = post(ven, report_request(event))
        changed = ven.put(f"/reports/{created['id']}", report_request(event, reportName="mended")).json()
        ven.delete(f"/reports/{created['id']}")

        entries = OutboxEntry.objects.filter(object_type="REPORT").order_by("id")
        assert [(entry.operation, plain(entry.before), plain(entry.after)) for entry in entries] == [
            ("CREATE", None, created),
            ("UPDATE", created, changed),
            ("DELETE", changed, None),
        ]
        assert {(entry.made_by, entry.object_id) for entry in entries} == {("client:ven", created["id"])}

    def test_every_change_ends_the_kept_answers_that_it_is_in(
        self, ven, event, monkeypatch, django_capture_on_commit_callbacks
    ):
        moved: list[tuple[str, ...]] = []
        monkeypatch.setattr(
            "vtn.polling.versions.Versions.move", lambda self, change, keys: moved.append(keys)
        )

        with django_capture_on_commit_callbacks(execute=True):
            report = post(ven, report_request(event))
            ven.put(f"/reports/{report['id']}", report_request(event))
            ven.delete(f"/reports/{report['id']}")

        keys = (
            "reports:*",
            "reports:client:ven",
            f"reports:event:{event['id']}",
            f"reports:id:{report['id']}",
            f"reports:program:{event['programID']}",
        )
        assert moved == [keys] * 3

    def test_the_number_of_statements_is_known(self, ven, retailer, event):
        ven.get("/reports")  # the token is verified once

        counts = {}
        with CaptureQueriesContext(connection) as queries:
            report = post(ven, report_request(event))
        counts["create"] = len(queries)
        for name, ask in {
            "list": lambda: ven.get("/reports"),
            "list of an event": lambda: ven.get("/reports", {"eventID": event["id"]}),
            "list of a day": lambda: retailer.get("/reports", {"x-start": "2026-06-01T00:00:00Z"}),
            "read": lambda: ven.get(f"/reports/{report['id']}"),
            "update": lambda: ven.put(f"/reports/{report['id']}", report_request(event)),
            "delete": lambda: ven.delete(f"/reports/{report['id']}"),
        }.items():
            with CaptureQueriesContext(connection) as queries:
                assert ask().status_code == 200
            counts[name] = len(queries)

        # Of each, one is for the caller, and in tests two of a write are savepoints.
        assert counts == {
            "create": 3,
            "list": 2,
            "list of an event": 2,
            "list of a day": 2,
            "read": 2,
            "update": 6,
            "delete": 8,
        }


def plain(document: Any) -> Any:
    return None if document is None else json.loads(json.dumps(document, default=float))


def test_the_smallest_report_of_the_user_guide(ven, event):
    """§7.2, example 5."""
    created = post(
        ven,
        {"reportName": "minimalReport", "eventID": event["id"], "clientName": "myClient", "resources": []},
    )

    assert created["resources"] == []
    assert Report.objects.get().created_at <= datetime.now(UTC)
