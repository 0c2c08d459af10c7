from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tariffs.prices import PriceSeries, Unit, UnreadablePrices
from tariffs.stretches import by_day
from tariffs.wire import entsoe
from tests.tariffs.documents import (
    BRUSSELS,
    HOURS_OF_8_OCTOBER,
    ONE_DAY,
    PART_OF_A_DAY,
    THREE_DAYS,
    document,
    period,
    series,
)

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
DAY = ("2024-10-07T22:00Z", "2024-10-08T22:00Z")
TWO_HOURS = ("2024-10-07T22:00Z", "2024-10-08T00:00Z")


def amounts(read: PriceSeries) -> list[str]:
    return [str(price.amount) for price in read.prices]


def refusal(written: bytes) -> str:
    with pytest.raises(UnreadablePrices) as refused:
        entsoe.read(written)
    return refused.value.detail


class TestTheRealDocuments:
    def test_one_day_of_hours(self):
        read = entsoe.read(ONE_DAY.read_bytes())

        assert (read.currency, read.unit, read.remarks) == ("EUR", Unit.MWH, ())
        assert amounts(read) == HOURS_OF_8_OCTOBER
        assert {price.duration for price in read.prices} == {HOUR}
        assert read.prices[0].starts_at == datetime(2024, 10, 7, 22, 0, tzinfo=UTC)
        assert read.prices[-1].ends_at == datetime(2024, 10, 8, 22, 0, tzinfo=UTC)
        assert sum(price.amount for price in read.prices) == Decimal("1691.96")

    def test_three_days_of_which_the_last_has_hours_and_the_others_quarters_with_repeats_left_out(self):
        read = entsoe.read(THREE_DAYS.read_bytes())
        days = by_day(read.prices, BRUSSELS)
        at = {price.starts_at: str(price.amount) for price in read.prices}

        assert {day: Counter(price.duration for price in prices) for day, prices in days.items()} == {
            date(2024, 10, 6): {QUARTER: 96},
            date(2024, 10, 7): {QUARTER: 96},
            date(2024, 10, 8): {HOUR: 24},
        }
        assert [sum(price.amount for price in prices) for prices in days.values()] == [
            Decimal("3694.72"),
            Decimal("7066.28"),
            Decimal("1691.96"),
        ]
        assert at[datetime(2024, 10, 5, 22, 0, tzinfo=UTC)] == "55.35"
        assert at[datetime(2024, 10, 5, 22, 45, tzinfo=UTC)] == "55.35"  # left out
        assert at[datetime(2024, 10, 5, 23, 0, tzinfo=UTC)] == "44.22"
        # 53 is followed by 61
        assert {at[datetime(2024, 10, 6, 11, 0, tzinfo=UTC) + n * QUARTER] for n in range(8)} == {"-0.01"}
        assert at[datetime(2024, 10, 6, 13, 0, tzinfo=UTC)] == "0.2"
        assert at[datetime(2024, 10, 6, 21, 45, tzinfo=UTC)] == "52.33"
        assert at[datetime(2024, 10, 6, 22, 0, tzinfo=UTC)] == "34.58"
        assert at[datetime(2024, 10, 7, 21, 45, tzinfo=UTC)] == "77.18"
        assert [str(price.amount) for price in days[date(2024, 10, 8)]] == HOURS_OF_8_OCTOBER

    def test_part_of_a_day_with_points_out_of_order_and_one_after_the_end_of_its_period(self):
        read = entsoe.read(PART_OF_A_DAY.read_bytes())

        assert amounts(read) == [
            *["55.35", "40.32", "31.86", "28.71"],
            *["44.22"] * 6,
            *["28.37"] * 10,
            *["64.98"] * 2,
        ]
        assert [price.duration for price in read.prices] == [QUARTER] * 20 + [HOUR] * 2
        assert read.prices[-1].ends_at == datetime(2024, 10, 6, 5, 0, tzinfo=UTC)
        assert read.remarks == (
            "point 3 of the Period at 2024-10-06T03:00Z was left out: the Period ends after point 2",
        )


