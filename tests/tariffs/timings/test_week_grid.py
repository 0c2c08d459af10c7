"""A week as a table."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string

from tariffs.timings.activity import windows
from tariffs.timings.week_grid import WeekGrid, week_grid
from tariffs.timings.words import Timing

BRUSSELS = ZoneInfo("Europe/Brussels")


def grid_of(monday: date, **times: str) -> WeekGrid:
    since = datetime.combine(monday, datetime.min.time(), BRUSSELS)
    spans = {
        name: list(windows(Timing.read("", "", "", "", time), since, since + timedelta(days=8), BRUSSELS))
        for name, time in times.items()
    }
    return week_grid(monday, BRUSSELS, spans)


def column(grid: WeekGrid, place: int) -> list[tuple[str, tuple[str, ...]]]:
    """What a day says from when on, read from the table as a browser lays it out."""
    taken: dict[tuple[int, int], object] = {}
    begins = []
    for number, row in enumerate(grid.rows):
        free = [day for day in range(7) if (number, day) not in taken]
        for day, cell in zip(free, row.cells, strict=True):
            taken |= {(number + more, day): cell for more in range(cell.rows)}
            if day == place:
                begins.append((row.label, cell.names, cell.is_skipped))
    assert len(taken) == 7 * 48
    return begins


def test_each_half_hour_says_who_is_active():
    grid = grid_of(date(2026, 6, 1), PEAK="08:00:00;19:10:00", DAY="")

    assert column(grid, 0) == [
        ("00:00", ("DAY",), False),
        ("08:00", ("PEAK", "DAY"), False),
        ("19:30", ("DAY",), False),
    ]
    assert {cell.tone for row in grid.rows for cell in row.cells} == {1, 2}


def test_what_clocks_skip_is_shown_as_skipped():
    grid = grid_of(date(2026, 3, 23), DAY="")

    assert column(grid, 6) == [("00:00", ("DAY",), False), ("02:00", (), True), ("03:00", ("DAY",), False)]
    assert column(grid, 5) == [("00:00", ("DAY",), False)]


def test_where_nothing_applies_nothing_is_said():
    grid = grid_of(date(2026, 6, 1), PEAK="08:00:00;09:00:00")

    assert column(grid, 3) == [("00:00", (), False), ("08:00", ("PEAK",), False), ("09:00", (), False)]


def test_the_table_says_in_text_all_that_it_shows_in_colour():
    html = render_to_string(
        "tariffs/week_grid.html",
        {"grid": grid_of(date(2026, 3, 23), **{"<PEAK>": "08:00:00"}), "caption": "Now"},
    )

    assert "Now (Europe/Brussels)" in html
    assert "<li>&lt;PEAK&gt;</li>" in html
    assert "skipped by the clock" in html
    assert html.count('scope="row"') == 48
    assert html.count('scope="col"') == 8
