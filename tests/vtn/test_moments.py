import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtn.wire.moments import NOW, Duration, parse_duration, parse_moment

NOON = datetime(2025, 3, 14, 12, tzinfo=UTC)
# The pattern as the YAML spells it, to check ours against.
OFFICIAL = re.compile(
    r"^(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$"
)


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "duration"),
        [
            ("PT0S", Duration()),
            ("P0D", Duration()),
            ("PT1H", Duration(hours=1)),
            ("PT90M", Duration(minutes=90)),
            ("PT0.25S", Duration(seconds=Decimal("0.25"))),
            ("P2W", Duration(weeks=2)),
            ("P1M", Duration(months=1)),
            ("PT1M", Duration(minutes=1)),
            ("P1DT", Duration(days=1)),
            (
                "P1Y2M3DT4H5M6.7S",
                Duration(years=1, months=2, days=3, hours=4, minutes=5, seconds=Decimal("6.7")),
            ),
        ],
    )
    def test_a_duration_is_read_in_the_units_it_is_written_in(self, text, duration):
        assert parse_duration(text) == duration

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "P",
            "PT",
            "1H",
            "PT1H\n",
            " PT1H",
            "pt1h",
            "P1",
            "P1H",
            "P1W2D",
            "PT1.5H",
            "PT.5S",
            "PT1.S",
            "PT1S1H",
            "P٣D",
            "+P1D",
            "P" + "0" * 127 + "1D",
        ],
    )
    def test_what_the_pattern_does_not_allow_is_refused(self, text):
        with pytest.raises(ValueError, match="is not an ISO 8601 duration such as PT1H"):
            parse_duration(text)

    @pytest.mark.parametrize("text", ["-PT1H", "-P9999Y", "-PT0S"])
    def test_a_negative_duration_is_refused(self, text):
        with pytest.raises(ValueError, match=f"'{text}' is negative; a duration must not be"):
            parse_duration(text)

    def test_a_refusal_does_not_repeat_a_text_of_any_length(self):
        with pytest.raises(ValueError) as refusal:
            parse_duration("P" + "9" * 1_000_000)

        assert str(refusal.value) == f"'P{'9' * 39}…' is not an ISO 8601 duration such as PT1H or P1DT12H"

    @pytest.mark.parametrize(
        "text",
        [
            "P9999Y",
            "P9999Y0M0DT0H0M0S",
            "P10000Y",
            "P119988M",
            "P9998Y12M",
            "P4000000D",
            "P" + "9" * 120 + "W",
        ],
    )
    def test_infinity_is_recognised_by_value(self, text):
        assert parse_duration(text).is_infinite
        assert parse_duration(text).added_to(NOON) is None

    @pytest.mark.parametrize("text", ["P9998Y", "P119987M", "P3652058D", "PT0S"])
    def test_less_than_9999_years_is_not_infinity(self, text):
        assert not parse_duration(text).is_infinite

    def test_a_sum_beyond_the_calendar_is_never(self):
        assert parse_duration("P7975Y").added_to(NOON) is None
        assert parse_duration("P3000000D").added_to(NOON) is None

    def test_the_last_moment_of_the_calendar_is_still_reached(self):
        assert parse_duration("P7974Y").added_to(NOON) == datetime(9999, 3, 14, 12, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("text", "is_zero"),
        [("PT0S", True), ("P0Y", True), ("PT0.000S", True), ("PT0.1S", False), ("P1M", False)],
    )
    def test_zero_is_recognised_by_value(self, text, is_zero):
        assert parse_duration(text).is_zero is is_zero

    def test_months_and_years_follow_the_calendar(self):
        january = datetime(2024, 1, 31, tzinfo=UTC)

        assert parse_duration("P1M").added_to(january) == datetime(2024, 2, 29, tzinfo=UTC)
        assert parse_duration("P1Y1M").added_to(january) == datetime(2025, 2, 28, tzinfo=UTC)
        assert parse_duration("P1MT1H").added_to(january) == datetime(2024, 2, 29, 1, tzinfo=UTC)

    def test_weeks_days_and_parts_of_days_are_exact(self):
        assert parse_duration("P1W").added_to(NOON) == NOON + timedelta(days=7)
        assert parse_duration("P1DT2H3M4.5S").added_to(NOON) == NOON + timedelta(
            days=1, hours=2, minutes=3, seconds=4.5
        )
        assert parse_duration("PT0.00000051S").added_to(NOON) == NOON + timedelta(microseconds=1)

    @given(st.from_regex(re.compile(OFFICIAL.pattern, re.ASCII), fullmatch=True))
    def test_what_the_yaml_allows_is_read_or_refused_but_never_blows_up(self, text):
        try:
            duration = parse_duration(text)
        except ValueError:
            assert text.startswith("-") or text.endswith("\n") or len(text) > 128
        else:
            assert (duration.added_to(NOON) or NOON) >= NOON

    @given(st.text(alphabet="PTYMWDHS0159.-", max_size=8))
    def test_what_the_yaml_does_not_allow_is_refused(self, text):
        try:
            parse_duration(text)
        except ValueError:
            assert not OFFICIAL.fullmatch(text) or text.startswith("-")
        else:
            assert OFFICIAL.fullmatch(text)


