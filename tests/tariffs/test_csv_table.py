from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tariffs.prices import PriceSeries, Unit, UnreadablePrices
from tariffs.stretches import by_day
from tariffs.wire import csv_table
from tests.tariffs.documents import BRUSSELS, TWO_MONTHS

HOUR = timedelta(hours=1)
AN_HOUR_EACH = [f"2024-10-08 {hour:02}:00,0.{hour:02}" for hour in range(24)]


def read(written: bytes, zone: ZoneInfo = BRUSSELS) -> PriceSeries:
    return csv_table.read(written, zone=zone, currency="EUR", unit=Unit.KWH)


def table(*lines: str, end: str = "\n") -> bytes:
    return "".join(line + end for line in ("time,price", *lines)).encode()


def refusal(written: bytes, zone: ZoneInfo = BRUSSELS) -> str:
    with pytest.raises(UnreadablePrices) as refused:
        read(written, zone)
    return refused.value.detail


def local_hours(day: str, *hours: int) -> list[str]:
    return [f"{day} {hour:02}:00,{position}" for position, hour in enumerate(hours)]


class TestTheRealTable:
    def test_every_price_of_two_months(self):
        prices = read(TWO_MONTHS.read_bytes()).prices
        days = by_day(prices, BRUSSELS)

        # 1489 lines under the headings, of which the one for the skipped hour is empty
        assert len(prices) == 1488
        assert {price.duration for price in prices} == {HOUR}
        assert sum(price.amount for price in prices) == Decimal("109.8140300560891619")
        assert min(price.amount for price in prices) == Decimal("-0.00795")
        assert str(prices[0].amount) == "0.1027300033569336"
        assert prices[0].starts_at == datetime(2023, 9, 30, 22, 0, tzinfo=UTC)
        assert str(prices[-1].amount) == "0.05029"
        assert prices[-1].starts_at == datetime(2024, 3, 31, 21, 0, tzinfo=UTC)
        assert len(days) == 31 + 31
        assert {str(day): len(of_day) for day, of_day in days.items() if len(of_day) != 24} == {
            "2023-10-29": 25,
            "2024-03-31": 23,
        }

    def test_the_hour_that_happens_twice(self):
        night = by_day(read(TWO_MONTHS.read_bytes()).prices, BRUSSELS)[date(2023, 10, 29)][:5]

        assert [(price.starts_at.isoformat(), str(price.amount)) for price in night] == [
            ("2023-10-28T22:00:00+00:00", "0.0066199998855591"),
            ("2023-10-28T23:00:00+00:00", "-0.0010700000524521"),
            ("2023-10-29T00:00:00+00:00", "-0.0010099999904633"),
            ("2023-10-29T01:00:00+00:00", "-0.000839999973774"),
            ("2023-10-29T02:00:00+00:00", "-0.000839999973774"),
        ]

    def test_the_hour_that_is_skipped(self):
        night = by_day(read(TWO_MONTHS.read_bytes()).prices, BRUSSELS)[date(2024, 3, 31)][:3]

        assert [(price.starts_at.isoformat(), str(price.amount)) for price in night] == [
            ("2024-03-30T23:00:00+00:00", "0.08433"),
            ("2024-03-31T00:00:00+00:00", "0.07683"),
            ("2024-03-31T01:00:00+00:00", "0.05268"),
        ]

    def test_half_of_it_is_refused(self):
        half = b"".join(TWO_MONTHS.read_bytes().splitlines(keepends=True)[:700])

        assert refusal(half) == "the table ends within a day: the price at 2023-10-30 02:00+01:00 is missing"

    def test_half_of_it_cut_within_a_line_is_refused(self):
        assert refusal(TWO_MONTHS.read_bytes()[:20_000]) == "line 548: 23oct2023 18:00:00 has no price"

    def test_it_does_not_fit_another_zone(self):
        assert refusal(TWO_MONTHS.read_bytes(), ZoneInfo("UTC")) == (
            "line 677: 29oct2023 02:00:00 is not after the time before it"
        )


