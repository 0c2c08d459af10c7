"""Writes down a change of a client, and ends what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from vtn import outbox
from vtn.caller import Caller
from vtn.models import OutboxEntry
from vtn.wire import body

Operation = OutboxEntry.Operation


def record_change(
    *,
    object_type: str,
    object_id: str,
    operation: OutboxEntry.Operation,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    clients: Iterable[str | None],
    caller: Caller,
    now: datetime,
) -> None:
    """`clients` are the ids of those whose role, scopes or grant may be another now."""
    outbox.record(
        object_type=object_type,
        object_id=object_id,
        operation=operation,
        before=None if before is None else body.encode_text(before),
        after=None if after is None else body.encode_text(after),
        caller=caller,
        now=now,
        moves=[f"client:{client_id}" for client_id in clients if client_id],
    )
