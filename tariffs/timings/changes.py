"""Writes down changes of timings for the audit, and lets whoever publishes prices know of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from tariffs.publishing.waking import look_again
from tariffs.timings.content import TimingContent
from tariffs.timings.wire.today import render
from vtn.audit import operation_between, record_described
from vtn.caller import Caller
from vtn.models import OutboxEntry

TIMING = "TIMING"
_AT_ONCE = 1_000

# An id, and what the timing said before and after.
Change = tuple[str, TimingContent | None, TimingContent | None]


def record_change(
    timing_id: str,
    *,
    before: TimingContent | None,
    after: TimingContent | None,
    caller: Caller,
    now: datetime,
) -> None:
    """One change, in the transaction that makes it. No kept answer depends on timings, so none is moved."""
    record_described(TIMING, timing_id, _described(before), _described(after), caller=caller, now=now)


def record_changes(changes: Iterable[Change], *, caller: Caller, now: datetime) -> None:
    """Many at once. Nobody is told of them, so an entry is a row and no more."""
    OutboxEntry.objects.bulk_create(
        (
            OutboxEntry(
                object_type=TIMING,
                object_id=timing_id,
                operation=operation_between(before, after),
                before=_described(before),
                after=_described(after),
                made_by=caller.name,
                made_at=now,
            )
            for timing_id, before, after in changes
        ),
        batch_size=_AT_ONCE,
    )


def tell_publisher(tpid: str, *, now: datetime) -> None:
    """In the transaction of the change: prices that come of these timings may be others now."""
    look_again(Q(tariff__tpid=tpid), now=now)


def _described(content: TimingContent | None) -> dict[str, Any] | None:
    return None if content is None else render(content)
