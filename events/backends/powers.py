"""The powers that payloads of an event name, in one unit: a pure rule that licences and backends share."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from events.backends.base import EventChange

# 3.1.0 Definition, Table 1: "meaning is indicated by units in associated eventPayloadDescriptor". Interpretation: where
# there is none it is kW, the only unit of active power that Table 9 has; some write W and MW all the same.
_KW_OF = {"KW": Decimal(1), "W": Decimal("0.001"), "MW": Decimal(1000)}


def powers_in(change: EventChange, types: Collection[str]) -> Iterator[tuple[str, Decimal]]:
    """The type and the kW of each payload in force that has one of these types; what is no number, or of another unit,
    is none."""
    for interval in change.intervals:
        for payload in interval.payloads:
            kw = kw_of(change, payload) if payload["type"] in types else None
            if kw is not None:
                yield payload["type"], kw


def kw_of(change: EventChange, payload: Mapping[str, Any]) -> Decimal | None:
    """Its first value in kW; None for what is no number, or of a unit that is none of power."""
    descriptors = change.event.get("payloadDescriptors") or ()
    units = {each["payloadType"]: each.get("units") or "KW" for each in descriptors}
    factor, value = _KW_OF.get(units.get(payload["type"], "KW")), _number(payload["values"])
    return None if factor is None or value is None else value * factor


def _number(values: Sequence[Any]) -> Decimal | None:
    first = values[0] if values else None
    is_number = isinstance(first, int | float | Decimal) and not isinstance(first, bool)
    return Decimal(str(first)) if is_number else None
