from datetime import UTC, datetime, timedelta, timezone

import pytest

from events.timeline import Timing, Window, in_force, passes, schedule
from tests.events.scheduling import HOUR, MIDNIGHT, NOON, START, hours, scheduled


class TestStartAndDuration:
    def test_starts_and_durations_override_each_for_itself(self):
        event = scheduled(
            period=(START, "PT1H"),
            intervals=[
                (1, None, None),
                (2, "2025-03-14T05:00:00Z", None),
                (3, None, "PT3H"),
                (4, None, None),
            ],
        )

        assert hours(event.windows) == [(1, 0, 1), (2, 5, 6), (3, 6, 9), (4, 9, 10)]

    def test_gaps_overlaps_and_starts_against_the_list_order_are_kept(self):
        event = scheduled(
            intervals=[
                (7, "2025-03-14T06:00:00Z", "PT4H"),
                (5, "2025-03-14T02:00:00Z", "PT1H"),
                (6, "2025-03-14T08:00:00Z", "PT1H"),
            ]
        )

        assert hours(event.windows) == [(7, 6, 10), (5, 2, 3), (6, 8, 9)]
        assert event.starts_at == MIDNIGHT + 2 * HOUR
        assert event.ends_at == MIDNIGHT + 10 * HOUR

    def test_an_id_is_a_label_and_may_occur_twice(self):
        event = scheduled(period=(START, "PT1H"), intervals=[(9, None, None), (9, None, None)])

        assert [(window.position, window.interval_id) for window in event.windows] == [(0, 9), (1, 9)]

    def test_a_start_that_is_named_nowhere_is_the_moment_of_writing(self):
        event = scheduled(period=(None, "PT1H"), intervals=[(0, None, None)])

        assert hours(event.windows) == [(0, 12, 13)]

    def test_the_moment_of_writing_may_come_in_any_time_zone(self):
        brussels = NOON.astimezone(timezone(timedelta(hours=1)))
        event = scheduled(now=brussels, period=(None, "PT1H"), intervals=[(0, None, None)])

        assert event.windows[0].starts_at.tzinfo is UTC
        assert event.starts_at == NOON

    @pytest.mark.parametrize("duration", [None, "PT0S", "P0D"])
    def test_an_interval_without_duration_is_an_instant(self, duration):
        event = scheduled(intervals=[(0, START, duration)])

        assert event.windows == (Window(0, 0, MIDNIGHT, MIDNIGHT, timedelta(0)),)
        assert event.ends_at == MIDNIGHT

    def test_what_follows_an_interval_without_end_never_starts(self):
        event = scheduled(
            period=(START, "PT1H"),
            intervals=[
                (0, None, "P9999Y"),
                (1, None, None),
                (2, "2025-03-14T05:00:00Z", None),
                (3, None, None),
            ],
        )

        assert hours(event.windows) == [(0, 0, None), (2, 5, 6), (3, 6, 7)]
        assert [window.position for window in event.windows] == [0, 2, 3]
        assert event.ends_at is None

    def test_intervals_that_say_nothing_about_time_hold_from_now_on(self):
        event = scheduled(intervals=[(0, None, None), (1, None, None)])

        assert hours(event.windows) == [(0, 12, None), (1, 12, None)]
        assert (event.starts_at, event.ends_at) == (None, None)
        assert len(in_force(event, NOON)) == 2

    def test_days_are_24_hours_and_months_are_months(self):
        event = scheduled(
            period=("2025-03-29T00:00:00+01:00", "P1D"), intervals=[(0, None, None), (1, None, "P1M")]
        )

        assert event.windows[0].ends_at == datetime(2025, 3, 29, 23, tzinfo=UTC)
        assert event.windows[1].ends_at == datetime(2025, 4, 29, 23, tzinfo=UTC)

    def test_texts_are_checked(self):
        with pytest.raises(ValueError, match="'PT1' is not an ISO 8601 duration"):
            Timing.of(period=(START, "PT1"))
        with pytest.raises(ValueError, match="'noon' is not an RFC 3339 date-time"):
            Timing.of(intervals=[(0, "noon", None)])


