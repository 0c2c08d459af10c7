"""The record of changes of what has no document of the standard: clients, bindings, licences, drafts, tariffs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vtn import outbox
from vtn.caller import Caller
from vtn.models import OutboxEntry
from vtn.outbox import Entry
from vtn.wire import body

Operation = OutboxEntry.Operation
# A thing as JSON, without its secrets; None: it is not there.
Described = Mapping[str, Any] | None


def record_described(
    object_type: str,
    object_id: object,
    before: Described,
    after: Described,
    *,
    caller: Caller,
    now: datetime,
    program_id: str | None = None,
) -> None:
    """In the transaction that makes the change."""
    entry = described_change(object_type, object_id, before, after, program_id=program_id)
    outbox.record_all([entry], caller=caller, now=now)


def described_change(
    object_type: str,
    object_id: object,
    before: Described,
    after: Described,
    *,
    program_id: str | None = None,
    moves: Sequence[str] = (),
) -> Entry:
    """For `outbox.record_all`. `moves` are the keys of kept answers that end with it (`vtn.polling.keys`)."""
    return Entry(
        object_type,
        str(object_id),
        _operation(before, after),
        _text(before),
        _text(after),
        tuple(moves),
        program_id=program_id,
    )


def _operation(before: Described, after: Described) -> OutboxEntry.Operation:
    if before is None:
        return Operation.CREATE
    return Operation.DELETE if after is None else Operation.UPDATE


def _text(described: Described) -> str | None:
    return None if described is None else body.encode_text(described)
