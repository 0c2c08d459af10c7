"""When a timing is active, and the windows that follow from it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tariffs.timings.activity import Window, is_active, next_end, next_start, was_active_in_2013, windows
from tariffs.timings.words import Clock, Timing

BRUSSELS = ZoneInfo("Europe/Brussels")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
NEW_YORK = ZoneInfo("America/New_York")
SANTIAGO = ZoneInfo("America/Santiago")


def at(text: str, zone: ZoneInfo = BRUSSELS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def daily(time: str, **lists: str) -> Timing:
    texts = {"years": "*any", "months": "*any", "month_days": "*any", "week_days": "*any", **lists}
    return Timing.read(**texts, time=time)


def shown(found: list[Window], zone: ZoneInfo) -> list[tuple[str, str]]:
    return [tuple(f"{each.astimezone(zone):%d %H:%M:%S}" for each in window) for window in found]


class TestReading:
    def test_what_is_no_number_is_dropped_and_told(self):
        timing = daily("00:00:00", years="1;foo;13", months=" 1;1;*any", week_days="٣;1_0")

        assert (timing.years, timing.months, timing.week_days) == ((1, 13), (1,), ())
        assert timing.dropped == ("foo", " 1", "*any", "٣", "1_0")

    def test_order_and_repeats_are_kept_and_ranges_are_not_looked_at(self):
        assert daily("", months="13;2;2;-5").months == (13, 2, 2, -5)

    @pytest.mark.parametrize(("text", "day"), [("0", 0), ("7", 0), ("8", 1), ("-7", 0), ("-1", -1)])
    def test_week_days_are_counted_from_sunday(self, text, day):
        assert daily("", week_days=text).week_days == (day,)

    def test_a_number_of_more_than_64_bits_is_none(self):
        assert daily("", years="9223372036854775808").years == ()

    @pytest.mark.parametrize(
        ("time", "start", "end"),
        [
            ("", None, None),
            ("08:00:00", Clock(8, 0, 0), None),
            ("08:00:00;19:30:00", Clock(8, 0, 0), Clock(19, 30, 0)),
            (";19:30:00", None, Clock(19, 30, 0)),
            ("15:00:30Z", Clock(15, 0, 0), None),
            ("aa:bb:cc", Clock(0, 0, 0), None),
            ("1:2:3:4", Clock(1, 2, 3), None),
            ("25:61:61", Clock(25, 61, 61), None),
        ],
    )
    def test_times_are_read_by_their_colons(self, time, start, end):
        timing = daily(time)

        assert (timing.start, timing.end, timing.is_schedule) == (start, end, False)

    @pytest.mark.parametrize("time", ["*asap", "*hourly", "+5m", "08:30", "08:00:00;+5m", "*any"])
    def test_what_is_no_time_of_day_is_a_schedule_and_never_active(self, time):
        timing = daily(time)

        assert timing.is_schedule
        assert not is_active(timing, at("2026-06-01T23:59:59.999999"))
        assert next_start(timing, at("2026-06-01T00:00"), BRUSSELS) is None


class TestActivity:
    def test_the_moment_of_the_end_is_active_and_the_next_is_not(self):
        timing = daily("08:00:00;15:00:00")

        assert is_active(timing, at("2026-06-01T15:00:00"))
        assert not is_active(timing, at("2026-06-01T15:00:00.000001"))

    def test_an_instant_is_read_in_its_own_zone(self):
        timing = daily("08:00:00;09:00:00")

        assert is_active(timing, at("2026-06-01T08:30", BRUSSELS))
        assert not is_active(timing, at("2026-06-01T08:30", BRUSSELS).astimezone(UTC))

    def test_in_2013_the_seconds_before_an_end_were_no_number(self):
        """'12:00:30;23:00:00' was read by its colons: 12, 00 and '30;23'."""
        timing = daily("12:00:30;23:00:00")

        assert was_active_in_2013(timing, at("2026-06-01T12:00:00"))
        assert not is_active(timing, at("2026-06-01T12:00:00"))

    def test_in_2013_clocks_were_compared_by_what_they_show(self):
        """02:30 in Stockholm's gap: at 03:15 its clocks show more than that, though less time has passed."""
        at_quarter_past_three = at("2026-03-29T03:15", STOCKHOLM)

        assert was_active_in_2013(daily("02:30:00"), at_quarter_past_three)
        assert not is_active(daily("02:30:00"), at_quarter_past_three)


