"""What timings cost: the windows of a year, beside asking each minute, and a large plan in the database."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from tariffs.timings import queries
from tariffs.timings.activity import is_active, windows
from tariffs.timings.days import days_of
from tariffs.timings.importing import import_file
from tariffs.timings.words import Timing
from vtn.caller import Caller

TIMINGS = 50
_ZONE = ZoneInfo("Europe/Brussels")
_YEAR = datetime(2026, 1, 1, tzinfo=_ZONE), datetime(2027, 1, 1, tzinfo=_ZONE)
_STAFF = Caller.staff("bench")


@dataclass(frozen=True)
class TimingsCost:
    """`year_ms` is for `windows` windows of `TIMINGS` timings that are each active every day, with nothing kept from
    before; `minutes_ms` for asking each of them at each minute of the year, reckoned from a week of one. Both are of
    the processor, which has nothing to wait for there."""

    windows: int
    year_ms: float
    minutes_ms: float
    rows: int
    import_s: float
    ids_ms: float


def measure(rows: int, *, repeats: int, tell: Callable[[str], None]) -> TimingsCost:
    tell(f"windows of {TIMINGS} timings, and a plan of {rows:,}")
    timings = [
        Timing.read("*any", "*any", "*any", "*any", f"{number % 23:02}:15:00;{number % 23 + 1:02}:30:00")
        for number in range(TIMINGS)
    ]
    found, year_ms = zip(*(_year(timings) for _ in range(repeats)), strict=True)
    import_s, ids_ms = _plan(rows)
    return TimingsCost(found[0], statistics.median(year_ms), _minutes(timings[0]), rows, import_s, ids_ms)


def _year(timings: list[Timing]) -> tuple[int, float]:
    days_of.cache_clear()
    began = time.process_time()
    found = sum(len(list(windows(timing, *_YEAR, _ZONE))) for timing in timings)
    return found, (time.process_time() - began) * 1_000


def _minutes(timing: Timing) -> float:
    began, at = time.process_time(), _YEAR[0]
    for _ in range(7 * 24 * 60):
        is_active(timing, at)
        at += timedelta(minutes=1)
    return (time.process_time() - began) * 1_000 * TIMINGS * 365 / 7


def _plan(rows: int) -> tuple[float, float]:
    """Seconds to import a file of so many timings, and milliseconds for a page of ids from its middle."""
    lines = (f"T{number:07},*any,*any,*any,{number % 7},08:00:00\n" for number in range(rows))
    document = "".join(lines).encode()
    began = time.perf_counter()
    import_file(
        caller=_STAFF,
        tpid="bench",
        document=document,
        is_replacing=True,
        is_dry_run=False,
        now=timezone.now(),
    )
    imported = time.perf_counter()
    found = queries.timings_in(_STAFF, "bench", skip=rows // 2, limit=50).values_list("tag", flat=True)
    assert len(found) == min(50, rows - rows // 2)
    return imported - began, (time.perf_counter() - imported) * 1_000
