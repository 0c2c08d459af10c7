"""The record of changes of tariffs and of what is published of them: for the audit, nobody is told of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vtn import outbox
from vtn.caller import Caller
from vtn.models import OutboxEntry
from vtn.wire import body

Operation = OutboxEntry.Operation
# As JSON, before and after; None: not there.
Described = dict[str, Any] | None


def record_change(
    object_type: str,
    object_id: int,
    before: Described,
    after: Described,
    *,
    caller: Caller,
    now: datetime,
    program_id: str | None = None,
) -> bool:
    """Writes nothing, and says so, where nothing has changed."""
    if before == after:
        return False
    return outbox.record(
        object_type=object_type,
        object_id=str(object_id),
        operation=_operation(before, after),
        before=_text(before),
        after=_text(after),
        caller=caller,
        now=now,
        moves=(),
        program_id=program_id,
    )


def _operation(before: Described, after: Described) -> Operation:
    if before is None:
        return Operation.CREATE
    return Operation.DELETE if after is None else Operation.UPDATE


def _text(described: Described) -> str | None:
    return None if described is None else body.encode_text(described)
