"""Prices as the events that carry them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from events.models import Interval
from tariffs.prices import Price, Unit
from vtn.wire.metadata import date_time
from vtn.wire.moments import iso_duration

PRICE = "PRICE"


def event_name(day: date) -> str:
    """One event per programme and day has this name; it is found again by it."""
    return f"day-ahead prices {day.isoformat()}"


def timed_prices(prices: Sequence[Price]) -> dict[str, Any]:
    """`intervalPeriod` and `intervals` of an event: one period for all where the prices follow each other at equal
    steps, else one for each."""
    intervals = [_interval(position, price) for position, price in enumerate(prices)]
    if _is_even(prices):
        return {"intervalPeriod": _period(prices[0]), "intervals": intervals}
    return {
        "intervals": [
            {**interval, "intervalPeriod": _period(price)}
            for interval, price in zip(intervals, prices, strict=True)
        ]
    }


def prices_in(intervals: Iterable[Interval]) -> list[Price]:
    """What `timed_prices` made, read back by time. What is no price, or has no end, is passed over."""
    return [
        Price(interval.starts_at, interval.ends_at - interval.starts_at, Decimal(amount))
        for interval in sorted(intervals, key=lambda interval: interval.starts_at)
        if interval.ends_at is not None and (amount := _amount(interval.payloads)) is not None
    ]


def program_body(program_name: str, currency: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "programName": program_name,
        "payloadDescriptors": [
            {
                "objectType": "EVENT_PAYLOAD_DESCRIPTOR",
                "payloadType": PRICE,
                "units": Unit.KWH.value,
                "currency": currency,
            }
        ],
    }
    if attributes:
        body["attributes"] = [{"type": name, "values": [value]} for name, value in attributes.items()]
    return body


def describes_prices(descriptors: Iterable[Mapping[str, Any]], currency: str) -> bool:
    """Whether a programme says that its prices are per kilowatt-hour in this currency."""
    meanings = [
        (descriptor.get("units"), descriptor.get("currency"))
        for descriptor in descriptors
        if descriptor["payloadType"] == PRICE
    ]
    return meanings == [(Unit.KWH, currency)]


def _is_even(prices: Sequence[Price]) -> bool:
    return all(
        later.starts_at == price.ends_at and later.duration == price.duration
        for price, later in pairwise(prices)
    )


def _interval(position: int, price: Price) -> dict[str, Any]:
    return {"id": position, "payloads": [{"type": PRICE, "values": [price.amount]}]}


def _period(price: Price) -> dict[str, str]:
    return {"start": date_time(price.starts_at), "duration": iso_duration(price.duration)}


def _amount(payloads: Iterable[Mapping[str, Any]]) -> Decimal | int | None:
    values = [payload["values"] for payload in payloads if payload["type"] == PRICE]
    if len(values) != 1 or len(values[0]) != 1 or type(values[0][0]) not in (int, Decimal):
        return None
    return values[0][0]
