"""Readings: which values a report has, and when each of them was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from events.models import Reading, Report
from events.reports.readings import Extent, extent_of, is_complete, readings_of, windows_of
from tests.conftest import event_request
from tests.events.reporting import one_value, post, report_request

MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def resource(*intervals: dict[str, Any], **period: str) -> dict[str, Any]:
    shared = {"intervalPeriod": period} if period else {}
    return {"resourceName": "meter-1", **shared, "intervals": [*intervals]}


def interval(*values: Any, id_: int = 0, type_: str = "USAGE", **period: str) -> dict[str, Any]:
    timed = {"intervalPeriod": period} if period else {}
    return {"id": id_, **timed, "payloads": [{"type": type_, "values": [*values]}]}


def windows(reported: dict[str, Any], **of_event: Extent) -> list[tuple[datetime, datetime | None] | None]:
    extents = {int(name.removeprefix("i")): extent for name, extent in of_event.items()}
    (found,) = windows_of([reported], extents)
    return [window and (window.starts_at, window.ends_at) for window in found]


def values(reported: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = readings_of([reported], windows_of([reported], {}))
    return [(reading.number, reading.text, reading.starts_at, reading.ends_at) for reading in found]


class TestWhen:
    def test_intervals_follow_each_other_from_the_start_of_the_resource(self):
        reported = resource(
            interval(1),
            interval(2, duration="PT15M"),
            interval(3),
            start="2026-06-01T00:00:00Z",
            duration="PT1H",
        )

        assert windows(reported) == [
            (MIDNIGHT, MIDNIGHT + HOUR),
            (MIDNIGHT + HOUR, MIDNIGHT + HOUR * 1.25),
            (MIDNIGHT + HOUR * 1.25, MIDNIGHT + HOUR * 2.25),
        ]

    def test_an_interval_may_have_a_start_of_its_own(self):
        reported = resource(
            interval(1), interval(2, start="2026-06-01T12:00:00Z"), interval(3), start="2026-06-01T00:00:00Z",
            duration="PT1H",
        )  # fmt: skip

        assert windows(reported) == [
            (MIDNIGHT, MIDNIGHT + HOUR),
            (MIDNIGHT + 12 * HOUR, MIDNIGHT + 13 * HOUR),
            (MIDNIGHT + 13 * HOUR, MIDNIGHT + 14 * HOUR),
        ]

    def test_what_follows_an_interval_with_a_start_needs_no_event(self):
        reported = resource(
            interval(1, start="2026-06-01T12:00:00Z", duration="PT1H"), interval(2, id_=1, duration="PT1H")
        )

        assert windows(reported, i1=Extent(MIDNIGHT, MIDNIGHT + HOUR)) == [
            (MIDNIGHT + 12 * HOUR, MIDNIGHT + 13 * HOUR),
            (MIDNIGHT + 13 * HOUR, MIDNIGHT + 14 * HOUR),
        ]

    def test_one_open_end_makes_the_whole_open(self):
        reported = resource(
            interval(1, start="2026-06-01T12:00:00Z", duration="PT1H"),
            interval(2, start="2026-06-01T00:00:00Z", duration="P9999Y"),
        )

        assert extent_of(windows_of([reported], {})) == (MIDNIGHT, None)

    def test_without_a_duration_it_is_an_instant(self):
        assert windows(resource(interval(1), start="2026-06-01T00:00:00Z")) == [(MIDNIGHT, MIDNIGHT)]

    def test_what_follows_something_without_end_has_no_time(self):
        reported = resource(interval(1), interval(2), start="2026-06-01T00:00:00Z", duration="P9999Y")

        assert windows(reported, i0=Extent(MIDNIGHT, None)) == [(MIDNIGHT, None), None]

    @pytest.mark.parametrize("period", [{}, {"start": "0001-01-01"}, {"start": "0000-00-00"}])
    def test_without_a_named_start_it_is_the_interval_of_the_event(self, period):
        hour = Extent(MIDNIGHT + 5 * HOUR, MIDNIGHT + 6 * HOUR)

        assert windows(resource(interval(1, id_=5), interval(2, id_=6), **period), i5=hour) == [hour, None]

    def test_a_duration_of_its_own_counts_from_there(self):
        reported = resource(interval(1, id_=5), duration="PT10M")

        assert windows(reported, i5=Extent(MIDNIGHT, MIDNIGHT + HOUR)) == [(MIDNIGHT, MIDNIGHT + HOUR / 6)]

    def test_sub_intervals_that_share_an_id_follow_each_other(self):
        reported = resource(interval(1), interval(2), interval(3, id_=1), duration="PT30M")

        assert windows(
            reported, i0=Extent(MIDNIGHT, MIDNIGHT + HOUR), i1=Extent(MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR)
        ) == [
            (MIDNIGHT, MIDNIGHT + HOUR / 2),
            (MIDNIGHT + HOUR / 2, MIDNIGHT + HOUR),
            (MIDNIGHT + HOUR, MIDNIGHT + HOUR * 1.5),
        ]

    def test_sub_intervals_that_share_an_id_and_have_no_duration_are_all_of_it(self):
        hour = Extent(MIDNIGHT, MIDNIGHT + HOUR)

        assert windows(resource(interval(1), interval(2)), i0=hour) == [hour, hour]

    def test_it_says_whether_the_report_is_enough(self):
        timed = resource(interval(1), start="2026-06-01T00:00:00Z")

        assert is_complete(windows_of([timed], {}))
        assert not is_complete(windows_of([timed, resource(interval(1))], {}))

    @pytest.mark.parametrize(
        ("day", "hours"), [("2026-03-29T00:00:00+01:00", 23), ("2026-10-25T00:00:00+02:00", 25)]
    )
    def test_a_local_day_of_hours_ends_where_its_hours_end(self, day, hours):
        reported = resource(*(interval(n, id_=n) for n in range(hours)), start=day, duration="PT1H")
        start = datetime.fromisoformat(day)
        next_midnight = (start + timedelta(hours=hours)).astimezone(UTC)

        extent = extent_of(windows_of([reported], {}))

        assert extent == (start, next_midnight)
        assert next_midnight.hour == (22 if hours == 23 else 23)

    def test_a_day_has_24_hours_and_a_month_as_many_days_as_it_has(self):
        reported = resource(
            interval(1, duration="P1D"), interval(2, duration="P1M"), start="2026-03-29T00:00:00+01:00"
        )

        assert windows(reported)[-1] == (
            datetime(2026, 3, 29, 23, tzinfo=UTC),
            datetime(2026, 4, 29, 23, tzinfo=UTC),
        )

    def test_the_end_of_the_calendar_is_never(self):
        reported = resource(interval(1), start="9999-12-31T23:59:59Z", duration="PT1H")

        assert windows(reported) == [(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), None)]


class TestValues:
    @pytest.mark.parametrize("type_", ["USAGE", "READING", "IMPORT_CAPACITY_RESERVATION"])
    def test_several_values_share_the_window(self, type_):
        reported = resource(interval(1, 2, 3, 4, type_=type_), start="2026-06-01T00:00:00Z", duration="PT1H")

        assert values(reported) == [
            (number + 1, None, MIDNIGHT + HOUR * number / 4, MIDNIGHT + HOUR * (number + 1) / 4)
            for number in range(4)
        ]

    def test_of_a_window_without_end_the_first_value_has_it(self):
        reported = resource(interval(1, 2), start="2026-06-01T00:00:00Z", duration="P9999Y")

        assert values(reported) == [(1, None, MIDNIGHT, None), (2, None, None, None)]

    @pytest.mark.parametrize("type_", ["OPERATING_STATE", "SETPOINT", "X_PRIVATE"])
    def test_lists_and_private_types_are_not_divided(self, type_):
        reported = resource(interval("a", "b", type_=type_), start="2026-06-01T00:00:00Z", duration="PT1H")

        assert values(reported) == [
            (None, "a", MIDNIGHT, MIDNIGHT + HOUR),
            (None, "b", MIDNIGHT, MIDNIGHT + HOUR),
        ]

    @pytest.mark.parametrize(
        ("value", "number", "text"),
        [
            (Decimal("0.10"), Decimal("0.10"), None),
            (5, 5, None),
            (0, 0, None),
            ("5", None, "5"),
            ("", None, ""),
            (True, None, "true"),
            (False, None, "false"),
            ({"x": 1, "y": Decimal("0.10")}, None, '{"x":1,"y":0.10}'),
        ],
    )
    def test_what_is_no_number_is_a_text(self, value, number, text):
        ((found, found_text, _, _),) = values(resource(interval(value)))

        assert (found, found_text, type(found)) == (number, text, type(number))

    def test_without_any_there_is_no_extent(self):
        assert extent_of([]) is None
        assert extent_of(windows_of([resource()], {})) is None


class TestTheRows:
    def test_they_are_written_with_the_report(self, ven, event):
        report = post(ven, report_request(event))

        assert list(Reading.objects.order_by("position").values_list()) == [
            (report["id"], number, "meter-1", number, MIDNIGHT + number * HOUR, MIDNIGHT + (number + 1) * HOUR,
             "USAGE", Decimal(f"{number}.1"), None)
            for number in range(3)
        ]  # fmt: skip
        stored = Report.objects.get()
        assert (stored.starts_at, stored.ends_at) == (MIDNIGHT, MIDNIGHT + 3 * HOUR)
        assert stored.resource_names == ["meter-1"]

    def test_they_are_replaced_with_it(self, ven, event):
        report = post(ven, report_request(event))

        ven.put(f"/reports/{report['id']}", one_value(event, 7))

        assert [(each.position, each.number) for each in Reading.objects.all()] == [(0, 7)]

    def test_others_stay_when_it_is_deleted(self, ven, event):
        first, second = (post(ven, report_request(event)) for _ in range(2))

        ven.delete(f"/reports/{first['id']}")

        assert {each.report_id for each in Reading.objects.all()} == {second["id"]}
        assert Reading.objects.count() == 3

    def test_without_times_they_have_those_of_the_event(self, ven, event):
        post(ven, one_value(event, 1, id=2))

        reading = Reading.objects.get()
        assert (reading.starts_at, reading.ends_at) == (MIDNIGHT + 2 * HOUR, MIDNIGHT + 3 * HOUR)
        assert Report.objects.get().starts_at == MIDNIGHT + 2 * HOUR

    def test_of_two_intervals_of_the_event_with_one_id_the_first_counts(self, retailer, ven, program):
        twice = [{"id": 5, "payloads": []}, {"id": 5, "payloads": []}]
        event = retailer.post("/events", event_request(program, intervals=twice)).json()

        post(ven, one_value(event, 1, id=5))

        assert Reading.objects.get().starts_at == MIDNIGHT

    def test_where_the_event_has_no_such_interval_there_is_no_time(self, ven, event):
        post(ven, one_value(event, 1, id=77))

        reading, report = Reading.objects.get(), Report.objects.get()
        assert (reading.starts_at, reading.ends_at) == (None, None)
        assert (report.starts_at, report.ends_at) == (None, None)

    def test_an_instant_has_both_bounds(self, ven, event):
        post(ven, one_value(event, 1, intervalPeriod={"start": "2026-06-01T00:00:00Z"}))

        assert Report.objects.get().span.bounds == "[]"

    def test_of_an_open_end_there_is_no_end(self, retailer, ven, program):
        forever = {"start": "2026-06-01T00:00:00Z", "duration": "P9999Y"}
        event = retailer.post("/events", event_request(program, intervalPeriod=forever)).json()

        post(ven, one_value(event, 1))

        assert Reading.objects.get().ends_at is None
        assert (Report.objects.get().starts_at, Report.objects.get().ends_at) == (MIDNIGHT, None)

    @pytest.mark.parametrize("text", ["ü", 'quo"te', "back\\slash", "line\nbreak", "{},", "NULL", "😀"])
    def test_texts_come_through(self, ven, event, text):
        written = one_value(event, text, type_=text)
        written["resources"][0]["resourceName"] = text

        post(ven, written)

        reading = Reading.objects.get()
        assert (reading.text, reading.payload_type, reading.resource_name) == (text, text, text)

    def test_ten_thousand_intervals_are_kept(self, ven, event):
        intervals = [{"id": n, "payloads": [{"type": "USAGE", "values": [n]}]} for n in range(10_000)]
        period = {"start": "2026-06-01T00:00:00Z", "duration": "PT1M"}
        written = report_request(
            event, resources=[{"resourceName": "m", "intervalPeriod": period, "intervals": intervals}]
        )

        assert post(ven, written)["resources"] == written["resources"]
        assert Reading.objects.count() == 10_000
        assert Reading.objects.get(position=9_999).starts_at == MIDNIGHT + timedelta(minutes=9_999)


class TestTheUserGuide:
    """The examples of reports of User Guide 3.1.0, with the event's id put in."""

    @pytest.mark.parametrize(
        ("section", "period", "payloads", "expected"),
        [
            ("7.7-2", None, [("USAGE", [0.012])], [("0.012", None)]),
            (
                "7.8-1",
                "2023-02-10T00:00:00.000Z",
                [("USAGE", [0.012]), ("DATA_QUALITY", ["MISSING"])],
                [("0.012", None), (None, "MISSING")],
            ),
            (
                "8.3-4",
                "2025-03-14T00:00:00.000Z",
                [("USAGE", [0.012]), ("USAGE", [0.017])],
                [("0.012", None), ("0.017", None)],
            ),
            (
                "8.6-2",
                "2023-02-10T00:00:00.000Z",
                [("STORAGE_USABLE_CAPACITY", [0.018]), ("STORAGE_CHARGE_LEVEL", [33])],
                [("0.018", None), ("33", None)],
            ),
            (
                "8.7-2",
                "2023-02-10T00:00:00.000Z",
                [("LOAD_SHED_DELTA_AVAILABLE", [30.0]), ("GENERATION_DELTA_AVAILABLE", [110.0])],
                [("30.0", None), ("110.0", None)],
            ),
            ("8.9.3-4", "2023-02-10T00:00:00.000Z", [("SETPOINT", [0.10])], [("0.1", None)]),
            (
                "8.10.2-3",
                "2023-02-10T00:00:00.000Z",
                [("IMPORT_CAPACITY_RESERVATION", [242])],
                [("242", None)],
            ),
        ],
    )
    def test_examples_are_taken(self, ven, event, section, period, payloads, expected):
        written = report_request(event, reportName=section)
        timed = {"intervalPeriod": {"start": period, "duration": "PT1H"}} if period else {}
        written["resources"] = [
            {
                "resourceName": "Resource_1",
                **timed,
                "payloadDescriptors": [{"payLoadType": "USAGE", "units": "KWH"}],
                "intervals": [
                    {"id": 0, "payloads": [{"type": type_, "values": found} for type_, found in payloads]}
                ],
            }
        ]

        post(ven, written)

        starts_at = datetime.fromisoformat(period) if period else MIDNIGHT
        readings = Reading.objects.order_by("position")
        assert [(each.number and str(each.number), each.text) for each in readings] == expected
        assert {(each.starts_at, each.ends_at) for each in readings} == {(starts_at, starts_at + HOUR)}
