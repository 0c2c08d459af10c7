"""What an event that is not there yet will claim: when, and with values of which types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from events.composer.changes import CannotChange
from events.composer.conflicts import Span, runs
from events.composer.local import BadLocalTime, shifted
from events.content import EventContent
from events.timeline import Schedule


def claimed_spans(
    content: EventContent, planned: Schedule, days: Sequence[date], zone: ZoneInfo
) -> list[Span]:
    """What it claims, in the order of the starts; of a series, and of what is repeated, each time as a whole."""
    intervals = content.members.get("intervals", [])
    types = [frozenset(payload["type"] for payload in interval["payloads"]) for interval in intervals]
    of_all = frozenset().union(*types)
    if days and planned.starts_at is not None and planned.ends_at is not None:
        length, first = planned.ends_at - planned.starts_at, planned.starts_at.astimezone(zone).date()
        starts = [_on(day, first, planned.starts_at, zone) for day in days]
        return [(starts_at, starts_at + length, of_all) for starts_at in starts]
    if planned.every is not None and planned.starts_at is not None:
        return [(planned.starts_at, planned.ends_at, of_all)]
    windows = sorted(planned.windows, key=lambda window: window.starts_at)
    return runs(
        (window.starts_at, window.ends_at, types[window.position])
        for window in windows
        if not window.is_implied
    )


def _on(day: date, first: date, starts_at: datetime, zone: ZoneInfo) -> datetime:
    try:
        return shifted(starts_at, zone, days=(day - first).days)
    except BadLocalTime as error:
        raise CannotChange(str(error)) from None
