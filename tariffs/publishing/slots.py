"""What holds from one moment to another, and the intervals of events that say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from events.models import Interval
from vtn.wire.metadata import date_time
from vtn.wire.moments import iso_duration

# Amounts by their payload type, in the order in which they are written.
Amounts = tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """What is asked from `starts_at` until `ends_at`, both in UTC."""

    starts_at: datetime
    ends_at: datetime
    amounts: Amounts

    @property
    def duration(self) -> timedelta:
        return self.ends_at - self.starts_at

    def between(self, from_at: datetime, to_at: datetime) -> Slot:
        return Slot(from_at, to_at, self.amounts)


def timed(slots: Sequence[Slot]) -> dict[str, Any]:
    """`intervalPeriod` and `intervals` of an event: one period for all where the slots follow each other at equal
    steps, else one for each."""
    intervals = [_interval(position, slot) for position, slot in enumerate(slots)]
    if _is_even(slots):
        return {"intervalPeriod": _period(slots[0]), "intervals": intervals}
    return {
        "intervals": [
            {**interval, "intervalPeriod": _period(slot)}
            for interval, slot in zip(intervals, slots, strict=True)
        ]
    }


def without_timing(members: Mapping[str, Any]) -> dict[str, Any]:
    """What else an event says."""
    timing = ("intervalPeriod", "intervals", "duration")
    return {name: value for name, value in members.items() if name not in timing}


def slots_in(intervals: Iterable[Interval], payload_types: Collection[str]) -> tuple[Slot, ...]:
    """What `timed` made, read back by time. An interval that says nothing of these types, or has no end, is passed
    over."""
    return tuple(
        Slot(interval.starts_at, interval.ends_at, amounts)
        for interval in sorted(intervals, key=lambda interval: interval.starts_at)
        if interval.ends_at is not None and (amounts := _amounts(interval.payloads, payload_types))
    )


def _is_even(slots: Sequence[Slot]) -> bool:
    return all(
        later.starts_at == slot.ends_at and later.duration == slot.duration for slot, later in pairwise(slots)
    )


def _interval(position: int, slot: Slot) -> dict[str, Any]:
    payloads = [{"type": kind, "values": [amount]} for kind, amount in slot.amounts]
    return {"id": position, "payloads": payloads}


def _period(slot: Slot) -> dict[str, str]:
    return {"start": date_time(slot.starts_at), "duration": iso_duration(slot.duration)}


def _amounts(payloads: Sequence[Mapping[str, Any]], payload_types: Collection[str]) -> Amounts:
    """Each type in its place if it is there once with one number, as we write it; else as if nothing were there."""
    found = [(payload["type"], payload["values"]) for payload in payloads if payload["type"] in payload_types]
    if len(dict(found)) != len(found):
        return ()
    if any(len(values) != 1 or type(values[0]) not in (int, Decimal) for _, values in found):
        return ()
    return tuple((kind, Decimal(values[0])) for kind, values in found)
