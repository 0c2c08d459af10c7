"""Imports the licences of a table in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from licensing.importing.stored import stored_for
from licensing.importing.verdicts import Found, Verdict, verdicts
from licensing.importing.writing import write
from licensing.wire.table import Line
from vtn.caller import Caller
from vtn.constraints import refused_by
from vtn.errors import Conflict
from vtn.turns import wait_for_turn

_MOST_SHOWN = 500
_UNIQUE = (
    *("licensing_license_key_key", "licensing_customer_name_key", "licensing_controller_node_id_key"),
    "order_reference",
)


@dataclass(frozen=True, slots=True)
class Imported:
    """`is_done` says that what is new was created; without it nothing was."""

    verdicts: Sequence[Verdict]
    is_done: bool

    @property
    def is_good(self) -> bool:
        return not self.count(Found.FAULT)

    @property
    def shown(self) -> Sequence[Verdict]:
        """Some hundred at most: those at fault, or, where there are none, the first."""
        faults = [verdict for verdict in self.verdicts if verdict.found is Found.FAULT]
        return (faults or self.verdicts)[:_MOST_SHOWN]

    def count(self, found: Found) -> int:
        return sum(verdict.found is found for verdict in self.verdicts)


def import_licenses(*, caller: Caller, lines: Sequence[Line], is_dry_run: bool, now: datetime) -> Imported:
    """Creates the licences that are not there yet, with their customers, orders and controllers. Nothing is created if
    a line is at fault: its licence cannot be read, is there twice, or is there otherwise. Raises `Forbidden`, and
    `Conflict` if somebody else has just created the same."""
    caller.require_staff()
    taken = Conflict("Somebody else creates the same at this moment; try again")
    with refused_by(dict.fromkeys(_UNIQUE, taken)), transaction.atomic():
        wait_for_turn("licensing.import")
        stored = stored_for([line.row for line in lines if line.row is not None])
        imported = Imported(verdicts(lines, stored), is_done=False)
        if is_dry_run or not imported.is_good:
            return imported
        new = {verdict.key for verdict in imported.verdicts if verdict.found is Found.NEW}
        rows = [line.row for line in lines if line.row is not None and line.row.key in new]
        write(rows, stored, caller=caller, now=now)
    return Imported(imported.verdicts, is_done=True)
