from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from events.timeline import Window, in_force, is_divided, occurrences, passes, sub_windows
from tests.events.scheduling import HOUR, MIDNIGHT, NOON, START, hours, scheduled

LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC)


class TestReading:
    @pytest.fixture
    def loop(self):
        """Two hours, an hour's gap before the second interval; a pass of four hours, for ever."""
        return scheduled(
            duration="P9999Y",
            intervals=[(0, START, "PT1H"), (1, "2025-03-14T02:00:00Z", "PT2H")],
        )

    def test_in_force_finds_the_repetition(self, loop):
        assert hours(in_force(loop, MIDNIGHT + 40 * HOUR)) == [(0, 40, 41)]
        assert hours(in_force(loop, MIDNIGHT + 43.5 * HOUR)) == [(1, 42, 44)]
        assert in_force(loop, MIDNIGHT + 41 * HOUR) == []
        assert in_force(loop, MIDNIGHT - timedelta.resolution) == []

    def test_nothing_is_in_force_after_a_repetition_was_cut_off(self):
        event = scheduled(period=(START, "PT2H"), duration="PT3H", intervals=[(0, None, None)])

        assert hours(in_force(event, MIDNIGHT + 2.5 * HOUR)) == [(0, 2, 3)]
        assert in_force(event, MIDNIGHT + 3 * HOUR) == []
        assert in_force(event, MIDNIGHT + 3.5 * HOUR) == []

    def test_in_force_gives_all_that_overlap(self):
        event = scheduled(intervals=[(0, START, "PT5H"), (1, START, "PT1H"), (2, START, "P9999Y")])

        assert [window.interval_id for window in in_force(event, MIDNIGHT)] == [0, 1, 2]

    def test_occurrences_are_those_that_overlap_the_period(self, loop):
        found = occurrences(loop, from_at=MIDNIGHT + 9 * HOUR, to_at=MIDNIGHT + 14 * HOUR, limit=100)

        assert hours(found) == [(1, 10, 12), (0, 12, 13)]

    def test_occurrences_before_the_event_are_none(self, loop):
        assert list(occurrences(loop, from_at=MIDNIGHT - HOUR, to_at=MIDNIGHT, limit=9)) == []

    def test_occurrences_stop_at_the_limit(self):
        event = scheduled(period=(START, "PT0.000001S"), duration="P9999Y", intervals=[(0, None, None)])

        assert len(list(occurrences(event, from_at=NOON, to_at=LAST_DAY, limit=5))) == 5

    def test_occurrences_are_in_order_of_time(self):
        event = scheduled(
            intervals=[(1, "2025-03-14T03:00:00Z", "PT1H"), (0, START, "PT1H")], duration="PT8H"
        )
        found = occurrences(event, from_at=MIDNIGHT, to_at=LAST_DAY, limit=9)

        assert hours(found) == [(0, 0, 1), (1, 3, 4), (0, 4, 5), (1, 7, 8)]

    def test_an_instant_occurs_though_it_is_never_in_force(self):
        event = scheduled(intervals=[(0, START, "PT0S")])

        assert len(list(occurrences(event, from_at=MIDNIGHT, to_at=MIDNIGHT + HOUR, limit=9))) == 1
        assert list(occurrences(event, from_at=MIDNIGHT - HOUR, to_at=MIDNIGHT, limit=9)) == []
        assert in_force(event, MIDNIGHT) == []

    def test_an_instant_at_the_end_of_a_pass_is_not_lost_where_the_next_begins(self):
        event = scheduled(
            period=(START, None), duration="P9999Y", intervals=[(0, None, "PT1H"), (1, None, "PT0S")]
        )
        found = occurrences(event, from_at=MIDNIGHT + HOUR, to_at=MIDNIGHT + 1.5 * HOUR, limit=9)

        assert hours(found) == [(1, 1, 1), (0, 1, 2)]

    def test_passes_without_end_stop_at_the_limit(self, loop):
        assert hours(passes(loop, limit=3)) == [(0, 0, 1), (1, 2, 4), (0, 4, 5)]

    def test_reading_works_from_what_was_stored(self, loop):
        stored = replace(loop, windows=tuple(Window(*row) for row in [tuple(row) for row in loop.windows]))

        assert in_force(stored, MIDNIGHT + 40 * HOUR) == in_force(loop, MIDNIGHT + 40 * HOUR)


