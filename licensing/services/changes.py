"""Writes down a change of what belongs to licences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from licensing.documents import TYPES, Registered
from vtn import errors, outbox
from vtn.caller import Caller
from vtn.models import OutboxEntry
from vtn.wire import body

Operation = OutboxEntry.Operation


def record(
    thing: Registered,
    operation: OutboxEntry.Operation,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    caller: Caller,
    now: datetime,
) -> None:
    """No poll answers with any of these, so no kept answer moves."""
    outbox.record(
        object_type=TYPES[type(thing)],
        object_id=str(thing.pk),
        operation=operation,
        before=None if before is None else body.encode_text(before),
        after=None if after is None else body.encode_text(after),
        caller=caller,
        now=now,
        moves=(),
    )


def require_staff(caller: Caller) -> None:
    """Raises `Forbidden`: who has ordered what is for staff to say."""
    if caller.staff_username is None:
        raise errors.Forbidden("Licences are kept by staff only")
