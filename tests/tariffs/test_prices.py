from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tariffs.prices import Price, PriceSeries, Unit, UnreadablePrices, merged, parse_amount
from tariffs.stretches import by_day, overlaid
from tests.tariffs.documents import BRUSSELS

MIDNIGHT = datetime(2024, 10, 7, 22, 0, tzinfo=UTC)


def price(amount: str, *, after: int = 0, minutes: int = 60) -> Price:
    return Price(MIDNIGHT + timedelta(minutes=after), timedelta(minutes=minutes), Decimal(amount))


def hours(start: datetime, count: int) -> list[Price]:
    hour = timedelta(hours=1)
    return [Price(start + number * hour, hour, Decimal(number)) for number in range(count)]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("64.98", "64.98"),
        ("-0.01", "-0.01"),
        (".1027300033569336", "0.1027300033569336"),
        ("+7.", "7"),
        ("100", "100"),
        ("57.60", "57.6"),
        ("-0.00", "0"),
        ("999999999.123456789012345678", "999999999.123456789012345678"),
    ],
)
def test_an_amount_is_read_exactly(text, written):
    assert str(parse_amount(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "-",
        "1e3",
        "1E+999999999",
        "NaN",
        "inf",
        "1,5",
        "1 000",
        "٣",
        "1_0",
        "1" * 10,
        "0." + "1" * 19,
        "0x1",
    ],
)
def test_what_is_no_plain_number_is_no_amount(text):
    with pytest.raises(UnreadablePrices, match="is not a price"):
        parse_amount(text)


@pytest.mark.parametrize(
    ("per_mwh", "per_kwh"),
    [
        ("64.98", "0.06498"),
        ("100", "0.1"),
        ("0", "0"),
        ("-500", "-0.5"),
        ("0.01", "0.00001"),
        ("3000000", "3000"),
    ],
)
def test_a_price_per_megawatt_hour_becomes_one_per_kilowatt_hour_exactly_and_without_exponent(
    per_mwh, per_kwh
):
    series = PriceSeries((price(per_mwh),), currency="EUR", unit=Unit.MWH).per_kwh()

    assert series.unit is Unit.KWH
    assert str(series.prices[0].amount) == per_kwh


def test_a_price_per_kilowatt_hour_stays():
    series = PriceSeries((price("0.1027300033569336"),), currency="EUR", unit=Unit.KWH)

    assert series.per_kwh() == series


def test_the_shorter_step_applies_where_two_cover_the_same_time():
    quarters = [price("1", after=15, minutes=15), price("2", after=30, minutes=15)]

    assert merged([*quarters, price("9")]) == (
        price("9", minutes=15),
        *quarters,
        price("9", after=45, minutes=15),
    )


def test_steps_of_two_lengths_side_by_side_stay_as_they_are():
    side_by_side = (price("9"), price("1", after=60, minutes=15), price("8", after=75, minutes=60))

    assert merged(reversed(side_by_side)) == side_by_side


def test_a_price_that_is_said_twice_is_one_price():
    assert merged([price("1"), price("1")]) == (price("1"),)


@pytest.mark.parametrize("after", [0, 30])
def test_two_prices_of_equal_length_for_one_time_are_a_contradiction(after):
    with pytest.raises(UnreadablePrices, match=r"^two prices apply at 2024-10-07T22:(00|30)Z: 1 and 2$"):
        merged([price("1"), price("2", after=after)])


def test_prices_below_are_seen_only_where_there_are_none_above():
    below = [price("1"), price("2", after=60), price("3", after=120)]

    assert overlaid(below, [price("9", after=30)]) == (
        price("1", minutes=30),
        price("9", after=30),
        price("2", after=90, minutes=30),
        price("3", after=120),
    )


@pytest.mark.parametrize(
    ("day", "begins_at", "length"),
    [
        (date(2024, 10, 8), datetime(2024, 10, 7, 22, 0, tzinfo=UTC), 24),
        (date(2024, 3, 31), datetime(2024, 3, 30, 23, 0, tzinfo=UTC), 23),
        (date(2024, 10, 27), datetime(2024, 10, 26, 22, 0, tzinfo=UTC), 25),
    ],
)
def test_a_local_day_has_as_many_hours_as_its_clocks_make_it(day, begins_at, length):
    days = by_day(hours(begins_at - timedelta(hours=24), 72), BRUSSELS)

    assert days[day][0].starts_at == begins_at
    assert len(days[day]) == length


def test_a_price_that_applies_across_midnight_is_divided_there():
    kolkata = ZoneInfo("Asia/Kolkata")
    across = Price(datetime(2024, 10, 7, 18, 0, tzinfo=UTC), timedelta(hours=1), Decimal(5))
    new_day = datetime(2024, 10, 7, 18, 30, tzinfo=UTC)

    assert by_day([across], kolkata) == {
        date(2024, 10, 7): (across.between(across.starts_at, new_day),),
        date(2024, 10, 8): (across.between(new_day, across.ends_at),),
    }
