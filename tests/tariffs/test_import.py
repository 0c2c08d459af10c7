"""From a price document, by the command, to what a VEN's poll returns."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from events.models import Event
from programs.models import Program
from tariffs.prices import PriceSeries, Unit
from tariffs.services import import_day_ahead_prices
from tests.conftest import ROOTS, Actor
from tests.tariffs.documents import (
    BRUSSELS,
    HOURS_OF_8_OCTOBER,
    ONE_DAY,
    PART_OF_A_DAY,
    THREE_DAYS,
    TWO_MONTHS,
    document,
    period,
    series,
)
from vtn import errors
from vtn.caller import ROLE_SCOPES, Caller, Role
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

PROGRAM = "day-ahead Belgium"
DAY = ("2024-10-07T22:00Z", "2024-10-08T22:00Z")
WriteDocument = Callable[[bytes], Path]


def import_prices(file: Path, *arguments: str, program: str = PROGRAM) -> dict[str, Any]:
    printed = StringIO()
    call_command("import_prices", str(file), "--program", program, *arguments, stdout=printed)
    return json.loads(printed.getvalue())


def counts(report: dict[str, Any]) -> tuple[int, int, int]:
    return report["created"], report["updated"], report["unchanged"]


def refusal(file: Path, *arguments: str, program: str = PROGRAM) -> str:
    with pytest.raises(CommandError) as refused:
        import_prices(file, *arguments, program=program)
    assert refused.value.returncode == 1
    assert "\n" not in str(refused.value)
    return str(refused.value)


def everything() -> list[tuple[str, str]]:
    return [
        *Program.objects.values_list("document_301", "document_310").order_by("id"),
        *Event.objects.values_list("document_301", "document_310").order_by("id"),
    ]


def event_of(day: str) -> Event:
    return Event.objects.get(event_name=f"day-ahead prices {day}")


def prices_of(day: str) -> list[str]:
    return [str(interval["payloads"][0]["values"][0]) for interval in event_of(day).content["intervals"]]


@pytest.fixture
def written(tmp_path: Path) -> WriteDocument:
    def write(content: bytes) -> Path:
        file = tmp_path / "prices.xml"
        file.write_bytes(content)
        return file

    return write


class TestAPoll:
    @pytest.mark.parametrize(
        ("dialect", "program_only"),
        [
            ("3.1.0", {"attributes": [{"type": "COUNTRY", "values": ["BE"]}]}),
            ("3.0.1", {"country": "BE"}),
        ],
    )
    def test_a_ven_reads_the_programme_and_the_prices_of_the_real_day(self, stranger, dialect, program_only):
        report = import_prices(ONE_DAY, "--attribute", "COUNTRY=BE")

        [program] = stranger.at(dialect).get("/programs").json()
        [event] = stranger.at(dialect).get("/events", {"programID": program["id"]}).json()

        assert report == {
            "program_id": program["id"],
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "remarks": [],
        }
        assert without_metadata(program) == {
            "programName": PROGRAM,
            "payloadDescriptors": [
                {
                    "objectType": "EVENT_PAYLOAD_DESCRIPTOR",
                    "payloadType": "PRICE",
                    "units": "KWH",
                    "currency": "EUR",
                }
            ],
            **program_only,
        }
        assert without_metadata(event) == {
            "programID": program["id"],
            "eventName": "day-ahead prices 2024-10-08",
            "intervalPeriod": {"start": "2024-10-07T22:00:00Z", "duration": "PT1H"},
            "intervals": [
                {"id": hour, "payloads": [{"type": "PRICE", "values": [float(Decimal(price) / 1000)]}]}
                for hour, price in enumerate(HOURS_OF_8_OCTOBER)
            ],
        }

    @pytest.mark.parametrize("root", ROOTS.values())
    def test_a_ven_that_was_set_up_from_the_command_line_reads_them_with_its_token(self, nobody, root):
        import_prices(THREE_DAYS)
        call_command(
            "create_client", "ven", "--role", "ven", "--client-secret", "a long secret", stdout=StringIO()
        )
        form = b"grant_type=client_credentials&client_id=ven&client_secret=a+long+secret"
        granted = (
            nobody.at(root).send("post", "/auth/token", form, "application/x-www-form-urlencoded").json()
        )

        events = Actor(token=granted["access_token"], root=root).get("/events").json()

        assert [(event["eventName"], len(event["intervals"])) for event in events] == [
            ("day-ahead prices 2024-10-06", 96),
            ("day-ahead prices 2024-10-07", 96),
            ("day-ahead prices 2024-10-08", 24),
        ]

    def test_prices_are_written_exactly(self, stranger):
        import_prices(ONE_DAY)

        written = stranger.get("/events").content

        assert b'"values":[0.06498]' in written  # 64.98
        assert b'"values":[0.1]' in written  # 100
        assert b'"values":[0.11547]' in written  # 115.47

    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    def test_a_day_with_quarters_and_hours_says_when_each_price_applies(self, stranger, dialect):
        report = import_prices(PART_OF_A_DAY)

        [event] = stranger.at(dialect).get("/events").json()

        assert counts(report) == (1, 0, 0)
        assert report["remarks"] == [
            "point 3 of the Period at 2024-10-06T03:00Z was left out: the Period ends after point 2"
        ]
        assert "intervalPeriod" not in event
        assert [event["intervals"][number] for number in (0, 4, 21)] == [
            interval(0, 0.05535, "2024-10-05T22:00:00Z", "PT15M"),
            interval(4, 0.04422, "2024-10-05T23:00:00Z", "PT15M"),
            interval(21, 0.06498, "2024-10-06T04:00:00Z", "PT1H"),
        ]

    def test_two_months_with_both_clock_changes(self, stranger):
        assert counts(import_prices(TWO_MONTHS)) == (62, 0, 0)

        lengths = {
            event.event_name.removeprefix("day-ahead prices "): len(event.content["intervals"])
            for event in Event.objects.all()
        }
        assert {day: length for day, length in lengths.items() if length != 24} == {
            "2023-10-29": 25,
            "2024-03-31": 23,
        }
        autumn, spring = event_of("2023-10-29"), event_of("2024-03-31")
        assert (autumn.starts_at.isoformat(), autumn.ends_at.isoformat()) == (
            "2023-10-28T22:00:00+00:00",
            "2023-10-29T23:00:00+00:00",
        )
        assert (spring.starts_at.isoformat(), spring.ends_at.isoformat()) == (
            "2024-03-30T23:00:00+00:00",
            "2024-03-31T22:00:00+00:00",
        )
        assert prices_of("2023-10-01")[0] == "0.1027300033569336"
        found = stranger.get("/events", {"x-start": "2024-03-31T10:00:00Z", "x-end": "2024-03-31T11:00:00Z"})
        assert [event["eventName"] for event in found.json()] == ["day-ahead prices 2024-03-31"]

    def test_prices_of_a_programme_for_some_are_for_the_same_some(self, retailer, ven, stranger):
        descriptor = {"payloadType": "PRICE", "units": "KWH", "currency": "EUR"}
        retailer.post(
            "/programs", {"programName": PROGRAM, "targets": ["north"], "payloadDescriptors": [descriptor]}
        )

        import_prices(ONE_DAY)

        assert [event["targets"] for event in ven.get("/events").json()] == [["north"]]
        assert stranger.get("/events").json() == []


class TestRepeating:
    def test_the_same_document_changes_nothing(self):
        first = import_prices(THREE_DAYS)
        before, changes = everything(), OutboxEntry.objects.count()

        again = import_prices(THREE_DAYS)

        assert counts(first) == (3, 0, 0)
        assert counts(again) == (0, 0, 3)
        assert again["program_id"] == first["program_id"]
        assert everything() == before
        assert OutboxEntry.objects.count() == changes == 4

    def test_a_dry_run_tells_what_would_be_and_stores_nothing(self):
        assert counts(import_prices(ONE_DAY, "--dry-run")) == (1, 0, 0)
        assert everything() == []
        assert not OutboxEntry.objects.exists()

        import_prices(ONE_DAY)
        assert counts(import_prices(THREE_DAYS, "--dry-run")) == (2, 0, 1)
        assert Event.objects.count() == 1

    def test_another_document_adds_the_days_that_it_brings(self):
        import_prices(ONE_DAY)

        assert counts(import_prices(THREE_DAYS)) == (2, 0, 1)

    def test_one_changed_price_changes_one_day(self, written):
        import_prices(THREE_DAYS)
        changed = THREE_DAYS.read_bytes().replace(b">108.32<", b">108.33<")

        assert counts(import_prices(written(changed))) == (0, 1, 2)

        assert prices_of("2024-10-07")[32:36] == ["0.10833"] * 4
        change = OutboxEntry.objects.latest("id")
        assert (change.operation, change.object_id) == ("UPDATE", event_of("2024-10-07").id)
        assert change.made_by == "staff:manage.py"

    def test_the_same_prices_written_otherwise_change_nothing(self, written):
        import_prices(ONE_DAY)
        same = ONE_DAY.read_bytes().replace(b">100<", b">100.00<").replace(b"PT60M", b"PT1H")

        assert counts(import_prices(written(same))) == (0, 0, 1)

    def test_prices_of_part_of_a_day_leave_those_of_the_rest(self, written):
        import_prices(ONE_DAY)
        evening = document(series(period("2024-10-08T20:00Z", "2024-10-08T22:00Z", [(1, "1"), (2, "2")])))

        assert counts(import_prices(written(evening))) == (0, 1, 0)

        assert prices_of("2024-10-08")[20:] == ["0.08685", "0.06959", "0.001", "0.002"]
        assert event_of("2024-10-08").content["intervalPeriod"]["duration"] == "PT1H"

    def test_what_else_an_event_says_stays(self, retailer, written):
        import_prices(ONE_DAY)
        [event] = retailer.get("/events").json()
        retailer.put(f"/events/{event['id']}", {**event, "priority": 3, "targets": ["north"]})

        assert counts(import_prices(ONE_DAY)) == (0, 0, 1)
        changed = ONE_DAY.read_bytes().replace(b">64.98<", b">64.99<")
        assert counts(import_prices(written(changed))) == (0, 1, 0)

        [event] = retailer.get("/events").json()
        assert (event["priority"], event["targets"]) == (3, ["north"])
        assert event["intervals"][0]["payloads"][0]["values"] == [0.06499]

    def test_an_event_that_was_deleted_comes_back(self, retailer):
        import_prices(ONE_DAY)
        [event] = retailer.get("/events").json()
        retailer.delete(f"/events/{event['id']}")

        assert counts(import_prices(ONE_DAY)) == (1, 0, 0)

    def test_the_same_day_in_another_programme_is_another_event(self):
        import_prices(ONE_DAY)

        assert counts(import_prices(ONE_DAY, program="another")) == (1, 0, 0)


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "detail"),
        [
            (b"", "this is not a whole XML document: no element found: line 1, column 0"),
            (
                ONE_DAY.read_bytes()[:2500],
                "this is not a whole XML document: no element found: line 59, column 4",
            ),
            (b"<rss/>", "the document is a 'rss', not a Publication_MarketDocument"),
        ],
    )
    def test_a_bad_file_is_one_line_and_stores_nothing(self, written, content, detail):
        file = written(content)

        assert refusal(file) == f"{file}: {detail}"
        assert everything() == []
        assert not OutboxEntry.objects.exists()

    def test_a_bad_last_day_keeps_the_first_from_being_stored(self, written):
        file = written(THREE_DAYS.read_bytes().replace(b">115.47<", b">a lot<"))

        assert refusal(file) == f"{file}: 'a lot' is not a price such as 64.98"
        assert everything() == []

    def test_a_file_that_is_not_there(self, tmp_path):
        assert refusal(tmp_path / "none.xml") == f"{tmp_path / 'none.xml'}: No such file or directory"

    def test_an_ending_that_says_nothing(self, tmp_path):
        file = tmp_path / "prices"
        file.write_bytes(ONE_DAY.read_bytes())

        assert refusal(file) == f"{file}: the ending does not tell the format; say --format"
        assert counts(import_prices(file, "--format", "entsoe")) == (1, 0, 0)

    @pytest.mark.parametrize("claim", [("--currency", "SEK"), ("--unit", "KWH")])
    def test_a_document_in_another_currency_or_unit_than_expected(self, claim):
        assert refusal(ONE_DAY, *claim) == f"{ONE_DAY}: the document is in EUR per MWH"
        assert everything() == []

    @pytest.mark.parametrize(
        ("arguments", "detail"),
        [
            (("--zone", "Europe/Atlantis"), "argument --zone: there is no time zone 'Europe/Atlantis'"),
            (("--zone", "../etc/passwd"), "argument --zone: there is no time zone '../etc/passwd'"),
            (("--attribute", "COUNTRY"), "argument --attribute: 'COUNTRY' is not of the form TYPE=VALUE"),
        ],
    )
    def test_arguments_that_mean_nothing(self, arguments, detail):
        assert refusal(ONE_DAY, *arguments) == f"Error: {detail}"

    def test_a_programme_name_that_no_programme_may_have(self):
        assert refusal(ONE_DAY, program="") == "programName: Expected `str` of length >= 1"
        assert everything() == []

    @pytest.mark.parametrize(
        "descriptors",
        [
            [],
            [{"payloadType": "PRICE", "units": "KWH", "currency": "SEK"}],
            [{"payloadType": "PRICE", "units": "MWH", "currency": "EUR"}],
            [{"payloadType": "GHG", "units": "KWH", "currency": "EUR"}],
        ],
    )
    def test_a_programme_whose_prices_mean_something_else(self, retailer, descriptors):
        retailer.post("/programs", {"programName": PROGRAM, "payloadDescriptors": descriptors})

        assert refusal(ONE_DAY) == (
            f"The program '{PROGRAM}' does not say in its payloadDescriptors that PRICE is in EUR per KWH"
        )
        assert not Event.objects.exists()

    def test_a_ven_imports_nothing(self):
        ven = Caller(client_id="ven", role=Role.VEN, scopes=ROLE_SCOPES[Role.VEN])
        nothing = PriceSeries((), currency="EUR", unit=Unit.KWH)

        with pytest.raises(errors.Forbidden):
            import_day_ahead_prices(
                caller=ven,
                program_name=PROGRAM,
                series=nothing,
                zone=BRUSSELS,
                attributes={},
                now=timezone.now(),
            )
        assert everything() == []


def test_a_table_takes_its_currency_and_unit_from_the_arguments(tmp_path, stranger):
    table = tmp_path / "prices.CSV"
    table.write_text("".join(f"2024-10-08 {hour:02}:00,{hour}.5\n" for hour in range(24)))

    import_prices(table, "--currency", "SEK", "--unit", "MWH", "--zone", "Europe/Stockholm")

    [program] = stranger.get("/programs").json()
    [event] = stranger.get("/events").json()
    assert program["payloadDescriptors"][0]["currency"] == "SEK"
    assert [event["intervals"][hour]["payloads"][0]["values"] for hour in (0, 23)] == [[0.0005], [0.0235]]


def interval(number: int, price: float, start: str, duration: str) -> dict[str, Any]:
    return {
        "id": number,
        "payloads": [{"type": "PRICE", "values": [price]}],
        "intervalPeriod": {"start": start, "duration": duration},
    }


def without_metadata(rendered: dict[str, Any]) -> dict[str, Any]:
    metadata = ("id", "createdDateTime", "modificationDateTime", "objectType")
    return {name: member for name, member in rendered.items() if name not in metadata}
