"""Forgets who was told of DR events that ended long ago: addresses of people, which nobody needs for ever."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from events.dr_events.models import DrEvent, DrNotification
from events.dr_events.queries import is_sent, with_state
from events.models import Event


def forget(*, before: datetime, at_a_time: int = 200) -> int:
    """Deletes the notifications of all events that ended before this, some events at a time, and gives their number. Of
    each event it stays known whether all have been told. What somebody is writing at this moment goes the next time."""
    deleted = 0
    while some := _forget_some(before, at_a_time):
        deleted += some
    return deleted


@transaction.atomic
def _forget_some(before: datetime, most: int) -> int:
    """The events are locked before the rest, as by all who write them."""
    told = DrNotification.objects.filter(dr_event=OuterRef("id"))
    ended = Event.objects.filter(Exists(told), span__endswith__lt=before).order_by("id")
    ids = list(ended.select_for_update(skip_locked=True).values_list("id", flat=True)[:most])
    sent = [each.pk for each in with_state().filter(event_id__in=ids) if is_sent(each)]
    DrEvent.objects.filter(event_id__in=sent).update(was_sent=True)
    deleted, _ = DrNotification.objects.filter(dr_event__in=ids).delete()
    return deleted