class TestTimes:
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    def test_line_ends_and_byte_order_marks_do_not_matter(self, end, mark):
        assert len(read(mark + table(*AN_HOUR_EACH, end=end)).prices) == 24

    def test_headings_and_blank_lines_are_not_needed_and_quotes_may_be_there(self):
        lines = ['"{}","{}"'.format(*line.split(",")) for line in AN_HOUR_EACH]

        assert len(read("\n\n".join(lines).encode()).prices) == 24

    def test_times_with_an_offset_are_moments(self):
        lines = [f"2024-10-08T{hour:02}:00:00+02:00,1" for hour in range(24)]

        assert read(table(*lines)).prices[0].starts_at == datetime(2024, 10, 7, 22, 0, tzinfo=UTC)

    def test_quarters_of_the_hour_that_happens_twice(self):
        hours, minutes = (0, 1, 2, 2, *range(3, 24)), (0, 15, 30, 45)
        quarters = [f"2023-10-29 {hour:02}:{minute:02},1" for hour in hours for minute in minutes]

        prices = read(table(*quarters)).prices

        assert len(prices) == 100
        assert all(later.starts_at == price.ends_at for price, later in pairwise(prices))

    def test_the_hour_that_is_skipped_may_be_left_out(self):
        assert len(read(table(*local_hours("2024-03-31", 0, 1, *range(3, 24)))).prices) == 23

    def test_a_price_in_the_hour_that_is_skipped_is_refused(self):
        lines = local_hours("2024-03-31", *range(24))

        assert (
            refusal(table(*lines))
            == "line 4: clocks in Europe/Brussels skip 2024-03-31 02:00, so it has no price"
        )

    def test_the_hour_that_happens_twice_must_be_there_twice(self):
        lines = local_hours("2023-10-29", *range(24))

        assert refusal(table(*lines)) == "line 5: the price at 2023-10-29 02:00+01:00 is missing before it"

    def test_an_hour_that_happens_once_must_not_be_there_twice(self):
        lines = local_hours("2024-10-08", 0, 1, 2, 2, *range(3, 24))

        assert refusal(table(*lines)) == "line 5: 2024-10-08 02:00 is not after the time before it"


class TestWhatIsNoTableOfPrices:
    @pytest.mark.parametrize("written", [b"", b"\n\n", b"time,price\n", b"garbage"])
    def test_nothing(self, written):
        assert refusal(written) == "the table holds no prices"

    def test_bytes_that_are_no_text(self):
        assert refusal(b"time,price\n\xff\xfe,1") == "this is not a text in UTF-8"

    @pytest.mark.parametrize(
        ("line", "detail"),
        [
            ("2024-10-08 02:00", "there are 1 columns, not a time and a price"),
            ("2024-10-08 02:00,1,5", "there are 3 columns, not a time and a price"),
            ("2024-10-08 02:00;1", "there are 1 columns, not a time and a price"),
            ("2024-10-08 02:00,", "2024-10-08 02:00 has no price"),
            ("2024-10-08 02:00,n/a", "'n/a' is not a price such as 64.98"),
            ("2024-10-08 02:00,NaN", "'NaN' is not a price such as 64.98"),
            ("2024-10-08 02:00,\x00", "'\\x00' is not a price such as 64.98"),
            ("08/10/2024 02:00,1", "'08/10/2024 02:00' is not a time such as 2024-10-08 00:00"),
            ("08okt2024 02:00:00,1", "'08okt2024 02:00:00' is not a time such as 2024-10-08 00:00"),
            ("2024-02-30 02:00,1", "there is no such time as '2024-02-30 02:00'"),
            ("31sep2024 02:00:00,1", "there is no such time as '31sep2024 02:00:00'"),
            ("2024-10-08 00:30,1", "2024-10-08 00:30 is not after the time before it"),
            ("2024-10-08 03:00,1", "the price at 2024-10-08 02:00+02:00 is missing before it"),
        ],
    )
    def test_the_line_is_named(self, line, detail):
        assert refusal(table(*AN_HOUR_EACH[:2], line, *AN_HOUR_EACH[4:])) == f"line 4: {detail}"

    def test_an_open_quote(self):
        assert refusal(table(*AN_HOUR_EACH[:2], '"2024-10-08 02:00,1')).startswith("line 4: ")

    def test_a_day_that_begins_late(self):
        assert (
            refusal(table(*AN_HOUR_EACH[1:]))
            == "line 2: a day begins at midnight, not at 2024-10-08 01:00+02:00"
        )

    def test_steps_that_no_market_has(self):
        lines = [f"2024-10-08 00:{minute:02},1" for minute in range(60)]

        assert refusal(table(*lines)) == "the prices are not a quarter, half or whole hour apart"
