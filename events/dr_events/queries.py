"""Reads of DR events and of who was told of them. Whatever the number of events, there are two queries."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from events.dr_events.content import ShownDrEvent
from events.dr_events.models import DrEvent, DrNotification
from events.queries import NoSuchEvent
from participants.enrolment import code_of
from participants.queries.participants import ids_of

_OF_ROUND = {"dr_event_id": OuterRef("event_id"), "round": OuterRef("round")}
_NOT_NEEDED = ["event__document_301", "event__document_310", "event__content", "event__literals"]


def dr_events() -> list[ShownDrEvent]:
    """All of them, oldest first."""
    return _shown(with_state().order_by("event__created_at", "event_id"))


def dr_event(event_id: str) -> ShownDrEvent:
    """One of them. Raises `NoSuchEvent`, also for an OpenADR event that is no DR event."""
    found = _shown(with_state().filter(event_id=event_id))
    if not found:
        raise NoSuchEvent(event_id)
    return found[0]


def with_state() -> QuerySet[Any]:
    """DR events whose OpenADR event is there, each with `has_notified` and `has_unsent`."""
    of_round = DrNotification.objects.filter(**_OF_ROUND)
    return (
        DrEvent.objects.filter(event__created_at__isnull=False)
        .select_related("event")
        .defer(*_NOT_NEEDED)
        .annotate(
            has_notified=Exists(of_round),
            has_unsent=Exists(of_round.filter(sent_at=None)),
        )
    )


def notifications() -> QuerySet[DrNotification]:
    """All of them, of events that are there, oldest first."""
    return DrNotification.objects.filter(dr_event__event__created_at__isnull=False).order_by("id")


def is_sent(dr_event: Any) -> bool:
    """Of one that was read with its state: somebody was to be told, and all of those have been."""
    if dr_event.notified_at is None:
        return False
    return not dr_event.has_unsent if dr_event.has_notified else dr_event.was_sent


def _shown(found: QuerySet[Any]) -> list[ShownDrEvent]:
    read = list(found)
    unnamed = {target for each in read for target in participating(each) if target not in each.written_as}
    ids = ids_of(unnamed)
    return [_value(each, ids) for each in read]


def _value(dr_event: Any, ids: dict[str, str]) -> ShownDrEvent:
    event = dr_event.event
    return ShownDrEvent(
        id=event.id,
        priority=event.priority,
        name=event.event_name,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        notification_at=dr_event.notification_at,
        goal=dr_event.goal,
        participants=tuple(_named(dr_event, ids)),
        is_sent=is_sent(dr_event),
        members=dr_event.content,
    )


def participating(dr_event: DrEvent) -> list[str]:
    """The targets of its event that stand for participants."""
    return [target for target in dict.fromkeys(dr_event.event.targets) if code_of(target) is not None]


def _named(dr_event: DrEvent, ids: dict[str, str]) -> list[str]:
    """As they were written; those that came by another door by their ids; those that are enrolled no more by what is
    left of them, their codes."""
    return [
        dr_event.written_as.get(target) or ids.get(target) or code_of(target) or target
        for target in participating(dr_event)
    ]
