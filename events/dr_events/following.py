"""Follows what happens to the OpenADR events of DR events, through whichever door, as the relay tells of changes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from events.dr_events.models import DrEvent
from vtn.relay.changes import Change


def tell(changes: Sequence[Change]) -> None:
    """One that is gone is gone here too, with the notifications that wait. Of one that was written the clock looks at
    who is told: others may take part now, or it may end later than it did."""
    events = [change for change in changes if change.object_type == "EVENT"]
    gone = [change.object_id for change in events if change.operation == "DELETE"]
    written = [change.object_id for change in events if change.operation == "UPDATE"]
    if gone:
        DrEvent.objects.filter(event_id__in=gone).delete()
    if written:
        DrEvent.objects.filter(event_id__in=written).update(notify_at=F("notification_at"))
