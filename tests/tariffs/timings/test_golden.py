"""What CGRateS' own engines answered, in both versions, and what we answer where they crashed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tariffs.timings.activity import is_active, was_active_in_2013
from tariffs.timings.content import TimingContent
from tariffs.timings.wire import v2013
from tariffs.timings.wire.instants import parse_instant

GOLDEN = json.loads((Path(__file__).parents[2] / "data/cgrates/golden-activity.json").read_text())["vectors"]
UTC_ZONE = ZoneInfo("UTC")
NOT_NOW = datetime(1, 1, 1, tzinfo=UTC)


def content_of(vector: dict[str, Any]) -> TimingContent:
    texts = {name: text for name, text in vector["timing"].items() if name != "id"}
    return TimingContent(tpid="GOLDEN", tag=vector["timing"]["id"], **texts)


def moment_of(text: str) -> datetime:
    instant, _, zone = text.partition("@")
    return parse_instant(instant, ZoneInfo(zone) if zone else UTC_ZONE, now=NOT_NOW)


ANSWERS = [
    pytest.param(content_of(vector), case, id=f"{vector['timing']['id']} {case['at']}")
    for vector in GOLDEN
    for case in vector["cases"]
]


@pytest.mark.parametrize(("content", "case"), ANSWERS)
def test_today_a_timing_is_active_when_the_engine_says_so(content, case):
    """Where the engine crashed, the timing is a schedule, and never active."""
    assert is_active(content.timing, moment_of(case["at"])) == (case["current"] or False)
    assert content.timing.is_schedule or case["current"] is not None


@pytest.mark.parametrize(("content", "case"), ANSWERS)
def test_in_2013_a_timing_was_active_when_the_engine_said_so(content, case):
    assert was_active_in_2013(content.timing, moment_of(case["at"])) == (case["v2013"] or False)


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda vector: vector["timing"]["id"])
def test_the_lists_are_read_as_the_engine_reads_them(vector):
    timing = content_of(vector).timing

    parsed = vector["current"]["parsed"]
    for name in ("years", "months", "month_days", "week_days"):
        assert list(getattr(timing, name)) == parsed[name]


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda vector: vector["timing"]["id"])
def test_in_2013_a_timing_came_back_rewritten(vector):
    written = v2013.render(content_of(vector))

    words = ("Years", "Months", "MonthDays", "WeekDays", "Time")
    assert [written[word] for word in words] == [*vector["v2013"]["get_roundtrip"].values()]
