"""A file of timings into a tariff plan, with something to say of each line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tariffs.timings import services
from tariffs.timings.content import TODAY
from tariffs.timings.services import Difference
from tariffs.timings.wire import csv_table
from tariffs.timings.wire.csv_table import Remark, Table
from vtn import errors
from vtn.caller import Caller


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Line:
    """What becomes of a line, and what is odd about it."""

    number: int
    tag: str
    outcome: Outcome
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Errors, or else lines: a file is taken as a whole or not at all."""

    errors: tuple[Remark, ...]
    lines: tuple[Line, ...] = ()
    deleted: tuple[str, ...] = ()
    refused_in_2013: tuple[int, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        of_lines = {each.value: sum(line.outcome is each for line in self.lines) for each in Outcome}
        return {**of_lines, "deleted": len(self.deleted)}


def import_file(
    *, caller: Caller, tpid: str, document: bytes, is_replacing: bool, is_dry_run: bool, now: datetime
) -> Report:
    """Raises `Forbidden`, and `Invalid` for the name of the plan; what is wrong with the file is in the report."""
    services.require_write(caller)
    if not tpid.strip() or len(tpid) > TODAY.tpid or "\0" in tpid:
        raise errors.Invalid(f"The tariff plan must have a name of 1 to {TODAY.tpid} characters")
    table = csv_table.read(document, tpid=tpid)
    # An empty file is more likely a mistake than the wish to have nothing.
    faults = table.errors or (() if table.rows else (Remark(1, "there is no timing in this file"),))
    if faults:
        return Report(faults)
    difference = services.import_timings(
        caller=caller,
        tpid=tpid,
        contents=[row.content for row in table.rows],
        is_replacing=is_replacing,
        is_dry_run=is_dry_run,
        now=now,
    )
    return Report((), tuple(_told(table, difference)), difference.deleted, table.refused_in_2013)


def _told(table: Table, difference: Difference) -> list[Line]:
    warnings: dict[int, list[str]] = {}
    for remark in table.warnings:
        warnings.setdefault(remark.line, []).append(remark.text)
    outcomes = {
        **dict.fromkeys(difference.created, Outcome.CREATED),
        **dict.fromkeys(difference.updated, Outcome.UPDATED),
        **dict.fromkeys(difference.unchanged, Outcome.UNCHANGED),
    }
    return [
        Line(row.line, row.content.tag, outcomes[row.content.tag], tuple(warnings.get(row.line, ())))
        for row in table.rows
    ]
