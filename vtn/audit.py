"""The record of changes of what nobody polls: bindings, licences, drafts, tariffs."""

from __future__ import annotations

from collections.abc import Mapping
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
) -> Entry:
    """For `outbox.record_all`. No kept answer depends on it, so none is moved."""
    return Entry(
        object_type,
        str(object_id),
        _operation(before, after),
        _text(before),
        _text(after),
        program_id=program_id,
    )


def _operation(before: Described, after: Described) -> OutboxEntry.Operation:
    if before is None:
        return Operation.CREATE
    return Operation.DELETE if after is None else Operation.UPDATE


def _text(described: Described) -> str | None:
    return None if described is None else body.encode_text(described)
