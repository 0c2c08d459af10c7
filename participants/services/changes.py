"""Writes down a change of a client, and ends what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from vtn import outbox
from vtn.caller import Caller
from vtn.models import OutboxEntry
from vtn.outbox import Entry
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
    """In the transaction that makes the change; `changed` says what the arguments are."""
    entry = changed(object_type, object_id, operation, before, after, clients)
    outbox.record_all([entry], caller=caller, now=now)


def changed(
    object_type: str,
    object_id: str,
    operation: OutboxEntry.Operation,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    clients: Iterable[str | None],
) -> Entry:
    """`clients` are the ids of those whose role, scopes or grant may be another now."""
    return Entry(
        object_type,
        object_id,
        operation,
        None if before is None else body.encode_text(before),
        None if after is None else body.encode_text(after),
        tuple(f"client:{client_id}" for client_id in clients if client_id),
    )
