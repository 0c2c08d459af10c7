"""Sees to DR events whose notificationDate has come: writes down who is told, and posts a delivery to each.

What came due while nobody looked is made up for. However often it looks, in whatever number of processes, nobody is
told twice of one date: the rows that it writes say who has been.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from events.dr_events.models import DrEvent, DrNotification
from events.dr_events.queries import dr_event, participating
from events.dr_events.wire import render_dr_event
from events.models import Event
from participants.contacts.contact import Contact, ContactProtocol, contacts_of
from participants.contacts.sending import host_called
from participants.queries.participants import of_targets
from vtn.deliveries import store
from vtn.deliveries.store import Addressee
from vtn.models import OutboxEntry
from vtn.relay.changes import Change
from vtn.relay.wake import wake
from vtn.wire import body

logger = logging.getLogger(__name__)

CHANNEL = "contact"
_OPERATION = "NOTIFY"
_AFTER_A_FAULT = timedelta(minutes=1)


def notify(*, now: datetime, most: int = 100) -> int:
    """Sees to those that are due, the earliest first; tells how many that were. Others may do so as well."""
    due = DrEvent.objects.filter(notify_at__lte=now).order_by("notify_at")
    return sum(_seen_to(event_id, now) for event_id in due.values_list("event_id", flat=True)[:most])


def is_over(event: Event, now: datetime) -> bool:
    return event.ends_at is not None and event.ends_at <= now


def _seen_to(event_id: str, now: datetime) -> bool:
    """False too where something is wrong with this event: it is looked at again later, and the others go on. While the
    database is away the second statement fails too, and with it the turn."""
    try:
        return _notify(event_id, now)
    except Exception:
        logger.exception("Notifications of DR event %s", event_id)
        DrEvent.objects.filter(event_id=event_id, notify_at__lte=now).update(notify_at=now + _AFTER_A_FAULT)
        return False


@transaction.atomic
def _notify(event_id: str, now: datetime) -> bool:
    """The event is locked before the rest, as by all who write it. One that somebody is writing is seen to in a
    moment. The relay writes the row beside it alone, and waits for this: so nothing that it asks for is lost."""
    event = Event.objects.select_for_update(skip_locked=True).filter(id=event_id).first()
    stored = (
        DrEvent.objects.select_for_update(skip_locked=True)
        .filter(event_id=event_id, notify_at__lte=now)
        .first()
    )
    if stored is None:
        return False
    if event is None:
        if not Event.objects.filter(id=event_id).exists():
            stored.delete()
        return False
    stored.event = event
    if not is_over(event, now):
        _post(stored, _new_notifications(stored, now), now)
        stored.notified_at = stored.notified_at or now
    stored.notify_at = None
    stored.save(update_fields=["notify_at", "notified_at"])
    return True


def _new_notifications(stored: DrEvent, now: datetime) -> list[DrNotification]:
    """Rows for those who have none yet."""
    known = set(stored.notifications.filter(round=stored.round).values_list("protocol", "endpoint"))
    users: dict[Contact, str] = {}
    codes: dict[Contact, list[str]] = {}
    for participant in of_targets(participating(stored)):
        for contact in contacts_of(participant):
            users.setdefault(contact, participant.contact_user)
            codes.setdefault(contact, []).append(participant.code)
    return DrNotification.objects.bulk_create(
        DrNotification(
            dr_event=stored,
            round=stored.round,
            user=users[contact],
            protocol=contact.protocol,
            endpoint=contact.endpoint,
            targets=targets,
            made_at=now,
        )
        for contact, targets in codes.items()
        if (contact.protocol, contact.endpoint) not in known
    )


def _post(stored: DrEvent, made: Iterable[DrNotification], now: datetime) -> None:
    addressees = [Addressee(each.id, host_called(contact_of(each))) for each in made]
    if not addressees:
        return
    store.post(
        _change(stored.event, now),
        channel=CHANNEL,
        operation=_OPERATION,
        body=body.encode_text(render_dr_event(dr_event(stored.event_id))),
        addressees=addressees,
    )
    transaction.on_commit(wake, robust=True)


def contact_of(notification: DrNotification) -> Contact:
    return Contact(ContactProtocol(notification.protocol), notification.endpoint)


def _change(event: Event, now: datetime) -> Change:
    """The last change of the event, which this tells of; it is as old as its notificationDate, so that it is tried for
    as long as any other delivery."""
    entry: Any = OutboxEntry.objects.filter(object_id=event.id, object_type="EVENT").order_by("-id")
    return Change(
        entry_id=entry.values_list("id", flat=True)[0],
        object_type="EVENT",
        object_id=event.id,
        operation=_OPERATION,
        program_id=event.program_id,
        made_at=now,
        literals={},
        before_text=None,
        after_text=None,
    )