class TestCurves:
    def test_a_left_out_point_repeats_the_one_before_whatever_the_order(self):
        written = document(series(period(*DAY, [(20, "3"), (1, "1"), (2, "2")])))

        assert amounts(entsoe.read(written)) == ["1"] + ["2"] * 18 + ["3"] * 5

    @pytest.mark.parametrize("curve", ["<curveType>A01</curveType>", ""])
    def test_fixed_blocks_which_are_meant_where_no_curve_is_named_have_every_point(self, curve):
        whole = document(series(period(*TWO_HOURS, [(2, "2"), (1, "1")]), curve=curve))
        holed = document(series(period(*DAY, [(1, "1"), (3, "3")]), curve=curve))

        assert amounts(entsoe.read(whole)) == ["1", "2"]
        assert refusal(holed) == "the Period at 2024-10-07T22:00Z has no point 2"

    def test_variable_blocks_have_a_first_point(self):
        assert (
            refusal(document(series(period(*DAY, [(2, "1")]))))
            == "the Period at 2024-10-07T22:00Z has no point 1"
        )

    @pytest.mark.parametrize(
        ("start", "end", "hours"),
        [("2024-03-30T23:00Z", "2024-03-31T22:00Z", 23), ("2024-10-26T22:00Z", "2024-10-27T23:00Z", 25)],
    )
    def test_days_of_23_and_25_hours_have_as_many(self, start, end, hours):
        read = entsoe.read(document(series(period(start, end, [(1, "1"), (hours, "2")]))))
        quarters = entsoe.read(document(series(period(start, end, [(1, "1")], "PT15M"))))

        assert amounts(read) == ["1"] * (hours - 1) + ["2"]
        assert len(by_day(read.prices, BRUSSELS)) == 1
        assert len(quarters.prices) == hours * 4

    def test_any_version_of_the_namespace_will_do(self):
        assert amounts(entsoe.read(document(series(period(*TWO_HOURS, [(1, "7")])), version="7:0"))) == [
            "7",
            "7",
        ]

    def test_pt1h_is_pt60m(self):
        assert len(entsoe.read(document(series(period(*DAY, [(1, "1")], "PT1H")))).prices) == 24


class TestSeveralSeries:
    def test_quarters_apply_where_hours_cover_the_same_time(self):
        quarters = series(period("2024-10-07T22:00Z", "2024-10-07T23:00Z", [(1, "1"), (2, "2")], "PT15M"))
        hours = series(period(*TWO_HOURS, [(1, "8"), (2, "9")]))

        for written in (document(quarters, hours), document(hours, quarters)):
            assert amounts(entsoe.read(written)) == ["1", "2", "2", "2", "9"]

    def test_the_first_auction_is_the_day_ahead_price_wherever_it_stands(self):
        exaa = series(period(*TWO_HOURS, [(1, "1")], "PT15M"), auction="2")
        common = series(period(*TWO_HOURS, [(1, "8")]), auction="1")

        read = entsoe.read(document(exaa, common))

        assert amounts(read) == ["8", "8"]
        assert read.remarks == ("a series of auction 2 was left out",)

    def test_intraday_auctions_are_no_day_ahead_prices(self):
        intraday = series(period(*TWO_HOURS, [(1, "1")]), agreement="A07")

        read = entsoe.read(document(intraday, series(period(*TWO_HOURS, [(1, "8")]))))

        assert amounts(read) == ["8", "8"]
        assert read.remarks == ("a series with the market agreement 'A07' was left out",)
        assert refusal(document(intraday)) == "the document holds no series of day-ahead prices"

    def test_equal_series_are_one_and_contradicting_ones_none(self):
        one, other = (series(period(*TWO_HOURS, [(1, amount)])) for amount in ("1", "2"))

        assert amounts(entsoe.read(document(one, one))) == ["1", "1"]
        assert refusal(document(one, other)) == "two prices apply at 2024-10-07T22:00Z: 1 and 2"

    @pytest.mark.parametrize(
        ("other", "named"),
        [
            ({"currency": "PLN"}, "EUR MWH and 10YBE----------2 PLN MWH"),
            ({"unit": "KWH"}, "EUR KWH and 10YBE----------2 EUR MWH"),
        ],
    )
    def test_a_mix_of_currencies_or_units_is_refused(self, other, named):
        hours = period(*TWO_HOURS, [(1, "1")])

        assert refusal(document(series(hours), series(hours, **other))).startswith(
            "the document mixes '10YBE"
        )


