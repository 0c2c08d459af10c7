"""What a curve can be of, and how OpenADR calls it."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.db import models


class Kind(models.TextChoices):
    PRICE = "PRICE", "price"
    GHG = "GHG", "greenhouse gas emissions"
    CAPACITY_LIMIT = "CAPACITY_LIMIT", "capacity limit"
    CAPACITY_SUBSCRIPTION = "CAPACITY_SUBSCRIPTION", "capacity subscription"
    CAPACITY_RESERVATION = "CAPACITY_RESERVATION", "capacity reservation"
    CAPACITY_AVAILABLE = "CAPACITY_AVAILABLE", "capacity available"

    @property
    def meaning(self) -> Meaning:
        return _MEANINGS[self]


class Meaning(NamedTuple):
    """The payload types of a kind (3.1.0 Definition, Table 1) for what is taken from the grid and for what is given to
    it, if there is one; the units (Table 9) that it may be in; the least value that means anything."""

    imported: str
    exported: str | None
    units: tuple[str, ...]
    least: Decimal | None
    has_currency: bool = False

    @property
    def payload_types(self) -> tuple[str, ...]:
        return (self.imported,) if self.exported is None else (self.imported, self.exported)


_NONE = Decimal(0)


def _capacity(what: str) -> Meaning:
    return Meaning(f"IMPORT_CAPACITY_{what}", f"EXPORT_CAPACITY_{what}", ("KW", "KVA", "AMPS"), _NONE)


_MEANINGS = {
    # A price may be below zero; 3.1.0's schemas of payloads put the least of all others at 0.
    Kind.PRICE: Meaning("PRICE", "EXPORT_PRICE", ("KWH", "KW", "KVAH", "THERMS"), None, has_currency=True),
    Kind.GHG: Meaning("GHG", None, ("GHG",), _NONE),
    Kind.CAPACITY_LIMIT: _capacity("LIMIT"),
    Kind.CAPACITY_SUBSCRIPTION: _capacity("SUBSCRIPTION"),
    Kind.CAPACITY_RESERVATION: _capacity("RESERVATION"),
    Kind.CAPACITY_AVAILABLE: _capacity("AVAILABLE"),
}
UNITS = tuple(dict.fromkeys(unit for meaning in _MEANINGS.values() for unit in meaning.units))
