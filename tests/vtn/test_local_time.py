"""Local days and times on the days of a clock change, and names that are no time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import translation

from vtn.admin.fields import ZoneField
from vtn.local_time import NoSuchZone, is_midnight, midnight, moments_of, zone_named

BRUSSELS = ZoneInfo("Europe/Brussels")


def test_a_time_that_happens_twice_is_two_moments_and_one_that_is_skipped_none():
    in_summer, in_winter = datetime(2023, 10, 29, 0, 0, tzinfo=UTC), datetime(2023, 10, 29, 1, 0, tzinfo=UTC)

    assert moments_of(datetime(2023, 10, 29, 2, 0), BRUSSELS) == (in_summer, in_winter)
    assert moments_of(datetime(2024, 3, 31, 2, 0), BRUSSELS) == ()
    assert moments_of(datetime(2024, 3, 31, 3, 0), BRUSSELS) == (datetime(2024, 3, 31, 1, 0, tzinfo=UTC),)


def test_a_day_whose_midnight_is_skipped_begins_at_the_clock_change():
    santiago = ZoneInfo("America/Santiago")

    assert midnight(date(2024, 9, 8), santiago) == datetime(2024, 9, 8, 4, 0, tzinfo=UTC)
    assert is_midnight(datetime(2024, 9, 8, 4, 0, tzinfo=UTC), santiago)


@pytest.mark.parametrize("name", ["Mars/Base", "../../etc/passwd", "", "x" * 5_000, "a\0b"])
def test_what_is_no_time_zone_is_told(name):
    with pytest.raises(NoSuchZone, match="there is no time zone"):
        zone_named(name)


def test_staff_are_told_in_their_language():
    field = ZoneField()

    assert field.clean("Europe/Brussels") == BRUSSELS
    with (
        translation.override("nl"),
        pytest.raises(forms.ValidationError, match="Er is geen tijdzone 'Mars/Base'"),
    ):
        field.clean("Mars/Base")
