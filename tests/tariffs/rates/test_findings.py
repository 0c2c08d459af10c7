"""What is found wrong with a tariff over a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tariffs.rates.book import RateBook
from tariffs.rates.checks import check_rates, check_tariff
from tariffs.rates.curve import Rate, Value
from tariffs.rates.findings import findings
from tariffs.rates.kinds import Kind
from tariffs.timings.words import Timing
from tests.tariffs.rates.test_curve import BRUSSELS, TUTORIAL, WORKDAY, book, rate
from vtn import errors

NEW_YEAR_2026 = date(2026, 1, 1)
WHOLE = (*WORKDAY, rate("OFFPEAK_WEEKEND", "0.15"), rate("NEW_YEAR", "0.1", weight=10))


def texts(rate_book: RateBook, since: date = NEW_YEAR_2026, days: int = 365) -> list[str]:
    return [finding.text for finding in findings(rate_book, since, days)]


def test_a_whole_tariff_has_no_fault_all_year():
    assert texts(book(*WHOLE)) == []


def test_equal_gaps_are_one_finding_with_its_days():
    assert texts(book(*WORKDAY, rate("NEW_YEAR", "0.1", weight=10))) == [
        "No rate applies all day on 104 days, first Sat 2026-01-03, last Sun 2026-12-27"
    ]


def test_a_gap_within_the_day_says_its_hours_whatever_the_clock_change_does():
    short = {"DAY": Timing.read("", "", "", "", "06:30:00;22:00:00")}

    assert texts(book(rate("DAY", "0.3"), timings=short)) == [
        "No rate applies from 00:00 to 06:30 on 365 days, first Thu 2026-01-01, last Thu 2026-12-31",
        "No rate applies from 22:00 to 24:00 on 365 days, first Thu 2026-01-01, last Thu 2026-12-31",
    ]


def test_a_contest_names_both_and_the_day():
    assert texts(book(*WHOLE[:4], rate("NEW_YEAR", "0.1"))) == [
        "NEW_YEAR and OFFPEAK_MORNING have the same weight and the same start, and other values,"
        " from 00:00 to 08:00 on Thu 2026-01-01"
    ]


def test_a_rate_that_never_wins_is_told_last_and_keeps_nothing_from_being_published():
    leap_day = {**TUTORIAL, "ASAP": Timing.read("*any", "*any", "*any", "*any", "*asap")}

    found = findings(book(*WHOLE, rate("ASAP", "0.1", weight=99), timings=leap_day), NEW_YEAR_2026, 365)

    assert [(each.text, each.keeps_from_publishing) for each in found] == [
        ("The rate of ASAP never applies from 2026-01-01 to 2026-12-31", False)
    ]


def test_each_version_is_looked_at_in_its_time():
    dated = RateBook(
        ((date(2026, 1, 1), WHOLE), (date(2026, 12, 31), (rate("LUNCH", "1"),))), TUTORIAL, BRUSSELS
    )

    assert texts(dated) == [
        "There is no timing LUNCH in the tariff plan",
        "No rate applies all day on Thu 2026-12-31",
    ]


def test_before_the_first_version_all_is_a_gap():
    late = RateBook(((date(2026, 1, 3), (rate("*any", "1"),)),), {}, BRUSSELS)

    assert texts(late) == ["No rate applies all day on 2 days, first Thu 2026-01-01, last Fri 2026-01-02"]


@pytest.mark.parametrize(
    ("kind", "rates", "detail"),
    [
        (Kind.PRICE, [], "A version has at least one rate"),
        (Kind.PRICE, [rate("A", "1"), rate("A", "2")], "There are two rates for A"),
        (Kind.PRICE, [Rate("A", Value(None))], "The rate of A: there is no value"),
        (Kind.PRICE, [rate("", "1")], "timing: 1 to 64 characters"),
        (Kind.PRICE, [rate("A", "1000000000")], "The rate of A: 1000000000 has more digits than are kept"),
        (Kind.PRICE, [rate("A", "NaN")], "The rate of A: NaN has more digits than are kept"),
        (
            Kind.PRICE,
            [Rate("A", Value(Decimal(1), Decimal(1))), rate("B", "1")],
            "The rates of A and B are not of the same values: give all of them a value for import, or none;"
            " and so for export",
        ),
        (
            Kind.GHG,
            [Rate("A", Value(Decimal(1), Decimal(1)))],
            "The rate of A: there is no value for export of greenhouse gas emissions",
        ),
        (Kind.CAPACITY_LIMIT, [rate("A", "-1")], "The rate of A: capacity limit is not below 0"),
    ],
)
def test_rates_that_mean_nothing(kind, rates, detail):
    with pytest.raises(errors.Invalid) as refused:
        check_rates(kind, rates)
    assert refused.value.detail == detail


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        ({"name": ""}, "name: 1 to 128 characters"),
        ({"tpid": "x" * 65}, "tpid: 1 to 64 characters"),
        ({"tpid": "a\0b"}, "tpid: control characters are not allowed"),
        ({"time_zone": "../etc/passwd"}, "time_zone: there is no time zone '../etc/passwd'"),
        ({"unit": "MWH"}, "unit: of price it is KWH or KW or KVAH or THERMS, not 'MWH'"),
        ({"currency": "euro"}, "currency: 'euro' is not a currency such as EUR"),
        ({"kind": Kind.GHG, "unit": "GHG"}, "currency: there is none of greenhouse gas emissions"),
    ],
)
def test_a_tariff_that_means_nothing(wrong, detail):
    right = {
        "name": "household",
        "kind": Kind.PRICE,
        "tpid": "TP",
        "time_zone": "Europe/Brussels",
        "unit": "KWH",
        "currency": "EUR",
    }

    with pytest.raises(errors.Invalid) as refused:
        check_tariff(**{**right, **wrong})
    assert refused.value.detail == detail
