"""Reads of deliveries for people, each served by an index however many there are."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from vtn.deliveries.models import Delivery
from vtn.models import OutboxEntry


def latest_to(channel: str, recipient_ids: Collection[int], *, most: int) -> list[Delivery]:
    """The newest to these recipients. The newest of each are asked for: of all together, PostgreSQL would rather go
    through everybody's, newest first."""
    if not recipient_ids:
        return []
    first, *others = [_newest(channel, recipient_id, most) for recipient_id in recipient_ids]
    return list(first.union(*others, all=True).order_by("-id")[:most] if others else first)


def deliveries_of(entry: OutboxEntry) -> QuerySet[Delivery]:
    """Those that came of a change."""
    return Delivery.objects.filter(object_id=entry.object_id, entry_id=entry.id)


def _newest(channel: str, recipient_id: int, most: int) -> QuerySet[Delivery]:
    mine = Delivery.objects.filter(channel=channel, recipient_id=recipient_id)
    return mine.defer("answer").order_by("-id")[:most]
