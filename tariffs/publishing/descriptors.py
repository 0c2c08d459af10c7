"""What payload types mean in a program: their units and currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from programs.models import Program
from vtn import errors


class ProgramHasOtherPrices(errors.Conflict):
    """VENs would read the values of this program in another unit or currency, or guess it."""


Descriptor = dict[str, Any]


def descriptor(payload_type: str, units: str, currency: str) -> Descriptor:
    described = {"objectType": "EVENT_PAYLOAD_DESCRIPTOR", "payloadType": payload_type, "units": units}
    return {**described, "currency": currency} if currency else described


def require_described(program: Program, payload_type: str, units: str, currency: str) -> None:
    """Raises `ProgramHasOtherPrices` unless the program says just this of it."""
    if _meanings(program, payload_type) != [(units, currency or None)]:
        raise ProgramHasOtherPrices(
            f"The program '{program}' does not say in its payloadDescriptors that "
            f"{payload_type} is in {_shown(units, currency)}"
        )


def left_to_describe(program: Program, wanted: Iterable[Descriptor]) -> list[Descriptor]:
    """Those of which the program says nothing, so that its events have to. Raises `ProgramHasOtherPrices` where it
    says something else."""
    left = []
    for each in wanted:
        payload_type, units, currency = each["payloadType"], each["units"], each.get("currency", "")
        if not _meanings(program, payload_type):
            left.append(each)
        else:
            require_described(program, payload_type, units, currency)
    return left


def _meanings(program: Program, payload_type: str) -> list[tuple[str | None, str | None]]:
    described: Iterable[Mapping[str, Any]] = program.content.get("payloadDescriptors", ())
    return [
        (each.get("units"), each.get("currency")) for each in described if each["payloadType"] == payload_type
    ]


def _shown(units: str, currency: str) -> str:
    return f"{currency} per {units}" if currency else units