class TestMoments:
    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2023-06-15T09:30:00Z", datetime(2023, 6, 15, 9, 30, tzinfo=UTC)),
            ("2023-06-15t09:30:00z", datetime(2023, 6, 15, 9, 30, tzinfo=UTC)),
            ("2025-02-13 19:00:00.000Z", datetime(2025, 2, 13, 19, tzinfo=UTC)),
            ("2023-06-15T09:30:00.5Z", datetime(2023, 6, 15, 9, 30, 0, 500_000, tzinfo=UTC)),
            ("2023-06-15T09:30:00.1234567891Z", datetime(2023, 6, 15, 9, 30, 0, 123_456, tzinfo=UTC)),
            ("2023-06-15T09:30:00+02:00", datetime(2023, 6, 15, 7, 30, tzinfo=UTC)),
            ("2023-06-15T23:30:00-05:30", datetime(2023, 6, 16, 5, tzinfo=UTC)),
            ("2023-06-15T09:30:00-00:00", datetime(2023, 6, 15, 9, 30, tzinfo=UTC)),
            ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
            ("2017-01-01T00:59:60.5+01:00", datetime(2017, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)),
            ("0001-01-01T05:00:00Z", datetime(1, 1, 1, 5, tzinfo=UTC)),
            ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ],
    )
    def test_a_date_time_with_an_offset_becomes_utc(self, text, moment):
        assert parse_moment(text) == moment
        assert parse_moment(text).tzinfo is UTC

    @pytest.mark.parametrize("day", ["0000-00-00", "0000-01-01", "0001-01-01"])
    @pytest.mark.parametrize(
        "time",
        [
            "",
            "T00:00",
            "T00:00Z",
            "T00:00:00",
            " 00:00:00",
            "T00:00:00Z",
            "t00:00:00z",
            "T00:00:00.000Z",
            "T00:00:00+00:00",
            "T00:00:00-00:00",
        ],
    )
    def test_the_beginning_of_time_means_now_in_every_spelling(self, day, time):
        assert parse_moment(day + time) is NOW

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "now",
            "2023-06-15",
            "2023-06-15T09:30:00",
            "2023-06-15T09:30Z",
            "2023-06-15T09:30:00+0200",
            "2023-06-15T09:30:00+02",
            "2023-06-15T09:30:00+24:00",
            "2023-06-15T09:30:00+02:60",
            "2023-06-15T09:30:00Z\n",
            "2023-06-15T09:30:00,5Z",
            "2023-06-15T09:30:00.Z",
            "2023-06-15_09:30:00Z",
            "20230615T093000Z",
            "2023-W24-4T09:30:00Z",
            "2023-02-29T09:30:00Z",
            "2023-13-01T09:30:00Z",
            "2023-06-15T24:00:00Z",
            "2023-06-15T09:60:00Z",
            "2023-06-15T09:30:61Z",
            "2023-06-15T09:30:60Z",
            "2016-12-31T23:59:60Z\n",
            "9999-12-31T23:59:60Z",
            "٢023-06-15T09:30:00Z",
            "17:15:16",
            "0000-06-15T09:30:00Z",
            "0001-01-01T00:00:00+05:00",
            "0001-01-01T00:00:01",
            "9999-12-31T23:00:00-05:00",
            "2023-06-15T09:30:00." + "0" * 200 + "Z",
        ],
    )
    def test_anything_else_is_refused(self, text):
        with pytest.raises(ValueError, match="is not an RFC 3339 date-time with an offset, such as"):
            parse_moment(text)

    @given(
        st.datetimes(
            min_value=datetime(2, 1, 1),
            max_value=datetime(9999, 12, 30),
            timezones=st.integers(-23 * 60 - 59, 23 * 60 + 59).map(
                lambda minutes: timezone(timedelta(minutes=minutes))
            ),
        )
    )
    def test_what_python_writes_is_read_back(self, moment):
        assert parse_moment(moment.isoformat()) == moment

    @given(st.text(alphabet="0123456789-:TtZz+. ", max_size=30))
    def test_no_text_does_more_than_be_refused(self, text):
        try:
            parse_moment(text)
        except ValueError:
            return
        assert text[:4].isdigit()
