"""What a tariff may say: asked by forms, and by the services before they write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from tariffs.rates.curve import Rate, Value
from tariffs.rates.kinds import Kind
from vtn import errors
from vtn.local_time import NoSuchZone, zone_named

_LONGEST_NAME = 128
_LONGEST_TAG = 64  # of tags and tariff plans, in today's CGRateS
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# As in the documents of prices: nine digits before the point and eighteen after it, so that nothing is ever rounded.
_MOST, _FINEST = Decimal(10) ** 9, -18


def check_tariff(*, name: str, kind: Kind, tpid: str, time_zone: str, unit: str, currency: str) -> None:
    """Raises `Invalid` that names the member at fault."""
    _check_text("name", name, _LONGEST_NAME)
    _check_text("tpid", tpid, _LONGEST_TAG)
    _check_zone("time_zone", time_zone)
    meaning = kind.meaning
    if unit not in meaning.units:
        raise errors.Invalid(f"unit: of {kind.label} it is {' or '.join(meaning.units)}, not '{unit}'")
    if meaning.has_currency and not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
        raise errors.Invalid(f"currency: '{currency}' is not a currency such as EUR")
    if currency and not meaning.has_currency:
        raise errors.Invalid(f"currency: there is none of {kind.label}")


def check_rates(kind: Kind, rates: Iterable[Rate]) -> None:
    """Of one version. Raises `Invalid` that names the timing at fault."""
    rates = list(rates)
    if not rates:
        raise errors.Invalid("A version has at least one rate")
    seen: dict[str, Rate] = {}
    for rate in rates:
        _check_text("timing", rate.tag, _LONGEST_TAG)
        check_value(kind, rate.value, f"The rate of {rate.tag}")
        if rate.tag in seen:
            raise errors.Invalid(f"There are two rates for {rate.tag}")
        if rate.value.sides != rates[0].value.sides:
            # A VEN would read half of a price for a part of the day, and guess the other half.
            raise errors.Invalid(
                f"The rates of {rates[0].tag} and {rate.tag} are not of the same values: "
                f"give all of them a value for import, or none; and so for export"
            )
        seen[rate.tag] = rate


def check_value(kind: Kind, value: Value, of: str) -> None:
    """Raises `Invalid`."""
    if value.exported is not None and kind.meaning.exported is None:
        raise errors.Invalid(f"{of}: there is no value for export of {kind.label}")
    amounts = [amount for amount in (value.imported, value.exported) if amount is not None]
    if not amounts:
        raise errors.Invalid(f"{of}: there is no value")
    least = kind.meaning.least
    for amount in amounts:
        if not _is_exact(amount):
            raise errors.Invalid(f"{of}: {amount} has more digits than are kept")
        if least is not None and amount < least:
            raise errors.Invalid(f"{of}: {kind.label} is not below {least}")


def _check_zone(member: str, name: str) -> None:
    try:
        zone_named(name)
    except NoSuchZone as refusal:
        raise errors.Invalid(f"{member}: {refusal.detail}") from None


def _is_exact(amount: Decimal) -> bool:
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= _FINEST and abs(amount) < _MOST


def _check_text(member: str, text: str, longest: int) -> None:
    if not 1 <= len(text) <= longest:
        raise errors.Invalid(f"{member}: 1 to {longest} characters")
    if _CONTROL.search(text):
        raise errors.Invalid(f"{member}: control characters are not allowed")
