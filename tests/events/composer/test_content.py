"""Events and grids are each other's picture; shifting, shortening, cancelling, and coming back each week."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.composer.changes import CannotChange, cancelled, moved, shortened
from events.composer.conflicts import Claim, Wins, conflict_of, runs
from events.composer.content import grid_of, with_grid
from events.composer.grid import parse_grid
from events.composer.series import Weekly, days_of, occurrences
from events.content import timing_of
from events.timeline import is_cancelled, schedule

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOON, HOUR = datetime(2026, 6, 1, 12, tzinfo=UTC), timedelta(hours=1)


def interval(number, value=1, **members):
    return {"id": number, "payloads": [{"type": "PRICE", "values": [value]}], **members}


def hourly(**members):
    return {
        "intervalPeriod": {"start": "2026-06-01T12:00:00Z", "duration": "PT1H"},
        "intervals": [interval(0), interval(1, 2)],
        **members,
    }


def window(members):
    planned = schedule(timing_of(members), now=NOON)
    return planned.starts_at, planned.ends_at


@pytest.mark.parametrize(
    ("text", "step"), [("1\n2", HOUR), ("2026-06-01 12:00\t13:30\t1\n15:00\t16:00\t2", None)]
)
def test_a_grid_becomes_an_event_and_is_read_from_it_again(text, step):
    grid = parse_grid(text, types=("PRICE",), step=step, start=NOON, zone=ZoneInfo("UTC"))

    members = with_grid({"eventName": "prices", "custom": 1, "duration": "PT9H"}, grid)

    assert grid_of(members) == grid
    assert members | {"intervals": 0, "intervalPeriod": 0} == {
        "eventName": "prices",
        "custom": 1,
        "intervals": 0,
        "intervalPeriod": 0,
    }


@pytest.mark.parametrize(
    "members",
    [
        {},
        hourly(duration="P9999Y"),
        hourly(intervalPeriod={"start": "2026-06-01T12:00:30Z", "duration": "PT1H"}),
        hourly(intervalPeriod={"start": "0001-01-01T00:00:00Z", "duration": "PT1H"}),
        hourly(
            intervalPeriod={"start": "2026-06-01T12:00:00Z", "duration": "PT1H", "randomizeStart": "PT5M"}
        ),
        hourly(intervals=[interval(0), {"id": 1, "payloads": [{"type": "GHG", "values": [1]}]}]),
        hourly(intervals=[{"id": 0, "payloads": [{"type": "PRICE", "values": [1, 2]}]}]),
        hourly(intervals=[{"id": 0, "payloads": [{"type": "CURVE", "values": [{"x": 1, "y": 2}]}]}]),
        hourly(intervals=[{"id": 0, "payloads": []}]),
        {"intervals": [interval(0)]},
    ],
)
def test_what_a_grid_cannot_say_is_left_to_others(members):
    assert grid_of(members) is None


def test_a_shift_by_days_keeps_the_local_time():
    members = hourly(intervalPeriod={"start": "2026-03-28T17:00:00Z", "duration": "PT1H"})
    members["intervals"][1]["intervalPeriod"] = {"start": "2026-03-28T19:00:00Z"}

    after = moved(members, days=1, minutes=30, zone=AMSTERDAM)

    assert after["intervalPeriod"] == {"start": "2026-03-29T16:30:00Z", "duration": "PT1H"}
    assert after["intervals"][1]["intervalPeriod"] == {"start": "2026-03-29T18:30:00Z"}
    assert members["intervalPeriod"]["start"] == "2026-03-28T17:00:00Z"


def test_a_shift_to_a_time_that_is_left_out_is_told():
    members = hourly(intervalPeriod={"start": "2026-03-28T01:30:00Z", "duration": "PT1H"})

    with pytest.raises(CannotChange, match="does not exist"):
        moved(members, days=1, zone=AMSTERDAM)


def test_what_names_no_start_is_not_shifted():
    with pytest.raises(CannotChange, match="names no start"):
        moved({"intervals": [interval(0)]}, days=1, zone=AMSTERDAM)


def test_a_shorter_event_ends_earlier_and_says_the_same_before():
    after = shortened(hourly(), ends_at=NOON + HOUR / 2, modified_at=NOON, zone=AMSTERDAM)

    assert after == hourly(duration="PT30M")
    assert window(after) == (NOON, NOON + HOUR / 2)
    assert grid_of(after).ends_at == NOON + HOUR / 2


@pytest.mark.parametrize(
    ("hours", "said"), [(0, "before it begins"), (2, "ends no later"), (5, "ends no later")]
)
def test_an_event_is_not_shortened_to_nothing_or_made_longer(hours, said):
    with pytest.raises(CannotChange, match=said):
        shortened(hourly(), ends_at=NOON + hours * HOUR, modified_at=NOON, zone=AMSTERDAM)


@pytest.mark.parametrize(
    "members",
    [
        hourly(),
        hourly(duration="P9999Y"),
        hourly(intervals=[interval(0, intervalPeriod={"start": "2026-06-01T12:00:00Z", "duration": "PT1H"})]),
        {"intervalPeriod": {"start": "2026-06-01T12:00:00Z"}},
    ],
)
def test_a_cancelled_event_is_one_to_the_timeline(members):
    after = cancelled(members)

    timing = timing_of(after)
    assert is_cancelled(timing, schedule(timing, now=NOON))
    assert [each["payloads"] for each in after.get("intervals", [])] == [
        each["payloads"] for each in members.get("intervals", [])
    ]


def test_a_request_for_reports_is_not_cancelled():
    with pytest.raises(CannotChange, match="withdraw it"):
        cancelled(hourly(reportDescriptors=[{"payloadType": "USAGE"}], intervals=[{"id": 0, "payloads": []}]))


def test_a_series_is_on_its_days_and_not_on_holidays():
    weekly = Weekly(frozenset({0, 4}), date(2026, 12, 31), frozenset({date(2026, 12, 25)}))

    days = days_of(weekly, date(2026, 12, 15))

    assert [each.isoformat() for each in days] == ["2026-12-18", "2026-12-21", "2026-12-28"]


def test_each_of_a_series_keeps_its_local_time():
    members = hourly(intervalPeriod={"start": "2026-10-20T16:00:00Z", "duration": "PT1H"})

    starts = [
        each["intervalPeriod"]["start"]
        for each in occurrences(
            members, [date(2026, 10, 20), date(2026, 10, 27)], first=date(2026, 10, 20), zone=AMSTERDAM
        )
    ]

    assert starts == ["2026-10-20T16:00:00Z", "2026-10-27T17:00:00Z"]


@pytest.mark.parametrize(
    ("until", "said"), [(date(2026, 1, 1), "On none"), (date(2099, 1, 1), "more than 400")]
)
def test_a_series_has_some_events_and_not_too_many(until, said):
    with pytest.raises(CannotChange, match=said):
        days_of(Weekly(frozenset(range(7)), until), date(2026, 12, 15))


def claim(hour, *, priority=None, targets=(), types=("PRICE",), length=1):
    return Claim(priority, targets, ((NOON + hour * HOUR, NOON + (hour + length) * HOUR, frozenset(types)),))


@pytest.mark.parametrize(
    ("other", "wins"),
    [
        (claim(0), Wins.THIS),
        (claim(0, priority=1), Wins.NEITHER),
        (claim(0, priority=0), Wins.OTHER),
        (claim(0, priority=2), Wins.THIS),
        (claim(0.5, targets=["north"]), Wins.THIS),
        (claim(1), None),
        (claim(-1), None),
        (claim(0, types=["GHG"]), None),
        (claim(0, targets=["south"]), None),
    ],
)
def test_events_conflict_where_they_say_the_same_kind_of_thing_to_the_same_at_once(other, wins):
    found = conflict_of(claim(0, priority=1, targets=["north"]), other)

    assert (found.wins if found else None) == wins


def test_the_first_meeting_is_told():
    this = Claim(
        None, (), tuple((NOON + n * HOUR, NOON + (n + 1) * HOUR, frozenset({"PRICE"})) for n in range(5))
    )
    other = Claim(1, (), ((NOON + 2.5 * HOUR, None, frozenset({"PRICE", "GHG"})),))

    found = conflict_of(this, other)

    assert (found.starts_at, found.ends_at) == (NOON + 2.5 * HOUR, NOON + 3 * HOUR)
    assert (found.types, found.wins) == (("PRICE",), Wins.OTHER)


def test_what_follows_without_a_gap_and_says_the_same_is_one_stretch():
    price, alert = frozenset({"PRICE"}), frozenset({"ALERT_FIRE"})
    spans = [
        (NOON, NOON + HOUR, price),
        (NOON + HOUR, NOON + 2 * HOUR, price),
        (NOON + 2 * HOUR, None, alert),
    ]

    assert runs(spans) == [(NOON, NOON + 2 * HOUR, price), (NOON + 2 * HOUR, None, alert)]
    assert runs([spans[0], (NOON + 3 * HOUR, None, price)]) == [spans[0], (NOON + 3 * HOUR, None, price)]
