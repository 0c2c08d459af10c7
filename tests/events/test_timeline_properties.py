"""What holds for every timing that can be written down, tried on random ones."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from events.timeline import Timing, in_force, occurrences, passes, schedule, sub_windows

NOW = datetime(2025, 3, 14, 12, tzinfo=UTC)

# Half hours within a day, so that windows meet, overlap and repeat often.
short_durations = st.integers(0, 10).map(lambda halves: f"PT{30 * halves}M")
lengths = st.integers(1, 10).map(lambda halves: f"PT{30 * halves}M")
near_starts = st.integers(0, 23).map(lambda hour: f"2025-03-14T{hour:02}:00:00Z")
moments = st.integers(-600, 6000).map(lambda minutes: NOW + timedelta(minutes=minutes))

odd_durations = st.one_of(
    short_durations,
    st.sampled_from(["P9999Y", "P9998Y", "P1M", "P1Y2M", "PT0S", "PT0.0000001S", "PT0.000001S", "P3000000D"]),
)
odd_starts = st.one_of(
    near_starts,
    st.sampled_from(
        [
            "0001-01-01",
            "0000-00-00",
            "0001-01-01T00:00:01Z",
            "9999-12-31T23:59:59Z",
            "2024-02-29T12:00:00+02:00",
        ]
    ),
)


def timings(starts, durations, *, event_durations, least=0):
    def optional(strategy):
        return st.one_of(st.none(), strategy)

    return st.builds(
        Timing.of,
        period=optional(st.tuples(optional(starts), optional(durations))),
        duration=optional(event_durations),
        intervals=st.lists(
            st.tuples(st.integers(0, 99), optional(starts), optional(durations)), min_size=least, max_size=6
        ),
        report_only=st.booleans(),
        num_intervals=st.integers(-1, 5),
    )


event_durations = st.one_of(lengths, st.sampled_from(["PT25H", "P3D", "P9999Y"]))
ordinary = timings(near_starts, short_durations, event_durations=event_durations)
anything = timings(odd_starts, odd_durations, event_durations=odd_durations)


@given(anything, moments, st.integers(0, 5))
def test_nothing_that_can_be_written_down_raises(timing, at, values):
    event = schedule(timing, now=NOW)

    for window in [*in_force(event, at), *passes(event, limit=20), *event.windows]:
        assert window.ends_at is None or window.starts_at <= window.ends_at
        assert len(sub_windows(window, values)) <= values
    assert len(list(occurrences(event, from_at=at, to_at=NOW + timedelta(days=9), limit=20))) <= 20


@given(anything)
def test_the_event_spans_its_windows(timing):
    event = schedule(timing, now=NOW)

    for window in passes(event, limit=20):
        assert event.starts_at is None or event.starts_at <= window.starts_at
        if event.ends_at is not None:
            assert window.ends_at is not None
            assert window.ends_at <= event.ends_at


@given(timings(near_starts, lengths, event_durations=st.just("P9999Y"), least=1))
def test_what_is_repeated_has_a_length_and_no_window_reaches_into_the_next_pass(timing):
    event = schedule(timing, now=NOW)
    assume(event.every is not None)

    assert event.every > timedelta(0)
    assert min(window.starts_at for window in event.windows) == event.starts_at
    assert max(window.ends_at for window in event.windows) == event.starts_at + event.every


@given(st.lists(st.tuples(st.integers(), st.none(), lengths), min_size=1), st.one_of(st.none(), near_starts))
def test_without_starts_of_their_own_intervals_follow_each_other(intervals, start):
    windows = schedule(Timing.of(period=(start, None), intervals=intervals), now=NOW).windows

    assert len(windows) == len(intervals)
    assert [window.starts_at for window in windows[1:]] == [window.ends_at for window in windows[:-1]]


@given(timings(near_starts, lengths, event_durations=lengths, least=1), st.integers(1, 5000))
def test_the_event_lasts_as_long_as_its_duration_says(timing, minutes):
    timing = Timing(timing.period, Timing.of(duration=f"PT{minutes}M").duration, timing.intervals)
    event = schedule(timing, now=NOW)

    assert event.ends_at - event.starts_at == timedelta(minutes=minutes)


@given(st.lists(st.tuples(st.integers(), st.none(), lengths), min_size=1, max_size=5), st.integers(1, 5000))
def test_the_windows_of_contiguous_intervals_add_up_to_it(intervals, minutes):
    event = schedule(Timing.of(duration=f"PT{minutes}M", intervals=intervals), now=NOW)
    written_out = list(passes(event, limit=10_000))

    assert sum((w.ends_at - w.starts_at for w in written_out), timedelta(0)) == timedelta(minutes=minutes)


@settings(max_examples=300)
@given(ordinary, moments)
def test_what_is_unrolled_agrees_with_what_is_in_force(timing, at):
    event = schedule(timing, now=NOW)
    unrolled = occurrences(event, from_at=at, to_at=at + timedelta.resolution, limit=1000)

    lasting = [window for window in unrolled if window.ends_at is None or at < window.ends_at]
    assert sorted(lasting) == sorted(in_force(event, at))


@settings(max_examples=300)
@given(ordinary, moments, st.integers(1, 3000))
def test_occurrences_are_the_passes_that_overlap_the_period(timing, from_at, minutes):
    event = schedule(timing, now=NOW)
    to_at = from_at + timedelta(minutes=minutes)

    def overlaps(window):
        ends_after = window.ends_at is None or window.ends_at > from_at
        return window.starts_at < to_at and (ends_after or window.starts_at >= from_at)

    found = list(occurrences(event, from_at=from_at, to_at=to_at, limit=100_000))
    assert sorted(found, key=str) == sorted(filter(overlaps, passes(event, limit=10_000)), key=str)
    assert [window.starts_at for window in found] == sorted(window.starts_at for window in found)
