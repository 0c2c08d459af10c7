"""The record of changes: each is written in the transaction that makes it, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import transaction

from vtn.caller import Caller
from vtn.models import OutboxEntry
from vtn.polling.state import Move
from vtn.relay.wake import wake
from vtn.statements import prepared_cursor
from vtn.wire import body


class Along(NamedTuple):
    """What the statement that writes an entry does as well: common table expressions in SQL, with their parameters.

    `condition` is the name of the one that gives a row if the change is made, and none if it cannot be.
    """

    expressions: str
    condition: str
    parameters: Mapping[str, Any]


NOTHING = Along("always AS (SELECT)", "always", {})

# The types that others are told of; what else is recorded is for the audit alone.
TOLD = frozenset({"PROGRAM", "EVENT", "REPORT", "SUBSCRIPTION", "VEN", "RESOURCE", "LICENSE"})

# One statement, since every write waits for it: the entry, that it is to be told, and the NOTIFY for other hosts.
_RECORD = """
    WITH {expressions}, entry AS (
        INSERT INTO vtn_outboxentry (
            object_type, object_id, operation, program_id, literals, before, after, made_by, made_at)
        SELECT %(object_type)s, %(object_id)s, %(operation)s, %(entry_program_id)s, %(entry_literals)s,
            %(before)s, %(after)s, %(made_by)s, %(made_at)s
        FROM {condition} RETURNING id
    ),
    untold AS (INSERT INTO vtn_untold (entry_id, reason) SELECT id, '' FROM entry WHERE %(is_told)s)
    SELECT pg_notify(%(channel)s, %(payload)s) FROM entry
"""

# The same for many, in their order, with as many NOTIFYs as it takes. They come as JSON, which is made and read in C.
_RECORD_ALL = """
    WITH entry AS (
        INSERT INTO vtn_outboxentry (
            object_type, object_id, operation, program_id, literals, before, after, made_by, made_at)
        SELECT object_type, object_id, operation, program_id, literals, before, after, %(made_by)s, %(made_at)s
        FROM ROWS FROM (
            json_to_recordset(%(entries)s::json) AS (
                object_type text, object_id text, operation text, program_id text,
                literals jsonb, before jsonb, after jsonb)
        ) WITH ORDINALITY
            AS changed (object_type, object_id, operation, program_id, literals, before, after, place)
        ORDER BY place RETURNING id, object_type
    ),
    untold AS (
        INSERT INTO vtn_untold (entry_id, reason) SELECT id, '' FROM entry WHERE object_type = ANY(%(told)s)
    )
    SELECT pg_notify(%(channel)s, payload) FROM json_array_elements_text(%(payloads)s::json) AS payload
"""
# More than this are several statements, so that none holds too much in memory.
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A change that is to be written down; its members are those of `record`."""

    object_type: str
    object_id: str
    operation: OutboxEntry.Operation
    before: str | None
    after: str | None
    moves: tuple[str, ...] = ()
    program_id: str | None = None
    literals: str | None = None


def record_all(entries: Sequence[Entry], *, caller: Caller, now: datetime) -> None:
    """Writes down many changes, in this order, as `record` does with one."""
    for start in range(0, len(entries), _AT_ONCE):
        _record_all(entries[start : start + _AT_ONCE], caller, now)


def record(
    *,
    object_type: str,
    object_id: str,
    operation: OutboxEntry.Operation,
    before: str | None,
    after: str | None,
    caller: Caller,
    now: datetime,
    moves: Iterable[str],
    program_id: str | None = None,
    literals: str | None = None,
    along: Along = NOTHING,
) -> bool:
    """Writes down one change and announces it to whoever keeps answers (`moves`: the keys of `vtn.polling.keys`).
    False if nothing was written because the condition of `along` did not hold.

    `before` and `after` are whole objects as JSON text of the 3.1.0 dialect, with no target hidden; `literals` is
    JSON too.
    """
    move = Move.of(moves)
    entry = {
        "object_type": object_type,
        "object_id": object_id,
        "operation": operation.value,
        "entry_program_id": program_id,
        "entry_literals": literals,
        "is_told": object_type in TOLD,
        "before": before,
        "after": after,
        "made_by": caller.name,
        "made_at": now,
        "channel": move.CHANNEL,
        "payload": move.payload,
    }
    statement = _RECORD.format(expressions=along.expressions, condition=along.condition)
    with prepared_cursor() as cursor:
        cursor.execute(statement, {**along.parameters, **entry})
        is_recorded = cursor.fetchone() is not None
    if is_recorded:
        move.after_commit()
        if object_type in TOLD:
            _wake_after_commit()
    return is_recorded


def _record_all(entries: Sequence[Entry], caller: Caller, now: datetime) -> None:
    moves = list(Move.several(key for entry in entries for key in entry.moves))
    parameters: dict[str, Any] = {
        "entries": body.encode_text([_written(entry) for entry in entries]),
        "told": sorted(TOLD),
        "made_by": caller.name,
        "made_at": now,
        "channel": Move.CHANNEL,
        "payloads": body.encode_text([move.payload for move in moves]),
    }
    with prepared_cursor() as cursor:
        cursor.execute(_RECORD_ALL, parameters)
    for move in moves:
        move.after_commit()
    if any(entry.object_type in TOLD for entry in entries):
        _wake_after_commit()


def _written(entry: Entry) -> dict[str, Any]:
    """With what is JSON already as it is."""
    return {
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "operation": entry.operation.value,
        "program_id": entry.program_id,
        **{
            name: msgspec.Raw(text.encode())
            for name, text in (("literals", entry.literals), ("before", entry.before), ("after", entry.after))
            if text is not None
        },
    }


def _wake_after_commit() -> None:
    # Only a hint: what is written is the promise, and a sweep finds it.
    transaction.on_commit(wake, robust=True)
