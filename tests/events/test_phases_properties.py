"""Whatever the timing: the next boundary is the first moment at which the event does something else."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from events.timeline import Phase, boundaries, is_cancelled, moment_of, next_boundary, occurrences, schedule
from tests.events.test_timeline_properties import NOW, anything, moments, ordinary

HALF_HOUR = timedelta(minutes=30)
TICK = timedelta(microseconds=1)


@given(ordinary, moments)
@settings(max_examples=300)
def test_nothing_changes_before_the_next_boundary(timing, after):
    """A naive look at every half hour, on which all these timings have their bounds."""
    planned = schedule(timing, now=NOW)
    boundary = next_boundary(timing, planned, after)
    state = moment_of(timing, planned, after)

    step = NOW + ((after - NOW) // HALF_HOUR + 1) * HALF_HOUR
    for _ in range(120):
        if boundary is not None and step >= boundary:
            break
        assert moment_of(timing, planned, step) == state
        step += HALF_HOUR


@given(ordinary, moments)
@settings(max_examples=300)
def test_a_boundary_is_later_and_on_the_edge_of_something(timing, after):
    planned = schedule(timing, now=NOW)
    boundary = next_boundary(timing, planned, after)

    if boundary is None:
        return
    assert boundary > after
    changes = moment_of(timing, planned, boundary - TICK) != moment_of(timing, planned, boundary)
    edges = {bound for window in planned.windows for bound in (window.starts_at, window.ends_at)}
    folded = (
        boundary
        if planned.every is None
        else planned.starts_at + (boundary - planned.starts_at) % planned.every
    )
    # Where an interval takes up what another one lets go of, or is an instant, it is an edge and no change.
    assert changes or folded in edges or boundary in edges


@given(anything, moments)
def test_the_life_of_anything_that_can_be_written_down_goes_forward(timing, after):
    planned, moment = schedule(timing, now=NOW), after
    order = [Phase.ANNOUNCED, Phase.ACTIVE, Phase.ENDED]
    phases = []

    for _ in range(30):
        phases.append(moment_of(timing, planned, moment).phase)
        following = next_boundary(timing, planned, moment)
        if following is None:
            break
        assert following > moment
        moment = following

    assert phases == [Phase.CANCELLED] or phases == sorted(phases, key=order.index)


@given(ordinary, moments, st.integers(0, 100))
def test_the_same_boundary_comes_next_from_anywhere_before_it(timing, after, part):
    planned = schedule(timing, now=NOW)
    boundary = next_boundary(timing, planned, after)

    if boundary is not None:
        between = after + (boundary - after) * part / 101
        assert next_boundary(timing, planned, between) == boundary


@given(st.one_of(ordinary, anything), moments)
@settings(max_examples=300)
def test_all_that_come_are_those_that_a_look_at_everything_each_time_finds(timing, after):
    planned = schedule(timing, now=NOW)

    found = list(islice(boundaries(timing, planned, after), 30))

    expected, moment = [], after
    while len(expected) < 30 and (moment := naive_next(timing, planned, moment)) is not None:
        expected.append(moment)
    assert found == expected


def naive_next(timing, planned, after):
    """The first of all that there are from a moment on."""
    if is_cancelled(timing, planned):
        return None
    forever = datetime.max.replace(tzinfo=after.tzinfo)
    near = occurrences(planned, from_at=after, to_at=forever, limit=2 * len(planned.windows) + 2)
    edges = [planned.starts_at, planned.ends_at, *(edge for each in near for edge in each[2:4])]
    return min((edge for edge in edges if edge is not None and edge > after), default=None)
