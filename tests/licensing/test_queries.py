"""When a licence holds, for how many kW, and which end soon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from licensing import queries
from licensing.checks import licence_settings
from licensing.queries import Capacity
from licensing.terms import Term, end_of, why_not
from tests.conftest import NOON

DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("activated", "duration", "unit", "end"),
    [
        ("2026-01-31T10:00:00+00:00", 1, "months", "2026-02-28T10:00:00+00:00"),
        ("2027-01-31T10:00:00+00:00", 13, "months", "2028-02-29T10:00:00+00:00"),
        ("2028-02-29T10:00:00+00:00", 1, "years", "2029-02-28T10:00:00+00:00"),
        # Counted in UTC: with the clocks of Brussels this would be 1 April at midnight.
        ("2026-03-01T00:00:00+01:00", 1, "months", "2026-03-28T23:00:00+00:00"),
        ("2026-03-28T12:00:00+00:00", 1, "days", "2026-03-29T12:00:00+00:00"),
        ("2026-01-01T00:00:00+00:00", 0, "months", None),
        ("2026-01-01T00:00:00+00:00", 2**31 - 1, "years", None),
        ("2026-01-01T00:00:00+00:00", 2**31 - 1, "days", None),
        ("9999-12-31T00:00:00+00:00", 1, "days", None),
    ],
)
def test_a_licence_ends_a_duration_after_its_activation(activated, duration, unit, end):
    term = Term(at(activated), None, duration)

    assert end_of(term, unit) == (None if end is None else at(end))


def test_a_date_that_was_set_wins_whatever_the_duration_says():
    later, earlier = Term(NOON, NOON + 400 * DAY, 1), Term(NOON, NOON + DAY, 12)

    assert end_of(later, "months") == NOON + 400 * DAY
    assert end_of(earlier, "months") == NOON + DAY
    assert why_not(Term(NOON, NOON - DAY, 12), at=NOON, unit="months") == "ended on 2026-05-31"


def test_a_licence_that_is_not_activated_has_no_end():
    assert end_of(Term(None, None, 12), "months") is None
    assert why_not(Term(None, NOON + DAY, 12), at=NOON, unit="months") == "is not activated"


def test_another_unit_mends_all_licences_at_once(license, settings):
    made = license("SGO-1", node="12", activated_at=NOON, duration=2)
    assert made.ends_at == datetime(2026, 8, 1, 12, tzinfo=UTC)

    settings.LICENCE_DURATION_UNIT = "days"

    assert made.ends_at == NOON + 2 * DAY
    assert queries.is_licensed("12", NOON + DAY)
    assert not queries.is_licensed("12", NOON + 2 * DAY)


def test_a_licence_covers_a_controller_between_its_dates(license):
    license("SGO-1", node="12", activated_at=NOON, deactivated_at=NOON + DAY)
    moment = timedelta(microseconds=1)

    covered = [
        queries.is_licensed("12", when) for when in (NOON - moment, NOON, NOON + DAY - moment, NOON + DAY)
    ]

    assert covered == [False, True, True, False]
    assert not queries.is_licensed("no such controller", NOON)


def test_the_kw_of_licences_that_hold_add_up(license):
    license("SGO-1", node="12", activated_at=NOON, grid_kw=10, solar_kw=3)
    license("SGO-2", node="12", activated_at=NOON, grid_kw=5, battery_kw=0)
    license("SGO-3", node="12", activated_at=NOON + DAY, grid_kw=100)
    license("SGO-4", node="13", activated_at=NOON, grid_kw=1_000)

    assert queries.capacity("12", NOON) == Capacity(grid_kw=15, solar_kw=3, battery_kw=0, ev_kw=None)
    assert queries.capacity("12", NOON + DAY) == Capacity(115, 3, 0, None)
    assert queries.capacity("12", NOON - DAY) is None
    assert queries.capacity("14", NOON) is None


@pytest.mark.parametrize("nodes", [["12"], ["12", "13", "14", "x"]])
def test_any_number_of_controllers_takes_two_queries(license, nodes):
    for number in range(6):
        license(f"SGO-{number}", node="12" if number % 2 else "13", activated_at=NOON)

    with CaptureQueriesContext(connection) as caught:
        found = queries.standings(nodes, NOON)

    assert len(caught) == 2
    assert sorted(found) == [node for node in nodes if node != "x"]


def test_which_end_soon(license):
    license("SGO-over", activated_at=NOON - 40 * DAY, deactivated_at=NOON)
    license("SGO-soon", activated_at=NOON - 40 * DAY, deactivated_at=NOON + 7 * DAY)
    license("SGO-later", activated_at=NOON, deactivated_at=NOON + 8 * DAY)
    license("SGO-never", activated_at=NOON)
    license("SGO-not-yet", duration=1)

    found = [(str(each), end) for each, end in queries.expiring(now=NOON, within=7 * DAY)]

    assert found == [("SGO-soon", NOON + 7 * DAY)]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("LICENCE_DURATION_UNIT", "weeks", "licensing.E001"),
        ("LICENCE_LIMIT", "shout", "licensing.E002"),
        ("LICENCE_REMINDER_DAYS", [7, -1], "licensing.E003"),
    ],
)
def test_a_setting_that_means_nothing_is_found(settings, name, value, code):
    assert licence_settings(None) == []

    setattr(settings, name, value)

    assert [found.id for found in licence_settings(None)] == [code]
