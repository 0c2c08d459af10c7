"""Days cut into hours and quarter hours, by local clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tariffs.publishing.cutting import ChangesWithin, Cut, cut_up
from tariffs.publishing.slots import Slot
from tests.tariffs.documents import BRUSSELS
from vtn.local_time import midnight

LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


def slot(starts_at: datetime, ends_at: datetime, amount: int) -> Slot:
    return Slot(starts_at, ends_at, (("PRICE", Decimal(amount)),))


def whole(day: date, zone: ZoneInfo = BRUSSELS) -> list[Slot]:
    return [slot(midnight(day, zone), midnight(day + timedelta(days=1), zone), 1)]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 6, 1), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)]
)
def test_a_day_has_the_hours_that_its_clocks_give_it(day, hours):
    assert len(cut_up(whole(day), Cut.HOURS, BRUSSELS)) == hours
    assert len(cut_up(whole(day), Cut.QUARTERS, BRUSSELS)) == 4 * hours
    assert cut_up(whole(day), Cut.MERGED, BRUSSELS) == tuple(whole(day))


@pytest.mark.parametrize("day", [date(2026, 10, 4), date(2026, 4, 5)])
def test_where_clocks_change_by_half_an_hour_one_hour_is_longer(day):
    found = cut_up(whole(day, LORD_HOWE), Cut.HOURS, LORD_HOWE)

    assert sorted({each.duration // timedelta(minutes=1) for each in found}) == [60, 90]
    assert {each.starts_at.astimezone(LORD_HOWE).minute for each in found[3:]} == {0}


def test_neighbours_with_equal_amounts_are_one():
    start = midnight(date(2026, 6, 1), BRUSSELS)
    hour = timedelta(hours=1)
    three = [slot(start + n * hour, start + (n + 1) * hour, amount) for n, amount in enumerate((1, 1, 2))]

    assert cut_up(three, Cut.MERGED, BRUSSELS) == (slot(start, start + 2 * hour, 1), three[2])


def test_a_change_within_an_hour_is_refused_and_fits_quarters():
    start = midnight(date(2026, 6, 1), BRUSSELS)
    change = start + timedelta(hours=8, minutes=30)
    two = [slot(start, change, 1), slot(change, start + timedelta(days=1), 2)]

    with pytest.raises(ChangesWithin, match=r"^the rate changes at 08:30:00 on 2026-06-01, within an hour$"):
        cut_up(two, Cut.HOURS, BRUSSELS)
    assert [each.amounts[0][1] for each in cut_up(two, Cut.QUARTERS, BRUSSELS)] == [1] * 34 + [2] * 62


@given(
    st.sampled_from([(BRUSSELS, 3, 29), (BRUSSELS, 10, 25), (BRUSSELS, 6, 1), (LORD_HOWE, 4, 5)]),
    st.sets(st.integers(1, 90), max_size=6),
    st.sampled_from([Cut.MERGED, Cut.QUARTERS]),
)
def test_cutting_changes_no_amount_at_any_time(drawn, quarters, cut):
    zone, month, day = drawn
    [all_of_it] = whole(date(2026, month, day), zone)
    marks = [all_of_it.starts_at + n * timedelta(minutes=15) for n in sorted(quarters)]
    edges = [all_of_it.starts_at, *marks, all_of_it.ends_at]
    slots = [slot(start, end, n % 3) for n, (start, end) in enumerate(pairwise(edges))]

    found = cut_up(slots, cut, zone)

    assert (found[0].starts_at, found[-1].ends_at) == (all_of_it.starts_at, all_of_it.ends_at)
    assert all(one.ends_at == other.starts_at for one, other in pairwise(found))
    for each in found:
        [under] = [one for one in slots if one.starts_at <= each.starts_at < one.ends_at]
        assert each.amounts == under.amounts
