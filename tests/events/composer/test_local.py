"""Local times that do not exist, and those that come twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.composer.local import (
    BadLocalTime,
    Turn,
    label,
    length_of_day,
    moment_of,
    shifted,
    zone_names,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TWICE, NEVER = datetime(2026, 10, 25, 2, 30), datetime(2026, 3, 29, 2, 30)


def test_a_time_that_comes_twice_has_to_be_told_apart():
    with pytest.raises(BadLocalTime, match=r"comes twice .* \(00:30 UTC\) or the second \(01:30 UTC\)"):
        moment_of(TWICE, AMSTERDAM)

    assert moment_of(TWICE, AMSTERDAM, Turn.FIRST) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_of(TWICE, AMSTERDAM, Turn.SECOND) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_time_that_is_left_out_is_told_with_what_it_is_an_hour_later():
    with pytest.raises(BadLocalTime, match=r"2026-03-29 02:30 does not exist in Europe/Amsterdam.* 03:30"):
        moment_of(NEVER, AMSTERDAM, Turn.SECOND)


def test_days_keep_the_local_time_over_a_change_of_clocks():
    before = datetime(2026, 3, 28, 17, tzinfo=UTC)  # 18:00

    assert shifted(before, AMSTERDAM, days=1) == datetime(2026, 3, 29, 16, tzinfo=UTC)
    assert shifted(before, AMSTERDAM, days=-1) == datetime(2026, 3, 27, 17, tzinfo=UTC)


def test_the_calendar_has_an_end():
    with pytest.raises(BadLocalTime, match="beyond the calendar"):
        shifted(datetime(9999, 12, 30, tzinfo=UTC), AMSTERDAM, days=5)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 6, 1), 24), ((2026, 10, 25), 25)])
def test_days_are_as_long_as_they_are(day, hours):
    assert length_of_day(datetime(*day, 10, tzinfo=UTC), AMSTERDAM) == timedelta(hours=hours)


def test_the_two_are_told_apart_by_their_distance_from_utc():
    labels = [label(moment_of(TWICE, AMSTERDAM, turn), AMSTERDAM) for turn in (Turn.FIRST, Turn.SECOND)]

    assert labels == ["2026-10-25 02:30 +02:00", "2026-10-25 02:30 +01:00"]


def test_staff_choose_from_the_zones_that_have_places():
    assert {"UTC", "Europe/Amsterdam"} <= set(zone_names())
