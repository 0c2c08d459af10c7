"""Day-ahead prices as a table of two columns, time and price, as spreadsheets and statistics programs write it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from tariffs.prices import (
    MOST_PRICES,
    STEPS,
    Price,
    PriceSeries,
    Unit,
    UnreadablePrices,
    parse_amount,
    quoted,
)
from vtn.local_time import is_midnight, moments_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# 29oct2023 02:00:00, as Stata writes it
_STATA = re.compile(r"(\d\d)([a-z]{3})(20\d\d) (\d\d):(\d\d):00", re.ASCII)
_ISO = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:00)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def read(document: bytes, *, zone: ZoneInfo, currency: str, unit: Unit) -> PriceSeries:
    """Prices at equal steps that fill whole local days; days may be missing. Nothing in a table tells where it
    should end, so that half a table can be told from a whole one only by its last day.

    Raises `UnreadablePrices` that names the line.
    """
    rows = list(_rows(document, zone))
    if not rows:
        raise UnreadablePrices("the table holds no prices")
    step = min((later.starts_at - row.starts_at for row, later in pairwise(rows)), default=None)
    if step not in STEPS:
        raise UnreadablePrices("the prices are not a quarter, half or whole hour apart")
    _require_whole_days(rows, step, zone)
    prices = tuple(Price(row.starts_at, step, row.amount) for row in rows)
    return PriceSeries(prices, currency=currency, unit=unit)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    starts_at: datetime
    amount: Decimal


def _rows(document: bytes, zone: ZoneInfo) -> Iterator[_Row]:
    last_at = datetime.min.replace(tzinfo=UTC)
    for line, time, price in _cells(document):
        try:
            row = _row(line, time, price, zone, last_at)
        except UnreadablePrices as error:
            raise _at(line, error.detail) from None
        if row is not None:
            last_at = row.starts_at
            yield row


def _row(line: int, time: str, price: str, zone: ZoneInfo, last_at: datetime) -> _Row | None:
    """None for the time that a clock change skips, which some tables keep with an empty price."""
    moments = _moments(time, zone)
    if not moments:
        if price:
            raise UnreadablePrices(f"clocks in {zone.key} skip {time}, so it has no price")
        return None
    # A time that happens twice is there twice: first in summer time, then in winter time.
    starts_at = next((moment for moment in moments if moment > last_at), None)
    if starts_at is None:
        raise UnreadablePrices(f"{time} is not after the time before it")
    if not price:
        raise UnreadablePrices(f"{time} has no price")
    return _Row(line, starts_at, parse_amount(price))


def _cells(document: bytes) -> Iterator[tuple[int, str, str]]:
    """Line number, time and price of each row, without the headings."""
    try:
        reader = csv.reader(document.decode("utf-8-sig").splitlines(), strict=True)
        for cells in reader:
            if reader.line_num > MOST_PRICES:
                raise UnreadablePrices(f"the table has more than {MOST_PRICES} lines")
            if not cells or (reader.line_num == 1 and not cells[0][:1].isdigit()):
                continue
            if len(cells) != 2:
                raise _at(reader.line_num, f"there are {len(cells)} columns, not a time and a price")
            yield reader.line_num, cells[0].strip(), cells[1].strip()
    except UnicodeDecodeError:
        raise UnreadablePrices("this is not a text in UTF-8") from None
    except csv.Error as error:
        raise _at(reader.line_num, str(error)) from None


def _moments(text: str, zone: ZoneInfo) -> tuple[datetime, ...]:
    stata = _STATA.fullmatch(text)
    try:
        if stata and stata[2] in _MONTHS:
            day, month, year, hour, minute = stata.groups()
            at = datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute))
        elif _ISO.fullmatch(text):
            at = datetime.fromisoformat(text)
        else:
            raise UnreadablePrices(f"{quoted(text)} is not a time such as 2024-10-08 00:00")
    except ValueError:
        raise UnreadablePrices(f"there is no such time as {quoted(text)}") from None
    return moments_of(at, zone) if at.tzinfo is None else (at.astimezone(UTC),)


def _require_whole_days(rows: list[_Row], step: timedelta, zone: ZoneInfo) -> None:
    expected_at = rows[0].starts_at
    for row in rows:
        if row.starts_at != expected_at and not is_midnight(expected_at, zone):
            raise _at(row.line, f"the price at {_shown(expected_at, zone)} is missing before it")
        follows = row.starts_at == expected_at and row is not rows[0]
        if not follows and not is_midnight(row.starts_at, zone):
            raise _at(row.line, f"a day begins at midnight, not at {_shown(row.starts_at, zone)}")
        expected_at = row.starts_at + step
    if not is_midnight(expected_at, zone):
        raise UnreadablePrices(
            f"the table ends within a day: the price at {_shown(expected_at, zone)} is missing"
        )


def _at(line: int, detail: str) -> UnreadablePrices:
    return UnreadablePrices(f"line {line}: {detail}")


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(sep=" ", timespec="minutes")
