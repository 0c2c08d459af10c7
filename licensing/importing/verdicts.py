"""What would become of each line of a table of licences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from licensing.importing.stored import Stored
from licensing.models import License
from licensing.wire.table import Line, Row

_CAPACITIES = ("grid_kw", "solar_kw", "battery_kw", "ev_kw")
_MOMENTS = ("created_at", "activated_at", "deactivated_at")
_NEED_NOT_BE_SAID = frozenset({"nodeId", *_MOMENTS})


class Found(StrEnum):
    NEW = "new"
    THERE = "there already"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one line of the table."""

    number: int
    key: str
    found: Found
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What the lines before have said: where each key stands, and whose the controllers are by then."""

    keys: dict[str, int] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)


def verdicts(lines: Sequence[Line], stored: Stored) -> list[Verdict]:
    """One for each line, in their order."""
    earlier = _Earlier(owners=stored.owners())
    return [_verdict(line, stored.licences, earlier) for line in lines]


def _verdict(line: Line, licences: Mapping[str, License], earlier: _Earlier) -> Verdict:
    row = line.row
    if row is None:
        return Verdict(line.number, "", Found.FAULT, line.fault)
    fault = _fault(row, licences, earlier)
    earlier.keys.setdefault(row.key, line.number)
    if fault:
        return Verdict(line.number, row.key, Found.FAULT, fault)
    return Verdict(line.number, row.key, Found.THERE if row.key in licences else Found.NEW)


def _fault(row: Row, licences: Mapping[str, License], earlier: _Earlier) -> str:
    if row.key in earlier.keys:
        return f"the key is that of line {earlier.keys[row.key]}"
    if row.key in licences:
        differs = _differences(licences[row.key], row)
        return f"the key is there already, with another {', '.join(differs)}" if differs else ""
    if row.node_id is not None:
        owner = earlier.owners.setdefault(row.node_id, row.customer)
        if owner != row.customer:
            return f"nodeId: the controller {row.node_id} is of the customer '{owner}'"
    return ""


def _differences(license: License, row: Row) -> list[str]:
    """What the line says otherwise than what is stored; what it leaves out it does not say."""
    datalink = getattr(license, "datalink", None)
    stored = {
        "customer": license.order.customer.name,
        "order": license.order.reference,
        "type": license.type,
        "duration": license.duration,
        "nodeId": None if datalink is None else datalink.controller.node_id,
        **{name: getattr(license, name) for name in (*_CAPACITIES, *_MOMENTS)},
    }
    written = {
        "customer": row.customer,
        "order": row.order,
        "type": row.type,
        "duration": row.duration,
        "nodeId": row.node_id,
        **{name: getattr(row, name) for name in (*_CAPACITIES, *_MOMENTS)},
    }
    return [
        name.replace("_", " ")
        for name, value in written.items()
        if value != stored[name] and not (value is None and name in _NEED_NOT_BE_SAID)
    ]
