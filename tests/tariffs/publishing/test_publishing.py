"""A tariff becomes events, day after day, and changes of it change only what they change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event
from programs.models import Program
from tariffs.models import Publication, PublishedDay, StoredTiming, Tariff
from tariffs.publishing.services import delete_publication, save_publication
from tariffs.rates.services import delete_version, save_tariff
from tests.tariffs.tariff import (
    PRICES,
    RATES,
    STAFF,
    make_program,
    make_publication,
    make_tariff,
    make_timings,
    publish,
    rate,
    set_rates,
    write_timing,
)
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

# In Brussels, on Monday 1 June 2026.
MORNING = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)  # 09:00
AFTER_TWO = datetime(2026, 6, 1, 12, 1, tzinfo=UTC)  # 14:01
HOUR = timedelta(hours=1)


@pytest.fixture
def tariff(db) -> Tariff:
    make_timings()
    return make_tariff()


@pytest.fixture
def program(db) -> Program:
    return make_program(payloadDescriptors=[PRICES])


@pytest.fixture
def publication(tariff, program) -> Publication:
    return make_publication(tariff, program, now=MORNING)


def names() -> list[str]:
    return sorted(Event.objects.values_list("event_name", flat=True))


def prices(name: str, payload_type: str = "PRICE") -> list[str]:
    """Of each interval."""
    [event] = Event.objects.filter(event_name=name)
    return [
        str(payload["values"][0])
        for interval in event.content["intervals"]
        for payload in interval["payloads"]
        if payload["type"] == payload_type
    ]


def changes() -> list[tuple[str, str]]:
    """Of events, in their order."""
    found = OutboxEntry.objects.filter(object_type="EVENT").order_by("id")
    return [(entry.operation, (entry.after or entry.before)["eventName"]) for entry in found]


def trouble(publication: Publication) -> str:
    publication.refresh_from_db()
    return publication.trouble


TODAY, TOMORROW = "household 2026-06-01", "household 2026-06-02"
MONDAY = ["0.2"] * 8 + ["0.3"] * 11 + ["0.2"] * 5


class TestDays:
    def test_today_is_published_at_once_and_tomorrow_from_its_hour_on(self, publication):
        assert publish(MORNING) == 1
        assert names() == [TODAY]

        assert publish(AFTER_TWO) == 1
        assert names() == [TODAY, TOMORROW]
        assert prices(TODAY) == prices(TOMORROW) == MONDAY

    def test_an_event_of_even_hours_has_one_period_and_the_targets_of_its_program(self, tariff):
        program = make_program(payloadDescriptors=[PRICES], targets=["north"])
        make_publication(tariff, program, now=MORNING)

        publish(MORNING)

        event = Event.objects.get()
        assert event.targets == ["north"]
        assert event.content["intervalPeriod"] == {"start": "2026-05-31T22:00:00Z", "duration": "PT1H"}
        assert "payloadDescriptors" not in event.content
        assert "intervalPeriod" not in event.content["intervals"][0]

    def test_what_the_program_does_not_describe_the_event_does(self, tariff):
        program = make_program()
        set_rates(tariff, tuple(rate(each.tag, "0.3", "0.1") for each in RATES))
        make_publication(tariff, program, now=MORNING)

        publish(MORNING)

        assert Event.objects.get().content["payloadDescriptors"] == [
            {"objectType": "EVENT_PAYLOAD_DESCRIPTOR", **PRICES},
            {"objectType": "EVENT_PAYLOAD_DESCRIPTOR", **PRICES, "payloadType": "EXPORT_PRICE"},
        ]
        assert prices(TODAY, "EXPORT_PRICE") == ["0.1"] * 24

    @pytest.mark.parametrize(
        ("cut", "values"),
        [("merged", ["0.2", "0.3", "0.2"]), ("quarters", [each for each in MONDAY for _ in range(4)])],
    )
    def test_intervals_are_merged_or_quarter_hours_if_asked(self, tariff, program, cut, values):
        make_publication(tariff, program, cut=cut, now=MORNING)

        publish(MORNING)

        assert prices(TODAY) == values

    @pytest.mark.parametrize(
        ("day", "hours"),
        [(datetime(2026, 3, 29, 5, tzinfo=UTC), 23), (datetime(2026, 10, 25, 5, tzinfo=UTC), 25)],
    )
    def test_days_of_23_and_25_hours(self, tariff, program, day, hours):
        make_publication(tariff, program, now=day)

        publish(day)

        event = Event.objects.get()
        assert len(event.content["intervals"]) == hours
        assert event.ends_at - event.starts_at == hours * HOUR

    @pytest.mark.parametrize(
        ("kind", "unit", "types"),
        [
            ("GHG", "GHG", ["GHG"]),
            ("CAPACITY_LIMIT", "KW", ["IMPORT_CAPACITY_LIMIT", "EXPORT_CAPACITY_LIMIT"]),
        ],
    )
    def test_curves_of_other_kinds(self, program, kind, unit, types):
        exported = "5" if len(types) == 2 else None
        tariff = make_tariff((rate("*any", "10", exported),), kind=kind, unit=unit, currency="")
        make_publication(tariff, program, cut="merged", now=MORNING)

        publish(MORNING)

        event = Event.objects.get()
        [interval] = event.content["intervals"]
        assert [payload["type"] for payload in interval["payloads"]] == types
        assert [each["units"] for each in event.content["payloadDescriptors"]] == [unit] * len(types)

    def test_a_version_starts_at_its_local_midnight(self, tariff, publication):
        set_rates(tariff, (rate("*any", "0.5"),), since=date(2026, 6, 2))

        publish(AFTER_TWO)

        assert (prices(TODAY), prices(TOMORROW)) == (MONDAY, ["0.5"] * 24)

    def test_a_worker_that_was_away_makes_up_for_today(self, publication):
        publish(AFTER_TWO)

        publish(AFTER_TWO + timedelta(days=3))

        assert names() == [TODAY, TOMORROW, "household 2026-06-04", "household 2026-06-05"]


class TestNothingNew:
    def test_a_second_look_changes_nothing(self, publication):
        publish(AFTER_TWO)
        before = list(Event.objects.order_by("id").values())

        for later in range(1, 4):
            assert publish(AFTER_TWO + later * HOUR) == 1

        assert list(Event.objects.order_by("id").values()) == before
        assert changes() == [("CREATE", TODAY), ("CREATE", TOMORROW)]

    def test_a_second_look_reads_no_interval(self, publication):
        publish(AFTER_TWO)

        with CaptureQueriesContext(connection) as found:
            publish(AFTER_TWO + HOUR)

        assert not [query for query in found.captured_queries if "events_interval" in query["sql"]]

    def test_what_is_not_due_is_not_looked_at(self, publication):
        publish(AFTER_TWO)

        assert publish(AFTER_TWO + timedelta(minutes=59)) == 0

    def test_a_look_at_many_asks_no_more_than_a_look_at_one(self, tariff):
        def queries(count: int) -> int:
            for _ in range(count):
                program = make_program(f"program {Program.objects.count()}")
                make_publication(tariff, program, now=MORNING)
            publish(MORNING)
            Publication.objects.update(next_at=MORNING)
            with CaptureQueriesContext(
                connection,
            ) as found:
                publish(MORNING)
            return len(found)

        assert queries(1) == queries(4)

    def test_a_rate_written_otherwise_is_no_change(self, tariff, publication):
        publish(MORNING)
        set_rates(tariff, (rate("PEAK", "0.3000"), *RATES[1:]), now=MORNING)

        publish(MORNING)

        assert changes() == [("CREATE", TODAY)]


class TestChanges:
    """All of them at ten past ten in Brussels."""

    now = datetime(2026, 6, 1, 8, 10, tzinfo=UTC)

    def test_a_rate_changes_from_the_next_interval_on_and_tomorrow_if_that_is_out(self, tariff, publication):
        publish(AFTER_TWO)
        now = AFTER_TWO + timedelta(minutes=29)  # 14:30
        set_rates(tariff, (rate("PEAK", "0.4"), *RATES[1:]), now=now)

        assert publish(now) == 1

        assert prices(TODAY) == ["0.2"] * 8 + ["0.3"] * 7 + ["0.4"] * 4 + ["0.2"] * 5
        assert prices(TOMORROW) == ["0.2"] * 8 + ["0.4"] * 11 + ["0.2"] * 5
        assert changes()[2:] == [("UPDATE", TODAY), ("UPDATE", TOMORROW)]

    def test_a_change_that_is_taken_back_is_taken_back_in_the_events(self, tariff, publication):
        publish(MORNING)
        for amount in ("0.4", "0.3"):
            set_rates(tariff, (rate("PEAK", amount), *RATES[1:]), now=self.now)
            publish(self.now)

        assert prices(TODAY) == MONDAY
        assert changes()[1:] == [("UPDATE", TODAY)] * 2

    def test_an_interval_that_has_begun_stays_until_its_end_however_long_it_is(self, tariff, program):
        make_publication(tariff, program, cut="merged", now=MORNING)
        publish(MORNING)
        set_rates(tariff, (rate("PEAK", "0.4"), rate("OFFPEAK", "0.1"), RATES[2]), now=self.now)

        publish(self.now)

        assert prices(TODAY) == ["0.2", "0.3", "0.1"]

    def test_a_timing_changes(self, publication):
        publish(MORNING)
        write_timing("PEAK", "1;2;3;4;5", "08:00:00;12:00:00")
        Publication.objects.update(next_at=self.now)

        publish(self.now)

        assert prices(TODAY) == ["0.2"] * 8 + ["0.3"] * 4 + ["0.2"] * 12

    def test_a_new_name_is_the_name_of_the_events(self, tariff, publication):
        publish(MORNING)
        tariff.name = "house"
        save_tariff(caller=STAFF, tariff=tariff, now=self.now)

        publish(self.now)

        assert names() == ["house 2026-06-01"]

    def test_what_else_an_event_says_stays_and_a_price_by_hand_does_not(self, retailer, tariff, publication):
        publish(MORNING)
        [event] = retailer.get("/events").json()
        event["intervals"][20]["payloads"][0]["values"] = [9]
        retailer.put(f"/events/{event['id']}", {**event, "priority": 3, "targets": ["north"]})
        Publication.objects.update(next_at=self.now)

        publish(self.now)

        [event] = retailer.get("/events").json()
        assert (event["priority"], event["targets"]) == (3, ["north"])
        assert prices(TODAY) == MONDAY

    def test_an_event_that_was_deleted_comes_back(self, retailer, publication):
        publish(MORNING)
        [event] = retailer.get("/events").json()
        retailer.delete(f"/events/{event['id']}")

        publish(MORNING + HOUR)

        assert prices(TODAY) == MONDAY

    def test_another_tariff_takes_over_the_event_of_the_day(self, tariff, program, publication):
        publish(MORNING)
        delete_publication(caller=STAFF, publication=publication, now=self.now)
        other = make_tariff((rate("*any", "1"),), name="other")
        make_publication(other, program, now=self.now)

        publish(self.now)

        assert names() == ["other 2026-06-01"]
        assert prices("other 2026-06-01") == ["0.2"] * 8 + ["0.3"] * 3 + ["1"] * 13

    def test_what_is_disabled_is_left_as_it_is(self, tariff, publication):
        publish(MORNING)
        publication.is_enabled = False
        save_publication(caller=STAFF, publication=publication, now=self.now)
        set_rates(tariff, (rate("*any", "1"),), now=self.now)

        assert publish(self.now) == 0
        assert prices(TODAY) == MONDAY


class TestTrouble:
    def test_a_gap_is_told_and_the_day_is_not_published(self, tariff, publication):
        set_rates(tariff, (rate("PEAK", "0.3"),), since=date(2026, 6, 2))

        publish(AFTER_TWO)

        assert names() == [TODAY]
        assert trouble(publication) == (
            "2026-06-02: no rate applies from 00:00 to 08:00, and the publication has no default"
        )

    def test_a_gap_has_the_default(self, tariff, program):
        set_rates(tariff, (rate("PEAK", "0.3"),))
        publication = make_publication(tariff, program, default_imported=Decimal("0.25"), now=MORNING)

        publish(MORNING)

        assert prices(TODAY) == ["0.25"] * 8 + ["0.3"] * 11 + ["0.25"] * 5
        assert trouble(publication) == ""

    def test_a_default_for_import_alone_does_not_do_where_rates_have_both(self, tariff, program):
        set_rates(tariff, (rate("PEAK", "0.3", "0.1"),))
        publication = make_publication(tariff, program, default_imported=Decimal("0.25"), now=MORNING)

        publish(MORNING)

        assert names() == []
        assert "has not the defaults that its rates have" in trouble(publication)

    def test_a_timing_that_is_gone_leaves_the_event_as_it_was(self, tariff, publication):
        publish(MORNING)
        StoredTiming.objects.filter(tag="PEAK").delete()

        publish(MORNING + HOUR)

        assert prices(TODAY) == MONDAY
        assert trouble(publication) == "2026-06-01: there is no timing 'PEAK' in its tariff plan"

        write_timing("PEAK", "1;2;3;4;5", "08:00:00;19:00:00")
        publish(MORNING + 2 * HOUR)
        assert trouble(publication) == ""

    def test_two_rates_with_an_equal_claim(self, tariff, publication):
        set_rates(tariff, (*RATES, rate("*any", "0.5")), since=date(2026, 6, 1), now=MORNING)

        publish(MORNING)

        assert names() == []
        assert trouble(publication) == (
            "2026-06-01: *any and OFFPEAK have the same weight and the same start, and other values,"
            " from 00:00 to 08:00"
        )

    def test_a_change_within_an_hour(self, publication):
        write_timing("PEAK", "1;2;3;4;5", "08:30:00;19:00:00")

        publish(MORNING)

        assert names() == []
        assert (
            trouble(publication) == "2026-06-01: the rate changes at 08:30:00 on 2026-06-01, within an hour"
        )

    def test_a_program_that_says_something_else_since(self, retailer, program, publication):
        retailer.put(f"/programs/{program.id}", _described(program, {**PRICES, "currency": "SEK"}))

        publish(MORNING)

        assert names() == []
        assert trouble(publication) == (
            "2026-06-01: The program 'household prices' does not say in its payloadDescriptors that PRICE is in EUR"
            " per KWH"
        )

    def test_one_in_trouble_keeps_no_other_from_being_published(self, tariff, publication):
        gap = make_tariff((rate("PEAK", "1"),), name="gap")
        make_publication(gap, make_program("other"), now=MORNING - HOUR)

        assert publish(MORNING) == 2

        assert names() == [TODAY]


def _described(program: Program, descriptor: dict[str, Any]) -> dict[str, Any]:
    return {"programName": program.program_name, "payloadDescriptors": [descriptor]}


class TestKeeping:
    def test_days_that_are_over_are_forgotten(self, publication):
        for day in range(6):
            publish(AFTER_TWO + timedelta(days=day))

        kept = PublishedDay.objects.order_by("day").values_list("day", flat=True)
        assert list(kept) == [date(2026, 6, day) for day in range(3, 8)]
        assert Event.objects.count() == 7

    def test_a_version_that_is_deleted_is_as_if_it_had_not_been(self, tariff, publication):
        set_rates(tariff, (rate("*any", "1"),), since=date(2026, 6, 2), now=MORNING)
        delete_version(caller=STAFF, version=tariff.versions.get(valid_from=date(2026, 6, 2)), now=MORNING)

        publish(AFTER_TWO)

        assert prices(TOMORROW) == MONDAY

    def test_tomorrow_may_be_published_at_another_hour(self, tariff, program):
        make_publication(tariff, program, publish_at=time(9), now=MORNING)

        publish(MORNING)

        assert names() == [TODAY, TOMORROW]
