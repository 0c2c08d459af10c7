"""How an attempt may end, and what follows from that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOON
from vtn.deliveries.outcomes import LONGEST_WISH, End, Outcome, Retries, no_reply, of_reply, wish_of

RETRIES = Retries(first=5.0, most=3600.0, give_up_after=86_400.0)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_a_delivery(status):
    assert of_reply(status, b"thanks", None, NOON) == Outcome(End.DELIVERED, status, "thanks")


def test_410_ends_it_for_good():
    assert of_reply(410, b"", None, NOON) == Outcome(End.GONE, 410, "", "is gone (410)")


@pytest.mark.parametrize("status", [100, 199, 300, 301, 302, 307, 308, 400, 401, 403, 404, 409, 422, 429])
def test_all_else_is_tried_again_and_says_nothing_of_the_host(status):
    assert of_reply(status, b"", None, NOON) == Outcome(End.FAILED, status, "", f"answered {status}")


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_an_error_of_the_server_is_the_hosts(status):
    outcome = of_reply(status, b"", None, NOON)

    assert outcome == Outcome(End.FAILED, status, "", f"answered {status}", is_host_at_fault=True)


def test_no_answer_is_the_hosts_fault():
    assert no_reply("is away") == Outcome(End.FAILED, reason="is away", is_host_at_fault=True)


def test_of_an_answer_the_beginning_is_kept_as_a_database_can_hold_it():
    outcome = of_reply(200, b"a\0b\xff" + b"c" * 2000, None, NOON)

    assert outcome.answer == "a\ufffdb\ufffd" + "c" * 996


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("120", 120.0),
        ("86401", LONGEST_WISH),
        ("9" * 5000, LONGEST_WISH),
        ("-1", None),
        ("1.5", None),
        ("١٢", None),
        ("soon", None),
        (format_datetime(NOON + timedelta(seconds=90), usegmt=True), 90.0),
        ("Mon, 01 Jun 2026 12:01:30 -0000", 90.0),
        ("Mon, 01 Jun 2026 14:01:30 +0200", 90.0),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 0.0),
        ("Mon, 99 Jun 2026 11:00:00 GMT", None),
    ],
)
def test_a_wish_is_a_number_or_a_date(header, seconds):
    assert wish_of(header, NOON) == seconds


_DATELIKE = st.from_regex(
    r"\A(Mon, )?[0-9]{1,12} (Jun|Jan) [0-9]{1,12} [0-9:.]{0,9} ?(GMT|[+-][0-9]{1,9})?\Z"
)


@given(st.one_of(st.text(), _DATELIKE), st.datetimes(timezones=st.just(UTC)))
def test_whatever_the_header_says_a_wish_is_none_or_not_in_the_past(header, now):
    wish = wish_of(header, now)

    assert wish is None or wish >= 0


@given(st.integers(1, 10_000), st.one_of(st.none(), st.floats(0, 10 * LONGEST_WISH)))
def test_waits_double_within_their_bounds_and_heed_a_wish_that_is_longer(attempts, wish):
    delay = RETRIES.delay(attempts, wish)

    full = min(RETRIES.first * 2 ** min(attempts - 1, 20), RETRIES.most)
    asked = min(wish or 0.0, LONGEST_WISH)
    assert max(full / 2, asked) <= delay <= max(full, asked)


def test_no_two_wait_equally_long():
    assert len({RETRIES.delay(3, None) for _ in range(50)}) > 40


def test_it_is_given_up_at_the_time_and_not_before():
    assert not RETRIES.is_given_up(86_399.9)
    assert RETRIES.is_given_up(86_400.0)


def test_a_date_is_compared_with_now():
    later = datetime(2026, 6, 1, 12, 1, tzinfo=UTC)

    assert wish_of("Mon, 01 Jun 2026 12:01:30 GMT", later) == 30.0
