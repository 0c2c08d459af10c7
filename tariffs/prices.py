"""Prices of energy over time as exact values, whatever document they came in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import groupby, pairwise

from tariffs.stretches import overlaid
from vtn import errors

# Ten years of quarter hours; no document is as long, and what is longer was not meant.
MOST_PRICES = 350_640
STEPS = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1))

# Fits the 28 digits that Decimal reckons with, so that nothing is ever rounded. No exponent: 1E+999999 is a number
# that nobody can write out.
_AMOUNT = re.compile(r"[+-]?(?=\.?\d)\d{0,9}(?:\.\d{0,18})?", re.ASCII)


class UnreadablePrices(errors.Invalid):
    """The document does not say which prices apply when."""


class Unit(StrEnum):
    """What a price buys; the names of OpenADR, which are those of ENTSO-E too."""

    KWH = "KWH"
    MWH = "MWH"


@dataclass(frozen=True, slots=True)
class Price:
    """An amount of money per unit of energy that applies from `starts_at` (UTC) for a while."""

    starts_at: datetime
    duration: timedelta
    amount: Decimal

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.duration

    def between(self, from_at: datetime, to_at: datetime) -> Price:
        return Price(from_at, to_at - from_at, self.amount)


@dataclass(frozen=True, slots=True)
class PriceSeries:
    """Prices by time, none over another. `remarks` tell what of the document was not used, and why."""

    prices: tuple[Price, ...]
    currency: str
    unit: Unit
    remarks: tuple[str, ...] = ()

    def per_kwh(self) -> PriceSeries:
        """The same prices for a kilowatt-hour, exactly."""
        shift = {Unit.KWH: 0, Unit.MWH: -3}[self.unit]
        prices = tuple(replace(price, amount=plain(price.amount.scaleb(shift))) for price in self.prices)
        return replace(self, prices=prices, unit=Unit.KWH)


def parse_amount(text: str) -> Decimal:
    """An amount as it is written, with a decimal point. Raises `UnreadablePrices`."""
    if not _AMOUNT.fullmatch(text):
        raise UnreadablePrices(f"{quoted(text)} is not a price such as 64.98")
    return plain(Decimal(text))


def parse_currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text, re.ASCII):
        raise UnreadablePrices(f"{quoted(text)} is not a currency such as EUR")
    return text


def parse_unit(text: str) -> Unit:
    if text not in tuple(Unit):
        raise UnreadablePrices(f"the unit {quoted(text)} is neither MWH nor KWH")
    return Unit(text)


def merged(prices: Iterable[Price]) -> tuple[Price, ...]:
    """Prices of one document by time. Where steps of two lengths cover the same time the shorter ones apply;
    where equal ones do they must agree. Raises `UnreadablePrices`."""
    coarse_first = sorted(prices, key=lambda price: (-price.duration, price.starts_at))
    applying: tuple[Price, ...] = ()
    for _, equally_long in groupby(coarse_first, key=lambda price: price.duration):
        applying = overlaid(applying, _without_repeats(equally_long))
    return applying


def quoted(text: str) -> str:
    """For one line of a message, whatever the document holds."""
    return repr(text) if len(text) <= 40 else f"{text[:40]!r}…"


def plain(amount: Decimal) -> Decimal:
    """The number itself: neither zeros at its end, nor an exponent above zero, nor a zero with a sign."""
    short = amount.normalize() + 0
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def _without_repeats(prices: Iterable[Price]) -> list[Price]:
    distinct = list(dict.fromkeys(prices))
    for one, other in pairwise(distinct):
        if other.starts_at < one.ends_at:
            at = other.starts_at.astimezone(UTC)
            raise UnreadablePrices(
                f"two prices apply at {at:%Y-%m-%dT%H:%MZ}: {one.amount} and {other.amount}"
            )
    return distinct
