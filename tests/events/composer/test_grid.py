"""What somebody types or pastes becomes a grid, or is told cell by cell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from events.composer.grid import format_grid, parse_grid, remarks_on
from events.composer.tables import MOST_ROWS, BadTable

HOUR = timedelta(hours=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MIDNIGHT = datetime(2026, 6, 1, 22, tzinfo=UTC)  # of 2 June in Amsterdam


def parse(text, *, types=("PRICE",), step=HOUR, start=MIDNIGHT, zone=AMSTERDAM):
    return parse_grid(text, types=types, step=step, start=start, zone=zone)


def values(text, **named):
    return [cell.values for cell in parse(text, **named).cells]


def faults(text, **named):
    with pytest.raises(BadTable) as refused:
        parse(text, **named)
    return [(fault.row, fault.column, fault.text) for fault in refused.value.faults]


@pytest.mark.parametrize(
    "text",
    [
        "0.25\n0.30\n-1",
        "0,25\n0,30\n-1",
        "0,25\r\n0,30\r\n-1\r\n",
        "\ufeffPrice (EUR)\n0,25\n0,30\n-1",
        "PRICE\n0.25\n0.30\n-1",
        "00:00\t0,25\n01:00\t0,30\n02:00\t-1",
        "00:00;0,25\n01:00;0,30\n02:00;-1\n",
        "00:00,0.25\n01:00,0.30\n02:00,-1",
        "00:00,0,25\n01:00,0,30\n02:00,-1,0",
        "van;tot;PRICE\n00:00;01:00;0,25\n01:00;02:00;0,30\n02:00;03:00;-1",
        "00:00-01:00\t0.25\n01:00 – 02:00\t0.30\n02:00-03:00\t-1",
        "2026-06-02 00:00\t0.25\n2026-06-02T01:00\t0.30\n02-06-2026 02:00\t-1",
        "2026-06-02 00:00+02:00\t0.25\n2026-06-01T23:00Z\t0.30\n2026-06-02 02:00 +02:00\t-1",
        '"0,25"\n"0,30"\n"-1"',
    ],
)
def test_spreadsheets_write_the_same_in_many_ways(text):
    grid = parse(text)

    assert [cell.values[0] for cell in grid.cells] == [Decimal("0.25"), Decimal("0.30"), -1]
    assert grid.cells[0].starts_at == MIDNIGHT
    assert grid.ends_at == MIDNIGHT + 3 * HOUR


def test_columns_are_found_by_their_names():
    text = "GHG;price\n300;0,25\n310;0,30"

    assert values(text, types=("PRICE", "GHG")) == [(Decimal("0.25"), 300), (Decimal("0.30"), 310)]


def test_without_names_columns_are_in_their_order():
    assert values("1,2\n3,4", types=("PRICE", "GHG")) == [(1, 2), (3, 4)]
    assert values("0,1,0,2", types=("PRICE", "GHG")) == [(Decimal("0.1"), Decimal("0.2"))]


def test_numbers_keep_the_digits_they_were_written_with():
    (number,) = values("0.10")[0]

    assert str(number) == "0.10"


@pytest.mark.parametrize(
    ("text", "row", "column", "said"),
    [
        ("1\nabc\n3", 2, "PRICE", "'abc' is not a number"),
        ("1\n\n3", 2, "PRICE", "there is no value"),
        ("1\n1.234,5\n3", 2, "PRICE", "marks for thousands"),
        ("1\n1.234.567\n3", 2, "PRICE", "is not a number"),
        ("0.5\n0.5\n1,5", 3, "PRICE", "another decimal mark"),
        ("00:00\t1\n02:00\t2", 2, "time", "something is missing, or double"),
        ("00:00\t1\n00:00\t2", 2, "time", "something is missing, or double"),
        ("2026-06-03 00:00\t1", 1, "time", "something is missing, or double"),
        ("1\t2\n3", 1, "", "there are 2 values, and 1 are expected"),
        ("1\n" + "9" * 400, 2, "PRICE", "is not a number"),
        ("1\n1e999", 2, "PRICE", "is not a number"),
        ("1\nNaN", 2, "PRICE", "is not a number"),
        ("1\n<script>alert(1)</script>", 2, "PRICE", "is not a number"),
    ],
)
def test_what_is_wrong_is_told_by_cell(text, row, column, said):
    (first, *_) = faults(text)

    assert first[:2] == (row, column)
    assert said in first[2]


def test_all_that_is_wrong_is_told_at_once():
    assert [fault[0] for fault in faults("a1\n2\n\n4\nx")] == [1, 3, 5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There are no values"),
        ("\n \n", "There are no values"),
        ("1\n" * (MOST_ROWS + 1), "rows are more than"),
        ('"1\n2', "This is no table"),
        ("PRICE;COLOUR\n1;2", "none of the payload types (colour)"),
    ],
)
def test_what_is_no_table_is_told(text, said):
    (fault,) = faults(text)

    assert said in fault[2]


def test_a_line_that_is_taken_for_a_header_is_remarked_on():
    (remark,) = remarks_on(parse("Prijs per kWh\n1\n2"), AMSTERDAM)

    assert remark == "The first line is taken for the names of columns: Prijs per kWh"
    assert remarks_on(parse("PRICE\n1\n2"), AMSTERDAM) == []


def test_an_alert_has_words():
    assert values("keep warm\nstay inside", types=("ALERT_FREEZING",)) == [("keep warm",), ("stay inside",)]


def test_a_day_of_25_hours_has_25_rows_and_the_second_hour_twice():
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)
    hours = ["00:00", "01:00", "02:00", "02:00", *(f"{hour:02}:00" for hour in range(3, 24))]

    grid = parse("\n".join(f"{hour}\t1" for hour in hours), start=midnight)

    assert len(grid.cells) == 25
    assert grid.ends_at == datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert remarks_on(grid, AMSTERDAM) == []


def test_a_day_of_23_hours_has_no_third_hour():
    midnight = datetime(2026, 3, 28, 23, tzinfo=UTC)
    hours = [hour for hour in range(24) if hour != 2]

    grid = parse("\n".join(f"{hour:02}:00\t1" for hour in hours), start=midnight)

    assert grid.ends_at == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert faults("\n".join(f"{hour:02}:00\t1" for hour in range(24)), start=midnight)[0][0] == 3


@pytest.mark.parametrize(("midnight", "hours"), [((2026, 3, 28, 23), "23"), ((2026, 10, 24, 22), "25")])
def test_24_hours_on_such_a_day_are_remarked_on(midnight, hours):
    (remark,) = remarks_on(parse("1\n" * 24, start=datetime(*midnight, tzinfo=UTC)), AMSTERDAM)

    assert f"has {hours} hours" in remark


def test_rows_that_are_free_say_from_when_to_when():
    grid = parse("2026-06-02 08:00\t09:30\t1\n10:00\t00:30\t2", step=None)

    assert [(cell.starts_at, cell.ends_at) for cell in grid.cells] == [
        (datetime(2026, 6, 2, 6, tzinfo=UTC), datetime(2026, 6, 2, 7, 30, tzinfo=UTC)),
        (datetime(2026, 6, 2, 8, tzinfo=UTC), datetime(2026, 6, 2, 22, 30, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("text", "row", "said"),
    [
        ("08:00\t1", 1, "it needs two times"),
        ("2026-06-02 09:00\t2026-06-02 08:00\t1", 1, "it ends before it has begun"),
        ("08:00\t10:00\t1\n2026-06-02 09:00\t11:00\t2", 2, "before the one above it has ended"),
        ("2026-03-29 02:30\t04:00\t1", 1, "does not exist in Europe/Amsterdam"),
        ("2026-10-25 02:30\t04:00\t1", 1, "comes twice in Europe/Amsterdam"),
        ("2026-06-02 25:00\t26:00\t1", 1, "is no time that there is"),
        ("2026-02-30 05:00\t06:00\t1", 1, "is no time that there is"),
        ("08:00\t27:00\t1", 1, "is no time that there is"),
    ],
)
def test_free_rows_that_are_wrong_are_told(text, row, said):
    start = MIDNIGHT if "2026-03" not in text and "2026-10" not in text else None

    (first, *_) = faults(text, step=None, start=start)

    assert first[0] == row
    assert said in first[2]


@pytest.mark.parametrize("step", [HOUR, None])
def test_what_is_written_is_read_again(step):
    text = "0.10\n2\n-3.5" if step else "2026-10-25 01:00\t02:30 +01:00\t0.10\n04:00\t05:00\t2"
    text = text.replace("02:30 +01:00", "2026-10-25 02:30 +01:00")
    grid = parse(text, step=step, start=datetime(2026, 10, 24, 22, tzinfo=UTC))

    again = parse(format_grid(grid, AMSTERDAM), step=step, start=grid.starts_at)

    assert again == grid


def test_a_start_that_is_not_said_is_that_of_the_first_row():
    assert parse("2026-06-02 05:00\t1\n06:00\t2", start=None).starts_at == datetime(2026, 6, 2, 3, tzinfo=UTC)
    assert "Say when" in faults("1\n2", start=None)[0][2]