class TestEventDuration:
    def test_longer_than_the_intervals_repeats_and_cuts_the_last_repetition(self):
        event = scheduled(
            period=(START, "PT2H"), duration="PT7H", intervals=[(0, None, None), (1, None, None)]
        )

        assert event.every == 4 * HOUR
        assert hours(passes(event, limit=10)) == [(0, 0, 2), (1, 2, 4), (0, 4, 6), (1, 6, 7)]

    def test_shorter_cuts_off_and_drops(self):
        event = scheduled(
            period=(START, "PT2H"),
            duration="PT3H",
            intervals=[(0, None, None), (1, None, None), (2, None, None)],
        )

        assert hours(event.windows) == [(0, 0, 2), (1, 2, 3)]
        assert event.windows[1].length == 2 * HOUR
        assert (event.every, event.ends_at) == (None, MIDNIGHT + 3 * HOUR)

    def test_as_long_as_the_intervals_changes_nothing(self):
        intervals = [(0, None, None), (1, None, None)]

        assert scheduled(period=(START, "PT2H"), duration="PT4H", intervals=intervals) == scheduled(
            period=(START, "PT2H"), intervals=intervals
        )

    def test_is_counted_from_the_earliest_start_and_the_gaps_are_part_of_a_pass(self):
        event = scheduled(
            duration="PT10H",
            intervals=[(1, "2025-03-14T03:00:00Z", "PT1H"), (0, START, "PT1H")],
        )

        assert (event.every, event.ends_at) == (4 * HOUR, MIDNIGHT + 10 * HOUR)
        assert hours(passes(event, limit=10)) == [(1, 3, 4), (0, 0, 1), (1, 7, 8), (0, 4, 5), (0, 8, 9)]

    def test_ends_an_interval_without_end(self):
        event = scheduled(period=(START, "P9999Y"), duration="PT7H", intervals=[(0, None, None)])

        assert hours(event.windows) == [(0, 0, 7)]
        assert (event.every, event.ends_at) == (None, MIDNIGHT + 7 * HOUR)

    def test_of_zero_leaves_nothing_of_an_event_that_starts_now(self):
        event = scheduled(period=("0001-01-01", "PT1H"), duration="PT0S", intervals=[(0, None, None)])

        assert (event.windows, event.ends_at) == ((), NOON)

    def test_of_zero_says_nothing_beside_a_named_start(self):
        event = scheduled(period=(START, "PT1H"), duration="PT0S", intervals=[(0, None, None)])

        assert hours(event.windows) == [(0, 0, 1)]
        assert (event.every, event.ends_at) == (None, MIDNIGHT + HOUR)

    @pytest.mark.parametrize(
        "timing",
        [
            {"intervals": [(0, None, None)]},
            {},
            {"period": (START, "PT1H")},
            {"period": (START, "P9999Y"), "intervals": [(0, None, "PT1H"), (1, None, "PT1H")]},
        ],
    )
    def test_of_zero_says_nothing_wherever_the_event_is_not_cancelled(self, timing):
        assert scheduled(duration="PT0S", **timing) == scheduled(**timing)

    @pytest.mark.parametrize("duration", ["PT7H", "P9999Y"])
    def test_instants_that_are_meant_as_such_are_not_repeated(self, duration):
        event = scheduled(
            period=("0001-01-01", "PT0S"), duration=duration, intervals=[(0, None, None), (1, None, None)]
        )

        assert hours(passes(event, limit=10)) == [(0, 12, 12), (1, 12, 12)]
        assert (event.every, event.ends_at) == (None, NOON)

    @pytest.mark.parametrize(("duration", "end"), [("PT7H", 7), ("P9999Y", None)])
    def test_is_the_duration_of_intervals_that_have_no_other(self, duration, end):
        event = scheduled(period=(START, None), duration=duration, intervals=[(0, None, None)])

        assert hours(event.windows) == [(0, 0, end)]
        assert event.every is None
        assert event.ends_at == (end and MIDNIGHT + end * HOUR)

    def test_does_not_lengthen_the_instant_beside_them(self):
        event = scheduled(
            period=(START, None), duration="PT7H", intervals=[(0, None, None), (1, None, "PT0S")]
        )

        assert hours(event.windows) == [(0, 0, 7), (1, 0, 0)]

    def test_does_not_repeat_an_interval_that_takes_infinity_from_the_event(self):
        event = scheduled(period=(START, "P9999Y"), intervals=[(0, None, "PT1H"), (1, None, None)])

        assert hours(event.windows) == [(0, 0, 1), (1, 1, None)]
        assert (event.every, event.ends_at) == (None, None)

    def test_also_repeats_what_3_0_1_calls_open_ended(self):
        intervals = [(0, None, "PT1H"), (1, "0000-00-00", "PT2H")]

        assert scheduled(period=(START, "P9999Y"), intervals=intervals) == scheduled(
            period=(START, None), duration="P9999Y", intervals=intervals
        )

    def test_counts_from_the_start_of_an_event_without_intervals(self):
        assert scheduled(period=(START, "PT1H"), duration="PT7H").ends_at == MIDNIGHT + 7 * HOUR
        assert scheduled(duration="PT7H").ends_at == NOON + 7 * HOUR