class TestWindows:
    def test_there_is_one_for_each_day_that_the_lists_allow(self):
        found = windows(
            daily("08:00:00;19:00:00", week_days="1;2"), at("2026-06-01"), at("2026-06-08"), BRUSSELS
        )

        assert shown(list(found), BRUSSELS) == [
            ("01 08:00:00", "01 19:00:00"),
            ("02 08:00:00", "02 19:00:00"),
        ]

    def test_those_at_the_edges_are_whole(self):
        period = at("2026-06-01T12:00"), at("2026-06-02T09:00")

        found = list(windows(daily("08:00:00;19:00:00"), *period, BRUSSELS))

        assert shown(found, BRUSSELS) == [("01 08:00:00", "01 19:00:00"), ("02 08:00:00", "02 19:00:00")]

    def test_one_that_only_touches_the_period_is_not_in_it(self):
        period = at("2026-06-01T19:00"), at("2026-06-02T08:00")

        assert list(windows(daily("08:00:00;19:00:00"), *period, BRUSSELS)) == []

    @pytest.mark.parametrize("time", ["22:00:00;06:00:00", "10:00:00;10:00:00", "25:61:61"])
    def test_none_goes_over_midnight_or_is_a_mere_instant(self, time):
        assert list(windows(daily(time), at("2026-06-01"), at("2026-07-01"), BRUSSELS)) == []

    def test_a_whole_day_has_23_or_25_hours_when_clocks_change(self):
        spring = list(windows(daily(""), at("2026-03-29"), at("2026-03-30"), BRUSSELS))
        autumn = list(windows(daily(""), at("2026-10-25"), at("2026-10-26"), BRUSSELS))

        assert [(each.end - each.start).total_seconds() / 3600 for each in spring + autumn] == [23, 25]

    def test_a_start_that_clocks_skip_is_an_hour_later_east_of_greenwich(self):
        found = list(windows(daily("02:30:00;12:00:00"), at("2026-03-29"), at("2026-03-30"), STOCKHOLM))

        assert shown(found, STOCKHOLM) == [("29 03:30:00", "29 12:00:00")]

    def test_and_an_hour_earlier_west_of_it(self):
        found = list(
            windows(
                daily("02:30:00;12:00:00"),
                at("2026-03-08T00:00", NEW_YORK),
                at("2026-03-09T00:00", NEW_YORK),
                NEW_YORK,
            )
        )

        assert shown(found, NEW_YORK) == [("08 01:30:00", "08 12:00:00")]

    def test_a_day_without_a_midnight_begins_with_the_change(self):
        period = at("2026-09-06T00:00", SANTIAGO), at("2026-09-07T00:00", SANTIAGO)

        found = list(windows(daily("00:30:00;02:00:00"), *period, SANTIAGO))

        assert shown(found, SANTIAGO) == [("06 01:00:00", "06 02:00:00")]

    def test_a_day_that_a_zone_left_out_has_none(self):
        apia = ZoneInfo("Pacific/Apia")
        period = at("2011-12-29T00:00", apia), at("2012-01-01T00:00", apia)

        assert shown(list(windows(daily(""), *period, apia)), apia) == [
            ("29 00:00:00", "31 00:00:00"),
            ("31 00:00:00", "01 00:00:00"),
        ]

    @pytest.mark.parametrize("day", ["0001-01-02", "9999-12-30"])
    def test_the_ends_of_the_calendar_have_none(self, day):
        moment = datetime.fromisoformat(day).replace(tzinfo=UTC)

        assert list(windows(daily(""), moment, moment.replace(hour=12), BRUSSELS)) == []
        assert not is_active(daily("08:00:00", years="2026"), moment)


class TestNext:
    def test_the_next_start_is_later_than_the_moment(self):
        timing = daily("08:00:00;19:00:00")

        assert next_start(timing, at("2026-06-01T08:00"), BRUSSELS) == at("2026-06-02T08:00")
        assert next_end(timing, at("2026-06-01T08:00"), BRUSSELS) == at("2026-06-01T19:00")
        assert next_end(timing, at("2026-06-01T19:00"), BRUSSELS) == at("2026-06-02T19:00")

    def test_a_timing_of_years_that_are_over_never_starts(self):
        timing = daily("08:00:00", years="2024")

        assert next_start(timing, at("2025-01-01"), BRUSSELS) is None
        assert next_end(timing, at("2025-01-01"), BRUSSELS) is None

    def test_a_leap_day_on_a_monday_is_found_40_years_later(self):
        timing = daily("00:00:00", months="2", month_days="29", week_days="1")

        assert next_start(timing, at("2072-03-01"), BRUSSELS) == at("2112-02-29")

    def test_a_day_that_never_comes_is_none(self):
        assert next_start(daily("", months="2", month_days="30"), at("2026-01-01"), BRUSSELS) is None
        assert next_start(daily("", months="13"), at("2026-01-01"), BRUSSELS) is None
