"""Windows are what `is_active` says at each moment of time, in zones of all kinds of clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tariffs.timings.activity import is_active, next_end, next_start, windows
from tariffs.timings.words import Timing

ZONES = [
    ZoneInfo(name)
    for name in (
        *("Europe/Brussels", "Europe/Stockholm", "America/New_York", "Australia/Lord_Howe"),
        *("Africa/Casablanca", "America/Santiago", "Africa/Cairo", "America/Havana", "Europe/London"),
    )
]
# Days about which clocks change in one of these zones, and one about which they do not.
DAYS = [
    *(date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5)),
    *(date(2026, 10, 4), date(2026, 2, 15), date(2026, 3, 22), date(2026, 4, 24), date(2026, 10, 30)),
    *(date(2026, 4, 4), date(2026, 9, 6), date(2026, 7, 15)),
]
clocks = st.one_of(
    st.just(""),
    st.builds("{:02}:{:02}:00".format, st.integers(0, 26), st.integers(0, 61)),
    st.builds("{:02}:{:02}:00".format, st.integers(0, 3), st.sampled_from([0, 15, 30, 45])),
)


@st.composite
def timings(draw: st.DrawFn) -> Timing:
    return Timing.read(
        draw(st.sampled_from(["", "2026", "2025;2026"])),
        draw(st.sampled_from(["*any", "3;4;10;11", "2;9"])),
        draw(st.sampled_from(["*any", "*any", "1;8;29;25", "-1;5"])),
        draw(st.sampled_from(["*any", "*any", "6;7", "1;2;3"])),
        f"{draw(clocks)};{draw(clocks)}",
    )


def minutes(since: datetime, until: datetime) -> list[datetime]:
    """Half a second after each: there windows and the engine's inclusive ends say the same."""
    count = (until - since) // timedelta(minutes=1)
    return [since + timedelta(minutes=number, milliseconds=500) for number in range(count)]


@settings(max_examples=150)
@given(timings(), st.sampled_from(ZONES), st.sampled_from(DAYS))
@example(Timing.read("", "", "", "", "02:15:00;02:45:00"), ZoneInfo("Europe/Stockholm"), date(2026, 10, 25))
@example(Timing.read("", "", "", "", "00:30:00;24:00:00"), ZoneInfo("America/Santiago"), date(2026, 9, 6))
def test_windows_are_where_a_naive_scan_finds_it_active(timing, zone, day):
    since = datetime.combine(day - timedelta(days=1), time(12), zone).astimezone(UTC)
    until = since + timedelta(days=2)

    found = list(windows(timing, since, until, zone))

    for moment in minutes(since, until):
        is_inside = any(window.start <= moment < window.end for window in found)
        assert is_inside == is_active(timing, moment.astimezone(zone)), moment
    assert found == sorted(found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@settings(max_examples=100)
@given(timings(), st.sampled_from(ZONES), st.sampled_from(DAYS), st.integers(0, 1439))
def test_the_next_start_and_end_are_those_of_the_windows(timing, zone, day, minute):
    after = datetime.combine(day, time(), zone).astimezone(UTC) + timedelta(minutes=minute)
    later = list(windows(timing, after, after + timedelta(days=4_500), zone))

    assert next_start(timing, after, zone) == next((each.start for each in later if each.start > after), None)
    assert next_end(timing, after, zone) == next((each.end for each in later if each.end > after), None)