class TestWithoutIntervals:
    def test_the_period_is_that_of_the_event(self):
        event = scheduled(period=(START, "PT7H"), intervals=[])

        assert (event.windows, event.starts_at, event.ends_at) == ((), MIDNIGHT, MIDNIGHT + 7 * HOUR)

    def test_a_start_alone_has_no_end(self):
        assert scheduled(period=(START, None)).ends_at is None

    def test_a_sentinel_and_no_duration_cancel_it(self):
        assert scheduled(period=("0001-01-01", "PT0S")).ends_at == NOON


class TestReportOnly:
    def test_implied_intervals_end_with_the_duration_of_the_event(self):
        event = scheduled(period=(START, "PT1H"), duration="PT5H", report_only=True, num_intervals=2)

        assert hours(passes(event, limit=10)) == [(None, hour, hour + 1) for hour in range(5)]
        assert event.ends_at == MIDNIGHT + 5 * HOUR

    @pytest.mark.parametrize("num_intervals", [-1, 0, 1])
    def test_all_intervals_is_a_number_that_nothing_says(self, num_intervals):
        event = scheduled(period=(START, "PT1H"), report_only=True, num_intervals=num_intervals)

        assert hours(event.windows) == [(None, 0, 1)]
        assert (event.every, event.ends_at) == (HOUR, None)

    def test_more_implied_intervals_than_anybody_needs_are_the_same_grid(self):
        event = scheduled(period=(START, "PT1H"), report_only=True, num_intervals=2**31 - 1)

        assert len(event.windows) == 1000
        assert hours(in_force(event, MIDNIGHT + 12345 * HOUR)) == [(None, 12345, 12346)]

    def test_intervals_without_length_do_not_end_it(self):
        event = scheduled(period=("0001-01-01", "PT0S"), intervals=[(0, None, None)], report_only=True)

        assert (event.starts_at, event.ends_at) == (NOON, None)

    def test_a_duration_of_zero_does_not_end_it(self):
        assert scheduled(duration="PT0S", report_only=True).ends_at is None

    def test_a_duration_ends_it(self):
        assert scheduled(period=("0001-01-01", "PT0S"), duration="P7D", report_only=True).ends_at == (
            NOON + timedelta(days=7)
        )


class TestActiveUntil:
    """The bullets on `active=true`: an event has ended from `ends_at` on, and never without one."""

    def test_a_future_event_has_not_ended(self):
        event = scheduled(period=("2030-01-01T00:00:00Z", "PT1H"), intervals=[(0, None, None)])

        assert event.ends_at == datetime(2030, 1, 1, 1, tzinfo=UTC)

    def test_a_sentinel_with_a_duration_is_anchored_where_it_was_written(self):
        event = scheduled(period=("0000-00-00", "PT1H"), intervals=[(0, None, None), (1, None, None)])

        assert event.ends_at == NOON + 2 * HOUR

    def test_writing_it_again_anchors_it_again(self):
        timing = Timing.of(period=("0001-01-01", "PT1H"), intervals=[(0, None, None)])

        assert schedule(timing, now=NOON + HOUR).ends_at == NOON + 2 * HOUR

    def test_the_end_is_not_included(self):
        event = scheduled(period=(START, "PT1H"), intervals=[(0, None, None)])

        assert len(in_force(event, MIDNIGHT)) == 1
        assert len(in_force(event, event.ends_at - timedelta.resolution)) == 1
        assert in_force(event, event.ends_at) == []
