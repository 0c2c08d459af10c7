"""Which rate applies when, against a naive look at each minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tariffs.rates.book import RateBook, UnknownTiming
from tariffs.rates.curve import Rate, Value
from tariffs.timings.activity import is_active
from tariffs.timings.words import Timing
from vtn.local_time import midnight

BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = date(2026, 6, 1)
# The plan of the tutorial of CGRateS: PEAK has no end, and OFFPEAK_EVENING takes over from it.
TUTORIAL = {
    "PEAK": Timing.read("*any", "*any", "*any", "1;2;3;4;5", "08:00:00"),
    "OFFPEAK_MORNING": Timing.read("*any", "*any", "*any", "1;2;3;4;5", "00:00:00"),
    "OFFPEAK_EVENING": Timing.read("*any", "*any", "*any", "1;2;3;4;5", "19:00:00"),
    "OFFPEAK_WEEKEND": Timing.read("*any", "*any", "*any", "6;7", "00:00:00"),
    "NEW_YEAR": Timing.read("*any", "1", "1", "*any", "00:00:00"),
}


def rate(tag: str, imported: str, weight: int = 0) -> Rate:
    return Rate(tag, Value(Decimal(imported)), Decimal(weight))


def book(*rates: Rate, timings: dict[str, Timing] = TUTORIAL, zone: ZoneInfo = BRUSSELS) -> RateBook:
    return RateBook(((date(2020, 1, 1), rates),), timings, zone)


def shown(rate_book: RateBook, day: date) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (
            f"{stretch.starts_at.astimezone(rate_book.zone):%H:%M}",
            f"{stretch.ends_at.astimezone(rate_book.zone):%H:%M}",
            tuple(rate.tag for rate in stretch.rates),
        )
        for stretch in rate_book.on(day)
    ]


WORKDAY = (rate("PEAK", "0.3"), rate("OFFPEAK_MORNING", "0.2"), rate("OFFPEAK_EVENING", "0.2"))


def test_of_equal_weights_the_timing_that_starts_later_takes_over():
    assert shown(book(*WORKDAY), MONDAY) == [
        ("00:00", "08:00", ("OFFPEAK_MORNING",)),
        ("08:00", "19:00", ("PEAK",)),
        ("19:00", "00:00", ("OFFPEAK_EVENING",)),
    ]


def test_a_higher_weight_goes_before_a_later_start():
    rates = (rate("PEAK", "0.3", weight=10), *WORKDAY[1:])

    assert shown(book(*rates), MONDAY)[1:] == [("08:00", "00:00", ("PEAK",))]


def test_an_exception_needs_a_weight_and_else_is_contested():
    new_year = date(2026, 1, 1)  # a Thursday

    with_weight = book(*WORKDAY, rate("NEW_YEAR", "0.1", weight=10)).on(new_year)
    without = book(*WORKDAY, rate("NEW_YEAR", "0.1")).on(new_year)

    assert [stretch.rates[0].tag for stretch in with_weight] == ["NEW_YEAR"]
    assert [stretch.is_contested for stretch in without] == [True, False, False]
    assert {rate.tag for rate in without[0].rates} == {"OFFPEAK_MORNING", "NEW_YEAR"}


def test_an_equal_claim_with_an_equal_value_is_no_contest():
    [first, *_] = book(*WORKDAY, rate("NEW_YEAR", "0.2")).on(date(2026, 1, 1))

    assert not first.is_contested


def test_a_weekend_without_a_rate_is_a_gap():
    [stretch] = book(*WORKDAY).on(date(2026, 6, 6))

    assert stretch.is_gap
    assert (stretch.starts_at, stretch.ends_at) == (
        midnight(date(2026, 6, 6), BRUSSELS),
        midnight(date(2026, 6, 7), BRUSSELS),
    )


def test_any_needs_no_timing_and_fills_what_others_leave():
    evening = {"EVENING": Timing.read("", "", "", "", "17:00:00;21:00:00")}
    rates = (rate("*any", "0.2"), rate("EVENING", "0.4"))

    assert shown(book(*rates, timings=evening), MONDAY) == [
        ("00:00", "17:00", ("*any",)),
        ("17:00", "21:00", ("EVENING",)),
        ("21:00", "00:00", ("*any",)),
    ]


def test_the_last_second_of_a_day_belongs_to_who_ends_in_it():
    night = {"NIGHT": Timing.read("", "", "", "", "00:00:00;23:59:59")}

    assert shown(book(rate("NIGHT", "0.2"), timings=night), MONDAY) == [("00:00", "00:00", ("NIGHT",))]


def test_a_version_applies_from_its_local_midnight_on():
    old, new = (rate("*any", "0.2"),), (rate("*any", "0.3"),)
    dated = RateBook(((date(2026, 6, 1), old), (date(2026, 6, 2), new)), {}, BRUSSELS)

    assert [dated.on(date(2026, 6, day))[0].rates for day in (1, 2, 3)] == [old, new, new]
    assert dated.on(date(2026, 5, 31))[0].is_gap


def test_a_timing_that_is_not_there_is_not_passed_over():
    with pytest.raises(UnknownTiming, match=r"^there is no timing 'LUNCH' in its tariff plan$"):
        book(*WORKDAY, rate("LUNCH", "0.1")).on(MONDAY)


# Clocks change on each of these days, or on none; in Casablanca and on Lord Howe in their own ways.
DAYS = {
    "Europe/Brussels": (date(2026, 3, 29), date(2026, 10, 25), MONDAY),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),
    "America/Santiago": (date(2026, 4, 4), date(2026, 9, 6)),
}
clocks = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}:00")
timings = st.builds(
    lambda start, end, week_days: Timing.read("", "", "", week_days, f"{start};{end}" if end else start),
    clocks,
    st.one_of(st.just(""), clocks),
    st.sampled_from(["", "", "7;1", "6"]),
)
rates = st.lists(st.tuples(timings, st.integers(0, 2), st.integers(1, 2)), max_size=5)
zoned_days = st.sampled_from([(ZoneInfo(zone), day) for zone, days in DAYS.items() for day in days])


@settings(max_examples=60)
@given(zoned_days, rates)
def test_a_curve_is_what_a_look_at_each_minute_gives(zoned_day, drawn):
    zone, day = zoned_day
    named = {f"T{number}": timing for number, (timing, _, _) in enumerate(drawn)}
    all_rates = tuple(
        rate(f"T{number}", str(value), weight) for number, (_, weight, value) in enumerate(drawn)
    )
    stretches = RateBook(((day, all_rates),), named, zone).on(day)
    since, until = midnight(day, zone), midnight(day + timedelta(days=1), zone)

    assert (stretches[0].starts_at, stretches[-1].ends_at) == (since, until)
    naive = _Naive(all_rates, named, zone)
    for stretch in stretches:
        at = stretch.starts_at
        while at < stretch.ends_at:
            assert set(stretch.rates) == naive.at(at, since), at
            at += timedelta(minutes=5)


class _Naive:
    """Asks each timing about each moment. Just after the moment, since its very end is active still."""

    def __init__(self, all_rates: tuple[Rate, ...], named: dict[str, Timing], zone: ZoneInfo) -> None:
        self._rates, self._named, self._zone = all_rates, named, zone
        self._starts: dict[str, datetime] = {}

    def at(self, moment: datetime, since: datetime) -> set[Rate]:
        active = [rate for rate in self._rates if self._is_active(rate, moment)]
        strength = {rate: (rate.weight, self._start(rate, since)) for rate in active}
        return {rate for rate in active if strength[rate] == max(strength.values())}

    def _is_active(self, rate: Rate, moment: datetime) -> bool:
        just_after = (moment + timedelta(microseconds=1)).astimezone(self._zone)
        return is_active(self._named[rate.tag], just_after)

    def _start(self, rate: Rate, since: datetime) -> datetime:
        if rate.tag not in self._starts:
            at = since
            while not self._is_active(rate, at):
                at += timedelta(minutes=5)
            self._starts[rate.tag] = at
        return self._starts[rate.tag]
