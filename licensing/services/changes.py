"""Writes down a change of what belongs to licences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from licensing.documents import TYPES, Registered
from vtn.audit import described_change, record_described
from vtn.caller import Caller
from vtn.outbox import Entry


def record(
    thing: Registered,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    *,
    caller: Caller,
    now: datetime,
) -> None:
    record_described(TYPES[type(thing)], thing.pk, before, after, caller=caller, now=now)


def changed(thing: Registered, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Entry:
    """What `record` writes, for `outbox.record_all`."""
    return described_change(TYPES[type(thing)], thing.pk, before, after)
