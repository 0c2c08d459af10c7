"""The channel of DR notifications: each delivery is one message to one contact."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from django.utils import timezone

from events.dr_events import wording
from events.dr_events.clock import contact_of, is_over
from events.dr_events.models import DrNotification
from participants.contacts.message import Message
from participants.contacts.sending import sender
from participants.contacts.webhooks import opened_secret
from participants.enrolment import target_of
from participants.models import Participant
from participants.queries.participants import of_targets
from vtn.deliveries import outcomes, store
from vtn.deliveries.channels import Described, Send
from vtn.deliveries.models import Delivery
from vtn.deliveries.outcomes import End, Outcome
from vtn.deliveries.store import Claimed
from vtn.sealing import CannotUnseal
from vtn.wire import body


class Contacts:
    """A `vtn.deliveries.channels.Channel`, whose recipients are DR notifications."""

    def prepare(self, claimed: Sequence[Claimed]) -> Mapping[int, Message | Outcome]:
        now = timezone.now()
        notifications = _notifications(each.recipient_id for each in claimed)
        bodies = store.bodies({each.notification_id for each in claimed})
        enrolled = {
            each.target: each
            for each in of_targets(
                [target for each in notifications.values() for target in _still_meant(each)]
            )
        }
        return {
            each.id: _message(notification, bodies[each.notification_id], enrolled, now)
            for each in claimed
            if (notification := notifications.get(each.recipient_id)) is not None
        }

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Send]:
        async with sender() as send:
            yield send

    def note(self, outcomes: Sequence[tuple[Claimed, Outcome]]) -> None:
        arrived = [claimed.recipient_id for claimed, outcome in outcomes if outcome.end is End.DELIVERED]
        if arrived:
            DrNotification.objects.filter(id__in=arrived, sent_at=None).update(sent_at=timezone.now())

    def describe(self, deliveries: Iterable[Delivery]) -> Mapping[int, Described]:
        shown = list(deliveries)
        notifications = DrNotification.objects.in_bulk({each.recipient_id for each in shown})
        return {
            each.id: Described(notification, notification.endpoint, {})
            for each in shown
            if (notification := notifications.get(each.recipient_id)) is not None
        }


def _notifications(ids: Iterable[int]) -> dict[int, DrNotification]:
    """Those whose event is there."""
    found = DrNotification.objects.filter(dr_event__event__created_at__isnull=False)
    return (
        found.select_related("dr_event__event")
        .only(
            "dr_event", "protocol", "endpoint", "targets", "dr_event__event__targets", "dr_event__event__span"
        )
        .in_bulk(set(ids))
    )


def _still_meant(notification: DrNotification) -> list[str]:
    """The targets of the participants it is for, less those who no longer take part."""
    event_targets = set(notification.dr_event.event.targets)
    return [target for code in notification.targets if (target := target_of(code)) in event_targets]


def _message(
    notification: DrNotification, text: str, enrolled: Mapping[str, Participant], now: datetime
) -> Message | Outcome:
    if is_over(notification.dr_event.event, now):
        return Outcome(End.DROPPED, reason="the event is over")
    participants = [enrolled[target] for target in _still_meant(notification) if target in enrolled]
    if not participants:
        return Outcome(End.DROPPED, reason="nobody who is told there takes part any more")
    event = body.decode_text(text)
    zone = timezone.get_default_timezone()
    try:
        return Message(
            key=f"{notification.id}.{event['id']}",
            contact=contact_of(notification),
            subject=wording.subject_of(event),
            text=wording.text_of(event, zone),
            short=wording.short_of(event, zone),
            document=text.encode(),
            secret=_secret(notification, participants),
        )
    except CannotUnseal as error:
        return outcomes.failed(str(error))


def _secret(notification: DrNotification, participants: Iterable[Participant]) -> str | None:
    """That of the first who has this webhook and agreed on one."""
    return next(
        (
            opened_secret(each.sealed_secret, each.id)
            for each in participants
            if each.sealed_secret and each.webhook == notification.endpoint
        ),
        None,
    )
