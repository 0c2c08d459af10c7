"""What a publication wants a day's event to say: values in, values out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from tariffs.publishing.cutting import Cut, cut_up
from tariffs.publishing.descriptors import Descriptor, descriptor, left_to_describe
from tariffs.publishing.models import Publication
from tariffs.publishing.slots import Amounts, Slot
from tariffs.rates.book import RateBook
from tariffs.rates.curve import Stretch, Value
from tariffs.rates.kinds import Kind
from vtn import errors

# A program, a kind and a day.
Key = tuple[str, str, date]


class DayIncomplete(errors.Invalid):
    """A part of the day has no value, or more than one."""


@dataclass(frozen=True)
class DayPlan:
    """`members` are what the event says beside its slots."""

    publication: Publication
    day: date
    slots: tuple[Slot, ...]
    members: dict[str, Any]

    @property
    def key(self) -> Key:
        """By which the event of the day is found."""
        return self.publication.program_id, self.publication.kind, self.day

    @cached_property
    def digest(self) -> str:
        """Equal for plans that make equal events."""
        said = repr((self.slots, self.members))
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def plan_of(publication: Publication, day: date, book: RateBook) -> DayPlan:
    """Raises `DayIncomplete`, `UnknownTiming`, `ChangesWithin`, `ProgramHasOtherPrices`."""
    tariff = publication.tariff
    kind = Kind(publication.kind)
    default = Value(publication.default_imported, publication.default_exported)
    slots = [
        Slot(stretch.starts_at, stretch.ends_at, _amounts(kind, _value(stretch, default, book)))
        for stretch in _of_one_kind(book.on(day), default, book)
    ]
    described = left_to_describe(publication.program, _descriptors(kind, slots, tariff.unit, tariff.currency))
    members: dict[str, Any] = {"eventName": f"{tariff.name} {day.isoformat()}"}
    if described:
        members["payloadDescriptors"] = described
    return DayPlan(publication, day, cut_up(slots, Cut(publication.cut), book.zone), members)


def _of_one_kind(stretches: tuple[Stretch, ...], default: Value, book: RateBook) -> tuple[Stretch, ...]:
    """The stretches, if an event can be made of them: a default that says less than the rates, or more, would tell VENs
    half of a price for a part of the day."""
    sides = {value.sides for stretch in stretches for value in stretch.values}
    for gap in (stretch for stretch in stretches if stretch.is_gap):
        if default.sides == (False, False):
            raise DayIncomplete(f"no rate applies {_hours(gap, book)}, and the publication has no default")
        if sides - {default.sides}:
            raise DayIncomplete(
                f"no rate applies {_hours(gap, book)}, and the publication has not the defaults that its rates have"
            )
    return stretches


def _value(stretch: Stretch, default: Value, book: RateBook) -> Value:
    if stretch.is_contested:
        tags = " and ".join(sorted(rate.tag for rate in stretch.rates))
        raise DayIncomplete(
            f"{tags} have the same weight and the same start, and other values, {_hours(stretch, book)}"
        )
    return stretch.rates[0].value if stretch.rates else default


def _amounts(kind: Kind, value: Value) -> Amounts:
    """As in `Meaning.payload_types`."""
    both: tuple[Decimal | None, ...] = (value.imported, value.exported)
    pairs = zip(kind.meaning.payload_types, both, strict=False)
    return tuple((payload_type, amount) for payload_type, amount in pairs if amount is not None)


def _descriptors(kind: Kind, slots: list[Slot], unit: str, currency: str) -> list[Descriptor]:
    used = {payload_type for slot in slots for payload_type, _ in slot.amounts}
    return [
        descriptor(payload_type, unit, currency)
        for payload_type in kind.meaning.payload_types
        if payload_type in used
    ]


def _hours(stretch: Stretch, book: RateBook) -> str:
    start, end = (moment.astimezone(book.zone) for moment in (stretch.starts_at, stretch.ends_at))
    return f"from {start:%H:%M} to {end:%H:%M}"
