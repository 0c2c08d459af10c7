"""What an event is doing at a moment, and when that changes: branch by branch."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from events.timeline import Phase, Timing, boundaries, moment_of, next_boundary, schedule

NOON = datetime(2025, 3, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
START = "2025-03-14T13:00:00Z"
_NOW = "0001-01-01"


def life(*, until=48, **timing):
    """(hours after noon, phase, ids of the intervals in force) at noon and at each boundary."""
    planned = Timing.of(**timing)
    windows = schedule(planned, now=NOON)
    moment, told = NOON - HOUR, []
    while moment is not None and moment <= NOON + until * HOUR:
        phase, in_force = moment_of(planned, windows, moment)
        told.append(((moment - NOON) / HOUR, phase.value, [window.interval_id for window in in_force]))
        moment = next_boundary(planned, windows, moment)
    return told


def intervals(*periods):
    return [(number, *period) for number, period in enumerate(periods)]


def test_announced_then_interval_by_interval_then_ended():
    assert life(period=(START, "PT1H"), intervals=intervals((None, None), (None, None))) == [
        (-1, "announced", []),
        (1, "active", [0]),
        (2, "active", [1]),
        (3, "ended", []),
    ]


def test_a_gap_is_active_with_nothing_in_force():
    given = intervals((START, "PT1H"), ("2025-03-14T16:00:00Z", "PT1H"))

    assert life(intervals=given) == [
        (-1, "announced", []),
        (1, "active", [0]),
        (2, "active", []),
        (4, "active", [1]),
        (5, "ended", []),
    ]


def test_where_intervals_overlap_both_are_in_force():
    assert life(intervals=intervals((START, "PT3H"), ("2025-03-14T14:00:00Z", "PT1H"))) == [
        (-1, "announced", []),
        (1, "active", [0]),
        (2, "active", [0, 1]),
        (3, "active", [0]),
        (4, "ended", []),
    ]


def test_an_open_end_never_ends():
    assert life(period=(START, "P9999Y"), intervals=intervals((None, None))) == [
        (-1, "announced", []),
        (1, "active", [0]),
    ]


def test_now_begins_when_it_was_written():
    assert life(period=(_NOW, "PT1H"), intervals=intervals((None, None))) == [
        (-1, "announced", []),
        (0, "active", [0]),
        (1, "ended", []),
    ]


def test_what_says_nothing_of_time_is_always_active():
    """Its intervals hold since it was written."""
    assert life(intervals=intervals((None, None))) == [(-1, "active", []), (0, "active", [0])]
    assert life() == [(-1, "active", [])]


@pytest.mark.parametrize(
    "timing",
    [
        {"period": (_NOW, "PT0S"), "intervals": intervals((None, None))},
        {"period": (_NOW, "PT0S")},
        {"period": (_NOW, "PT0S"), "duration": "PT0S", "intervals": intervals((None, None))},
        {"period": (_NOW, None), "duration": "PT0S", "intervals": intervals((None, None))},
    ],
)
def test_minimal_values_cancel(timing):
    assert life(**timing) == [(-1, "cancelled", [])]


def test_a_request_for_reports_is_never_cancelled():
    (first, *_) = life(period=(_NOW, "PT0S"), report_only=True)

    assert first[1] != "cancelled"


def test_an_instant_has_ended_as_it_begins():
    assert life(period=(START, "PT0S"), intervals=intervals((None, None))) == [
        (-1, "announced", []),
        (1, "ended", []),
    ]


def test_an_instant_among_others_is_a_boundary_at_which_nothing_is_different():
    """It may be told of: whoever is told hears how things are, once more."""
    told = life(intervals=intervals((START, "PT2H"), ("2025-03-14T14:00:00Z", "PT0S")))

    assert told == [
        (-1, "announced", []),
        (1, "active", [0]),
        (2, "active", [0]),
        (3, "ended", []),
    ]


def test_a_loop_goes_round_until_the_event_ends_in_the_middle_of_one():
    given = intervals((None, "PT1H"), (None, "PT2H"))

    assert life(period=(START, None), duration="PT5H", intervals=given) == [
        (-1, "announced", []),
        (1, "active", [0]),
        (2, "active", [1]),
        (4, "active", [0]),
        (5, "active", [1]),
        (6, "ended", []),
    ]


def test_a_loop_without_end_has_a_next_boundary_at_any_time():
    timing = Timing.of(period=(START, "PT1S"), duration="P9999Y", intervals=intervals((None, None)))
    windows = schedule(timing, now=NOON)
    far = NOON + timedelta(days=40_000, milliseconds=300)

    assert next_boundary(timing, windows, far) == NOON + timedelta(days=40_000, seconds=1)


def test_any_number_of_boundaries_take_one_look_at_each_interval():
    """Whoever writes an event waits for the clock, which may have hundreds of them to make up for."""
    timing = Timing.of(period=(START, "PT1S"), intervals=intervals(*[(None, None)] * 1_440))
    windows = Counted(schedule(timing, now=NOON).windows)
    planned = replace(schedule(timing, now=NOON), windows=windows)

    found = list(islice(boundaries(timing, planned, NOON), 900))

    assert found == [NOON + HOUR + timedelta(seconds=number) for number in range(900)]
    assert windows.looked_at == 1_440


def test_of_a_loop_no_more_passes_are_looked_at_than_are_asked_for():
    timing = Timing.of(period=(START, "PT1S"), duration="P9999Y", intervals=intervals((None, None)))
    planned = schedule(timing, now=NOON)

    week = boundaries(timing, planned, NOON + timedelta(days=7))

    assert next(week) == NOON + timedelta(days=7, seconds=1)
    assert next(week) == NOON + timedelta(days=7, seconds=2)


class Counted(tuple):
    """Windows that know how often one of them was looked at."""

    looked_at = 0

    def __iter__(self):
        for window in super().__iter__():
            self.looked_at += 1
            yield window


def test_months_are_as_long_as_the_calendar_makes_them():
    assert (
        life(
            until=24 * 70,
            period=("2025-03-31T12:00:00Z", "P1M"),
            intervals=intervals((None, None), (None, None)),
        )
        == [
            (-1, "announced", []),
            (17 * 24, "active", [0]),
            (47 * 24, "active", [1]),  # 30 April, as April has no 31st
            (77 * 24, "ended", []),
        ][:3]
    )


@pytest.mark.parametrize(("offset", "utc_hour"), [("+01:00", 23), ("-05:00", 5)])
def test_a_day_is_24_hours_also_where_a_clock_changes(offset, utc_hour):
    """The wire has offsets, not zones: on the 30th of March 2025, a day of 23 hours in Europe, P1D ends at the same
    offset's midnight."""
    timing = Timing.of(period=(f"2025-03-30T00:00:00{offset}", "P1D"), intervals=intervals((None, None)))
    windows = schedule(timing, now=NOON)

    start = next_boundary(timing, windows, NOON)

    assert start is not None
    assert start.astimezone(UTC).hour == utc_hour
    assert next_boundary(timing, windows, start) == start + timedelta(days=1)


def test_phases_have_the_words_of_the_guide():
    assert [phase.value for phase in Phase] == ["announced", "active", "ended", "cancelled"]