class TestSubIntervals:
    @pytest.mark.parametrize(
        "payload_type", ["PRICE", "EXPORT_PRICE", "PRICE_ALTERNATE", "GHG", "IMPORT_CAPACITY_LIMIT", "SIMPLE"]
    )
    def test_scalar_types_are_divided(self, payload_type):
        assert is_divided(payload_type)

    @pytest.mark.parametrize(
        "payload_type",
        ["CURVE", "OLS", "DISPATCH_INSTRUCTION", "CONTROL_SETPOINT", "ALERT_FIRE", "X_PRICE", "price"],
    )
    def test_lists_texts_and_private_types_are_not(self, payload_type):
        assert not is_divided(payload_type)

    def test_parts_have_no_seam_where_the_division_leaves_a_rest(self):
        window = scheduled(intervals=[(0, START, "PT1S")]).windows[0]
        parts = sub_windows(window, 7)

        assert [part.starts_at for part in parts[1:]] == [part.ends_at for part in parts[:-1]]
        assert (parts[0].starts_at, parts[-1].ends_at) == (window.starts_at, window.ends_at)

    def test_an_event_that_is_cut_off_keeps_the_length_of_its_parts(self):
        event = scheduled(intervals=[(0, START, "PT24H")], duration="PT150M")

        assert hours(sub_windows(event.windows[0], 24)) == [(0, 0, 1), (0, 1, 2), (0, 2, 2.5)]

    def test_so_does_the_last_repetition(self):
        event = scheduled(intervals=[(0, START, "PT2H")], duration="PT5H")
        last = list(passes(event, limit=9))[-1]

        assert hours(sub_windows(last, 4)) == [(0, 4, 4.5), (0, 4.5, 5)]

    def test_the_first_of_several_values_holds_for_ever_where_there_is_no_end(self):
        window = scheduled(intervals=[(0, START, "P9999Y")]).windows[0]

        assert sub_windows(window, 3) == [window]

    def test_an_instant_is_divided_into_instants(self):
        window = scheduled(intervals=[(0, START, "PT0S")]).windows[0]

        assert sub_windows(window, 2) == [window, window]

    @pytest.mark.parametrize(("values", "count"), [(0, 0), (1, 1)])
    def test_one_value_has_the_whole_and_none_has_nothing(self, values, count):
        window = scheduled(intervals=[(0, START, "PT1H")]).windows[0]

        assert sub_windows(window, values) == [window] * count


class TestTheEndOfTheCalendar:
    def test_an_interval_that_ends_beyond_it_has_no_end(self):
        event = scheduled(
            period=("9999-12-31T23:30:00Z", "PT1H"), intervals=[(0, None, None), (1, None, None)]
        )

        assert [window.position for window in event.windows] == [0]
        assert (event.windows[0].ends_at, event.ends_at) == (None, None)

    def test_repetitions_stop_there(self):
        event = scheduled(
            period=("9999-12-31T21:00:00Z", "PT1H"), duration="P1Y", intervals=[(0, None, None)]
        )

        assert [window.starts_at.hour for window in passes(event, limit=9)] == [21, 22, 23]
        assert [window.ends_at for window in passes(event, limit=9)][-1] is None
        assert len(in_force(event, datetime.max.replace(tzinfo=UTC))) == 1

    def test_an_event_in_the_first_year_has_windows_too(self):
        event = scheduled(period=("0001-01-01T01:00:00Z", "P9998Y"), intervals=[(0, None, None)])

        assert event.ends_at == datetime(9999, 1, 1, 1, tzinfo=UTC)


def test_ten_thousand_intervals_are_scheduled_and_read():
    event = scheduled(
        period=(START, "PT1M"),
        duration="P9999Y",
        intervals=[(number, None, None) for number in range(10_000)],
    )

    assert event.every == timedelta(minutes=10_000)
    assert [window.interval_id for window in in_force(event, MIDNIGHT + timedelta(minutes=1_234_567))] == [
        4567
    ]
    assert len(list(islice(passes(event, limit=25_000), 30_000))) == 25_000
