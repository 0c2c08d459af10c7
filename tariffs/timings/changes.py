"""Writes down changes of timings for the audit, and lets whoever publishes prices know of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from tariffs.publishing.waking import look_again
from tariffs.timings.content import TimingContent
from tariffs.timings.wire.today import render
from vtn import outbox
from vtn.audit import described_change, record_described
from vtn.caller import Caller

TIMING = "TIMING"

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
    """The same of many, in their order."""
    entries = [
        described_change(TIMING, timing_id, _described(before), _described(after))
        for timing_id, before, after in changes
    ]
    outbox.record_all(entries, caller=caller, now=now)


def tell_publisher(tpid: str, *, now: datetime) -> None:
    """In the transaction of the change: prices that come of these timings may be others now."""
    look_again(Q(tariff__tpid=tpid), now=now)


def _described(content: TimingContent | None) -> dict[str, Any] | None:
    return None if content is None else render(content)