class TestWhatIsNoPriceDocument:
    @pytest.mark.parametrize(
        "written",
        [
            b"",
            b"   ",
            b"garbage",
            b"\x00\xff\xfe",
            b"time,price\n",
            ONE_DAY.read_bytes()[:2000],
            b"<a><b></a></b>",
        ],
    )
    def test_garbage_nothing_and_half_a_file(self, written):
        assert refusal(written).startswith("this is not a")

    def test_an_unknown_encoding(self):
        assert refusal(b'<?xml version="1.0" encoding="klingon"?><a/>').startswith("this is not a")

    @pytest.mark.parametrize(
        "declared",
        [
            '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
            '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd">',
        ],
    )
    def test_entity_bombs_and_files_of_ours(self, declared):
        written = declared.encode() + document(series(period(*DAY, [(1, "&b;")])))

        assert refusal(written) == "the document declares a document type or entities, which are not read"

    def test_another_root(self):
        assert refusal(b"<rss/>") == "the document is a 'rss', not a Publication_MarketDocument"

    def test_another_type_of_document(self):
        assert refusal(document(kind="A25")) == "the document's type is 'A25', not A44"

    def test_the_answer_of_a_platform_that_has_no_prices(self):
        written = (
            b'<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">'
            b"<Reason><code>999</code><text>No matching data found</text></Reason></Acknowledgement_MarketDocument>"
        )

        assert refusal(written) == "ENTSO-E sent no prices: 'No matching data found'"

    @pytest.mark.parametrize("all_series", [(), (series(),)])
    def test_a_document_without_prices(self, all_series):
        assert "no " in refusal(document(*all_series))

    @pytest.mark.parametrize(
        ("broken", "detail"),
        [
            ({"unit": "MAW"}, "the unit 'MAW' is neither MWH nor KWH"),
            ({"currency": "euro"}, "'euro' is not a currency such as EUR"),
            ({"curve": "<curveType>A04</curveType>"}, "the curve type 'A04' is neither A01 nor A03"),
            ({"auction": "first"}, "'first' is not a position such as 1"),
        ],
    )
    def test_a_series_that_cannot_be_read_says_why(self, broken, detail):
        assert refusal(document(series(period(*DAY, [(1, "1")]), **broken))) == detail

    @pytest.mark.parametrize(
        ("points", "detail"),
        [
            ([], "the Period at 2024-10-07T22:00Z has no point 1"),
            ([(1, "free")], "'free' is not a price such as 64.98"),
            ([(1, "1e400")], "'1e400' is not a price such as 64.98"),
            ([("0", "1")], "'0' is not a position such as 1"),
            ([("9" * 30, "1")], f"'{'9' * 30}' is not a position such as 1"),
            ([(1, "1"), (1, "2")], "a Period has two points 1"),
        ],
    )
    def test_points_that_cannot_be_read_say_why(self, points, detail):
        assert refusal(document(series(period(*DAY, points)))) == detail

    @pytest.mark.parametrize(
        ("start", "end", "detail"),
        [
            ("yesterday", DAY[1], "'yesterday' is not a time such as 2024-10-07T22:00Z"),
            ("2024-10-07T22:00", DAY[1], "'2024-10-07T22:00' is not a time such as 2024-10-07T22:00Z"),
            ("2024-13-07T22:00Z", DAY[1], "'2024-13-07T22:00Z' is not a time"),
            (DAY[1], DAY[0], "the Period at 2024-10-08T22:00Z is no number of PT60M long"),
            (DAY[0], DAY[0], "the Period at 2024-10-07T22:00Z is no number of PT60M long"),
            (DAY[0], "2024-10-08T00:10Z", "the Period at 2024-10-07T22:00Z is no number of PT60M long"),
        ],
    )
    def test_periods_that_cannot_be_read_say_why(self, start, end, detail):
        assert refusal(document(series(period(start, end, [(1, "1")], "PT60M")))) == detail

    def test_a_century_of_quarters_is_refused_before_it_is_written_out(self):
        century = period("2000-01-01T00:00Z", "2099-12-31T00:00Z", [(1, "1")], "PT15M")

        assert refusal(document(series(century))) == "the document holds more than 350640 prices"

    def test_other_resolutions_are_refused(self):
        broken = period(*DAY, [(1, "1")], "P1M")

        assert (
            refusal(document(series(broken))) == "the resolution 'P1M' is none of PT15M, PT30M, PT60M, PT1H"
        )

    def test_a_period_without_times_is_refused(self):
        broken = "<Period><resolution>PT60M</resolution></Period>"

        assert refusal(document(series(broken))) == "timeInterval/start is missing in a Period"
