"""Documents of day-ahead prices in any format that is read."""

from __future__ import annotations

from pathlib import PurePath
from zoneinfo import ZoneInfo

from tariffs.prices import PriceSeries, Unit, UnreadablePrices, parse_currency
from tariffs.wire import csv_table, entsoe

_FORMAT_OF_ENDING = {".xml": "entsoe", ".csv": "csv"}
FORMATS = tuple(sorted(_FORMAT_OF_ENDING.values()))


def format_of(file_name: str) -> str | None:
    """By the ending, if it tells."""
    return _FORMAT_OF_ENDING.get(PurePath(file_name).suffix.lower())


def read(document: bytes, kind: str, *, zone: ZoneInfo, currency: str, unit: str) -> PriceSeries:
    """`currency` and `unit` are those of a table, or else EUR and KWH; of an ENTSO-E document, which says them itself,
    they are a check. Raises `UnreadablePrices`."""
    if kind == "csv":
        return csv_table.read(
            document, zone=zone, currency=parse_currency(currency or "EUR"), unit=Unit(unit or Unit.KWH)
        )
    return _checked(entsoe.read(document), currency, unit)


def _checked(series: PriceSeries, currency: str, unit: str) -> PriceSeries:
    if (currency or series.currency, unit or series.unit) != (series.currency, series.unit):
        raise UnreadablePrices(f"the document is in {series.currency} per {series.unit}")
    return series
