"""Which intervals report descriptors want to hear of (User Guide 3.1.0 §7.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from events.reports.charts.curves import Span
from events.reports.wanted import Asked, wanted

NOON, HOUR = datetime(2026, 6, 1, 12, tzinfo=UTC), timedelta(hours=1)
TEN = [Span(NOON + number * HOUR, NOON + (number + 1) * HOUR) for number in range(10)]


def numbers(*descriptors, payload_type="USAGE", intervals=TEN):
    asked = [Asked.of({"payloadType": "USAGE", **members}) for members in descriptors]
    return [TEN.index(span) for span in wanted(intervals, asked, payload_type)]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, range(10)),
        ({"historical": False}, range(10)),
        ({"startInterval": -1, "numIntervals": -1, "frequency": -1, "repeat": 1}, range(10)),
        # "only interested in report data for the last 5. startInterval = 5"
        ({"startInterval": 5}, range(5, 10)),
        # The figure of "Report on a subset of intervals".
        ({"startInterval": 1, "numIntervals": 3}, [1, 2, 3]),
        # "Report on a subset of intervals at a regular period"
        ({"startInterval": 1, "numIntervals": 2, "frequency": 2, "repeat": 3}, range(1, 7)),
        # "Rolling reports"
        ({"startInterval": 0, "numIntervals": 3, "frequency": 1, "repeat": 3}, range(5)),
        ({"startInterval": 0, "numIntervals": 1, "frequency": 3, "repeat": 3}, [0, 3, 6]),
        ({"startInterval": 2, "numIntervals": 1, "frequency": 4, "repeat": -1}, [2, 6]),
        ({"startInterval": 0, "numIntervals": 2, "frequency": 5, "repeat": 2_000_000_000}, [0, 1, 5, 6]),
        ({"numIntervals": 2}, [8, 9]),
        ({"numIntervals": 99}, range(10)),
        ({"startInterval": 10}, []),
        ({"numIntervals": 0}, []),
        ({"repeat": 0}, []),
        ({"startInterval": None, "numIntervals": None, "frequency": None, "repeat": None}, range(10)),
        # "the VEN is expected to generate a report at any time it chooses", and of times that it chooses
        ({"frequency": 0}, []),
        ({"reportIntervals": "OPEN_INTERVALS"}, []),
        ({"reportIntervals": "SUB_INTERVALS"}, range(10)),
    ],
)
def test_a_descriptor_wants_these_of_ten_intervals(members, expected):
    assert numbers(members) == [*expected]


def test_several_of_one_type_want_what_any_of_them_wants():
    assert numbers({"startInterval": 1, "numIntervals": 1}, {"startInterval": 8}) == [1, 8, 9]


def test_another_type_is_not_wanted_and_where_nothing_is_asked_for_everything_is():
    assert numbers({}, payload_type="DEMAND") == []
    assert numbers(payload_type="DEMAND") == [*range(10)]
    assert numbers({}, intervals=[]) == []
