"""Readings as CSV and Parquet: what comes out is what went in."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from pyarrow import parquet

from events.models import Reading, Report
from events.reports import export
from events.reports.export import COLUMNS, FORMATS, Selection
from tests.conftest import event_request
from tests.events.reporting import one_value, post, report_request
from vtn.places import places_for_downloads

MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)


def csv_rows(wanted: Selection = Selection()) -> list[dict[str, str]]:  # noqa: B008 - it is frozen
    return list(csv.DictReader(io.StringIO(b"".join(FORMATS["csv"](wanted)).decode())))


def parquet_rows(wanted: Selection = Selection()) -> list[dict[str, Any]]:  # noqa: B008 - it is frozen
    return parquet.read_table(io.BytesIO(b"".join(FORMATS["parquet"](wanted)))).to_pylist()


class TestCsv:
    def test_a_reading_is_a_line(self, ven, event):
        report = post(ven, report_request(event))

        first, *_ = rows = csv_rows()

        assert len(rows) == 3
        assert first == {
            "report_id": report["id"],
            "created_at": report["createdDateTime"],
            "program_id": event["programID"],
            "event_id": event["id"],
            "client_id": "ven",
            "client_name": "ven-1",
            "report_name": "usage",
            "resource_name": "meter-1",
            "interval_id": "0",
            "starts_at": "2026-06-01T00:00:00Z",
            "ends_at": "2026-06-01T01:00:00Z",
            "payload_type": "USAGE",
            "number": "0.1",
            "text": "",
        }

    def test_without_readings_there_is_a_line_of_names(self, db):
        assert b"".join(FORMATS["csv"](Selection())) == ",".join(COLUMNS).encode() + b"\r\n"

    @pytest.mark.parametrize(
        ("number", "text"),
        [
            ("0.10", "0.10"),
            ("1e-7", "0.0000001"),
            ("123456789012345678901234.5", "123456789012345678901234.5"),
        ],
    )
    def test_numbers_are_exact(self, ven, event, number, text):
        post(ven, json.dumps(one_value(event, "NUMBER")).replace('"NUMBER"', number))

        assert csv_rows()[0]["number"] == text

    @pytest.mark.parametrize("text", ["a,b", 'quo"te', "line\nbreak", "ü😀"])
    def test_texts_come_back(self, ven, event, text):
        post(ven, one_value(event, text))

        assert csv_rows()[0]["text"] == text

    @pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\tx"])
    def test_no_text_of_a_client_is_a_formula(self, ven, event, text):
        post(ven, one_value(event, text))

        assert csv_rows()[0]["text"] == f"'{text}"

    def test_a_negative_number_is_one(self, ven, event):
        post(ven, one_value(event, -5))

        assert csv_rows()[0]["number"] == "-5"


class TestParquet:
    def test_a_reading_is_a_row_with_types(self, ven, event):
        report = post(ven, report_request(event))

        first, *_ = rows = parquet_rows()

        assert len(rows) == 3
        assert first == {
            "report_id": report["id"],
            "created_at": datetime.fromisoformat(report["createdDateTime"]),
            "program_id": event["programID"],
            "event_id": event["id"],
            "client_id": "ven",
            "client_name": "ven-1",
            "report_name": "usage",
            "resource_name": "meter-1",
            "interval_id": 0,
            "starts_at": MIDNIGHT,
            "ends_at": MIDNIGHT.replace(hour=1),
            "payload_type": "USAGE",
            "number": 0.1,
            "exact_number": "0.1",
            "text": None,
        }

    def test_numbers_are_there_exactly_as_well(self, ven, event):
        post(ven, json.dumps(one_value(event, "NUMBER")).replace('"NUMBER"', "0.12345678901234567890123"))

        (row,) = parquet_rows()
        assert Decimal(row["exact_number"]) == Decimal("0.12345678901234567890123")
        assert row["number"] == 0.12345678901234568

    def test_without_readings_it_is_an_empty_table(self, db):
        assert parquet_rows() == []


@pytest.fixture
def many(ven, stranger, retailer, program, event) -> dict[str, str]:
    """Reports of two clients on two events; their ids by a name."""
    other_program = retailer.post("/programs", {"programName": "other"}).json()
    other = retailer.post("/events", event_request(other_program)).json()
    written = {
        "mine": (ven, report_request(event)),
        "mine, other event": (ven, report_request(other)),
        "a stranger's": (stranger, report_request(event)),
        "at some time": (ven, one_value(event, 1, id=77)),
        "at one moment": (ven, one_value(event, 1, intervalPeriod={"start": "2026-06-01T12:00:00Z"})),
        "for ever": (
            stranger,
            one_value(event, 1, intervalPeriod={"start": "2026-06-01T13:00:00Z", "duration": "P9999Y"}),
        ),
    }
    written["a stranger's"][1]["resources"][0]["resourceName"] = "meter-2"
    made = {name: post(door, body)["id"] for name, (door, body) in written.items()}
    return {**made, "event": other["id"], "program": other_program["id"]}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["mine"] * 3 + ["mine, other event"] * 3 + ["a stranger's"] * 3
         + ["at some time", "at one moment", "for ever"]),
        ({"event_id": "event"}, ["mine, other event"] * 3),
        ({"program_id": "program"}, ["mine, other event"] * 3),
        ({"client_id": "=stranger"}, ["a stranger's"] * 3 + ["for ever"]),
        ({"resource_name": "=meter-2"}, ["a stranger's"] * 3),
        ({"to_at": MIDNIGHT.replace(hour=1)}, ["mine", "mine, other event", "a stranger's"]),
        ({"from_at": MIDNIGHT.replace(hour=2), "to_at": MIDNIGHT.replace(hour=12)},
         ["mine", "mine, other event", "a stranger's"]),
        ({"from_at": MIDNIGHT.replace(hour=12)}, ["at one moment", "for ever"]),
        ({"from_at": MIDNIGHT.replace(hour=13)}, ["for ever"]),
        ({"from_at": MIDNIGHT.replace(hour=3), "to_at": MIDNIGHT.replace(hour=12)}, []),
        ({"from_at": MIDNIGHT, "to_at": MIDNIGHT}, []),
    ],
)  # fmt: skip
def test_a_selection_is_what_it_says(many, wanted, expected):
    values = {
        name: value if not isinstance(value, str) else value[1:] if value[0] == "=" else many[value]
        for name, value in wanted.items()
    }

    found = [row["report_id"] for row in csv_rows(Selection(**values))]

    assert found == [many[name] for name in expected]
    assert [row["report_id"] for row in parquet_rows(Selection(**values))] == found


@pytest.mark.parametrize("rows_of", [csv_rows, parquet_rows])
def test_it_is_written_piece_by_piece(ven, event, monkeypatch, rows_of):
    monkeypatch.setattr(export, "_PIECE", 4)
    for _ in range(3):
        post(ven, report_request(event))

    assert len(rows_of()) == 9
    assert len(list(FORMATS["csv"](Selection()))) == 4  # of 4, 4 and 1 readings, and an end


class TestTheCommand:
    @pytest.mark.parametrize("format_", ["csv", "parquet"])
    def test_it_writes_a_file(self, ven, event, tmp_path, format_):
        post(ven, report_request(event))
        target = tmp_path / "readings"

        call_command("export_reports", "--format", format_, "--output", str(target), "--event", event["id"])

        assert target.read_bytes() == b"".join(FORMATS[format_](Selection(event_id=event["id"])))
        assert [path.name for path in tmp_path.iterdir()] == ["readings"]

    def test_every_option_narrows(self, many, ven, tmp_path):
        target = tmp_path / "readings.csv"

        call_command(
            "export_reports", "--format", "csv", "--output", str(target), "--program", many["program"],
            "--client", "ven", "--resource", "meter-1", "--from", "2026-06-01T00:00:00Z",
            "--to", "2026-06-01T01:00:00Z",
        )  # fmt: skip

        assert [row["report_id"] for row in csv.DictReader(target.open())] == [many["mine, other event"]]

    @pytest.mark.parametrize("moment", ["yesterday", "0001-01-01", "2026-06-01"])
    def test_what_is_no_moment_is_refused(self, db, tmp_path, moment):
        with pytest.raises(CommandError, match="--from"):
            call_command(
                "export_reports", "--format", "csv", "--output", str(tmp_path / "x"), "--from", moment
            )
        assert list(tmp_path.iterdir()) == []

    def test_a_failure_leaves_the_file_of_before(self, ven, event, tmp_path, monkeypatch):
        target = tmp_path / "readings.csv"
        target.write_text("before")

        def fail(wanted):
            yield b"half"
            raise OSError("the disk is full")

        monkeypatch.setitem(FORMATS, "csv", fail)

        with pytest.raises(OSError, match="full"):
            call_command("export_reports", "--format", "csv", "--output", str(target))
        assert target.read_text() == "before"


class TestTheAdmin:
    @pytest.fixture
    def report(self, ven, event) -> dict[str, Any]:
        return post(ven, report_request(event))

    def test_the_list_finds_by_what_staff_know(self, admin_client, many):
        for term, count in {
            "ven-1": 6, "meter-2": 1, many["event"]: 1, many["program"]: 1, "stranger": 2, many["mine"]: 1, "met": 0,
        }.items():  # fmt: skip
            page = admin_client.get("/admin/events/report/", {"q": term})
            assert page.status_code == 200
            assert page.context["cl"].queryset.count() == count, term

    def test_a_report_is_shown_with_its_readings(self, admin_client, report):
        page = admin_client.get(f"/admin/events/report/{report['id']}/change/").content.decode()

        assert page.count("<td>meter-1</td>") == 3
        assert (
            "<td>2026-06-01 01:00:00 UTC</td><td>2026-06-01 02:00:00 UTC</td><td>USAGE</td><td>1.1</td>"
            in page
        )
        assert "more; all are in an export" not in page
        assert 'name="_save"' not in page

    def test_of_many_readings_the_first_are_shown(self, admin_client, ven, event):
        report = post(ven, one_value(event, *range(201)))

        page = admin_client.get(f"/admin/events/report/{report['id']}/change/").content.decode()

        readings = page.partition('<th scope="col">interval</th>')[2].partition("</table>")[0]
        assert readings.count("<td>meter-1</td>") == 200
        assert "And 1 more; all are in an export." in page

    def test_texts_of_clients_are_no_html(self, admin_client, ven, event):
        script = "<script>alert(1)</script>"
        report = post(ven, one_value(event, script))

        page = admin_client.get(f"/admin/events/report/{report['id']}/change/").content.decode()

        assert script not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

    def test_nobody_writes_one(self, admin_client, report):
        assert admin_client.get("/admin/events/report/add/").status_code == 403
        admin_client.post(f"/admin/events/report/{report['id']}/change/", {"report_name": "mine"})
        assert Report.objects.get().report_name == "usage"

    @pytest.mark.parametrize("format_", ["csv", "parquet"])
    def test_what_is_selected_is_exported(self, admin_client, ven, event, report, format_):
        post(ven, report_request(event))

        answer = admin_client.post(
            "/admin/events/report/", {"action": f"export_{format_}", "_selected_action": [report["id"]]}
        )

        assert answer["Content-Disposition"].endswith(f'.{format_}"')
        assert answer.getvalue() == b"".join(FORMATS[format_](Selection(report_ids=[report["id"]])))

    @pytest.fixture
    def two_threads(self, settings, monkeypatch):
        settings.WEB_THREADS = 2
        monkeypatch.setattr("events.reports.download._WAIT_FOR_A_PLACE", 0.01)
        places_for_downloads.cache_clear()
        yield
        places_for_downloads.cache_clear()

    def test_a_browser_that_reads_none_of_it_leaves_a_thread_to_everybody_else(
        self, admin_client, many, two_threads
    ):
        """And one that asks meanwhile is told so."""
        page = reverse("admin:events_report_changelist")
        asked = {"action": "export_csv", "_selected_action": [many["for ever"]]}
        of_event = {"event": Report.objects.get(id=many["for ever"]).event_id, "format": "csv"}

        stalled = admin_client.post(page, asked)
        told = admin_client.post(page, asked, follow=True)
        drawn = admin_client.get(reverse("admin:events_report_charts"), of_event)
        b"".join(stalled)  # and it is closed, as a server does
        read = admin_client.post(page, asked)

        assert "Other files are being downloaded" in told.content.decode()
        assert "Other files are being downloaded" in drawn.content.decode()
        assert b"".join(read).startswith(b"report_id,")

    def test_all_that_is_found_is_exported(self, admin_client, many):
        answer = admin_client.post(
            "/admin/events/report/?q=stranger",
            {"action": "export_csv", "select_across": "1", "_selected_action": [many["for ever"]]},
        )

        rows = csv.DictReader(io.StringIO(answer.getvalue().decode()))
        assert {row["client_id"] for row in rows} == {"stranger"}

    def test_staff_may_delete_one(self, admin_client, report):
        admin_client.post(f"/admin/events/report/{report['id']}/delete/", {"post": "yes"})

        assert not Report.objects.exists()
        assert not Reading.objects.exists()
