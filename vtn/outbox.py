"""The record of changes: each is written in the transaction that makes it, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from vtn.caller import Caller
from vtn.models import OutboxEntry
from vtn.polling.state import Move

# One statement, since every write waits for it: the entry, and the NOTIFY that tells other hosts.
_RECORD = """
    WITH entry AS (
        INSERT INTO vtn_outboxentry (object_type, object_id, operation, before, after, made_by, made_at)
        VALUES (%s, %s, %s, %s::jsonb, %s::jsonb, %s, %s) RETURNING id
    )
    SELECT pg_notify(%s, %s) FROM entry
"""


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
) -> None:
    """Writes down one change and announces it to whoever keeps answers (`moves`: the keys of `vtn.polling.keys`).

    `before` and `after` are whole objects as JSON text of the 3.1.0 dialect, with no target hidden.
    """
    move = Move.of(moves)
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD,
            [
                object_type,
                object_id,
                operation,
                before,
                after,
                caller.name,
                now,
                move.CHANNEL,
                move.payload,
            ],
        )
    move.after_commit()
