"""What the goal of a DR event asks of a VEN: a pure rule from text to payload."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

# What programs and events of this door describe, as `payloadDescriptors`; None has no unit.
UNITS: dict[str, str | None] = {
    "SIMPLE": None,
    "DISPATCH_SETPOINT_RELATIVE": "KW",
    "IMPORT_CAPACITY_LIMIT": "KW",
    "EXPORT_CAPACITY_LIMIT": "KW",
}

_QUANTITY = r"(?P<whole>\d{1,9})(?:(?P<sign>[.,])(?P<fraction>\d{1,6}))?\s*(?P<unit>[kM]?W)"
_GOALS = [
    ("shed", re.compile(rf"(?:shed|reduce)(?:\s+by)?\s+{_QUANTITY}", re.ASCII | re.IGNORECASE)),
    (
        "limit",
        re.compile(rf"limit(?:\s+(?P<way>import|export))?(?:\s+to)?\s+{_QUANTITY}", re.ASCII | re.IGNORECASE),
    ),
]
_KILOWATTS = {"w": Decimal("0.001"), "kw": Decimal(1), "mw": Decimal(1000)}


class Payload(NamedTuple):
    """A payload type of the standard with its one value, a power in kW where it is one."""

    type: str
    value: Decimal | int


# 3.1.0 Definition, Table 1: of 0 to 3, "moderate load shed".
SIMPLE = Payload("SIMPLE", 1)


def payload_of(goal: str) -> Payload:
    """Of sentences such as "shed 250 kW", "limit 40 kW", "limit export to 1.5 MW"; any other text is `SIMPLE`. The
    whole goal has to be such a sentence: what stands beside it might say "do not"."""
    text = goal.strip().removesuffix(".")
    for verb, pattern in _GOALS:
        match = pattern.fullmatch(text)
        power = None if match is None else _power(match)
        if match is not None and power is not None:
            return _shed(power) if verb == "shed" else _limit(power, match["way"])
    return SIMPLE


def _shed(power: Decimal) -> Payload:
    """Interpretation: "The relative change of consumption by a resource" (3.1.0 Definition, Table 1) is negative where
    less is to be consumed, although the enumerations' schema has a minimum of 0 there."""
    return Payload("DISPATCH_SETPOINT_RELATIVE", 0 - power)


def _limit(power: Decimal, way: str | None) -> Payload:
    """What a site may take from the grid, if nothing else is said."""
    is_export = (way or "").lower() == "export"
    return Payload("EXPORT_CAPACITY_LIMIT" if is_export else "IMPORT_CAPACITY_LIMIT", power)


def _power(match: re.Match[str]) -> Decimal | None:
    """In kW, or None where a factor of a thousand is in doubt: 1,500 kW is 1.5 kW to one reader and 1500 kW to another.
    With fewer digits behind it, or nothing but a zero in front, comma and point are both the decimal sign."""
    fraction = match["fraction"] or ""
    if len(fraction) == 3 and match["whole"].strip("0"):
        return None
    power = Decimal(f"{match['whole']}.{fraction or 0}") * _KILOWATTS[match["unit"].lower()]
    return _plain(power)


def _plain(number: Decimal) -> Decimal:
    """Without the zeros at its end, and without an exponent."""
    return Decimal(format(number.normalize(), "f"))
