"""Hands each recorded change, once, to everyone who tells others of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any, Protocol

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now

from vtn.models import Untold
from vtn.relay.changes import Change
from vtn.turns import take_turn
from vtn.wire import body

logger = logging.getLogger(__name__)

# So many changes at a time, at first and at most: each may come with two documents of a megabyte. What they lead to
# becomes visible with the end of their transaction, so that should not take long.
_FIRST, _MOST = 10, 100
_LONG = 0.2  # seconds

# One at a time, whichever process that is: what is told of one object keeps its order. The entries of an object have
# their ids in the order of its changes, and all before one that is seen are seen too (`vtn.models.OutboxEntry`).
_TURN = "vtn.relay.telling"
_TAKE = """
    WITH taken AS (
        DELETE FROM vtn_untold
        WHERE entry_id IN (
            SELECT entry_id FROM vtn_untold
            WHERE set_aside_at IS NULL OR set_aside_at < now() - interval '1 hour' ORDER BY entry_id LIMIT %s
        ) RETURNING entry_id
    )
    SELECT id, object_type, object_id, operation, program_id, made_at, literals::text, before::text, after::text
    FROM vtn_outboxentry JOIN taken ON taken.entry_id = id ORDER BY id
"""


class Tell(Protocol):
    """Writes down whom a change is to be told to, in the transaction in which it is called; nothing may leave the house
    there. Called again for the same changes if that transaction fails."""

    def __call__(self, changes: Sequence[Change]) -> None: ...


class Telling:
    """Sees to what nobody was told of yet, the oldest first, in bites that take about the same time."""

    def __init__(self, tells: Sequence[Tell]) -> None:
        self._tells = tells
        self._bite = _FIRST

    def __call__(self) -> bool:
        """One bite. False if there was nothing, or another process is at it."""
        began_at = time.monotonic()
        changes: list[Change] = []
        try:
            with transaction.atomic():
                changes = _take(self._bite)
                for tell in self._tells if changes else ():
                    tell(changes)
        except (OperationalError, InterfaceError):
            raise  # the database is away; nothing is wrong with the changes
        except Exception as error:
            logger.exception("Changes %s cannot be told", [change.entry_id for change in changes])
            # One of them is at fault. Taken one by one, the others are told.
            self._bite = 1
            if len(changes) == 1:
                _set_aside(changes[0], error)
            return True
        took_long = time.monotonic() - began_at > _LONG
        self._bite = max(self._bite // 2, 1) if took_long else min(self._bite * 2, _MOST)
        return bool(changes)


def _set_aside(change: Change, error: Exception) -> None:
    Untold.objects.filter(entry_id=change.entry_id).update(set_aside_at=Now(), reason=repr(error))


def _take(most: int) -> list[Change]:
    if not take_turn(_TURN):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [most])
        return [_change(*row) for row in cursor.fetchall()]


def _change(*row: Any) -> Change:
    entry_id, object_type, object_id, operation, program_id, made_at, literals, before, after = row
    return Change(
        entry_id,
        object_type,
        object_id,
        operation,
        program_id,
        made_at,
        body.decode_text(literals) if literals else {},
        before,
        after,
    )
