"""The limits of power that a change of an event brings: pure rules."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from events.backends.base import EventChange

# 3.1.0 Definition, Table 1: "meaning is indicated by units in associated eventPayloadDescriptor". Interpretation: where
# there is none it is kW, the only unit of active power that Table 9 has; some write W and MW all the same.
_LIMITS = frozenset({"IMPORT_CAPACITY_LIMIT", "EXPORT_CAPACITY_LIMIT"})
_KW_OF = {"KW": Decimal(1), "W": Decimal("0.001"), "MW": Decimal(1000)}


def limits_of(change: EventChange) -> Iterator[tuple[str, Decimal]]:
    """The type and the kW of each limit in force; what is no number, or of another unit, is none."""
    descriptors = change.event.get("payloadDescriptors") or ()
    units = {each["payloadType"]: each.get("units") or "KW" for each in descriptors}
    for interval in change.intervals:
        for payload in interval.payloads:
            factor = _KW_OF.get(units.get(payload["type"], "KW"))
            if payload["type"] in _LIMITS and factor is not None:
                yield from ((payload["type"], each * factor) for each in _numbers(payload["values"]))


def _numbers(values: list[Any]) -> Iterator[Decimal]:
    """The first of them, if it is one."""
    for first in values[:1]:
        if isinstance(first, int | float | Decimal) and not isinstance(first, bool):
            yield Decimal(str(first))
