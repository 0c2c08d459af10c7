"""Brings the events of publications up to date: a chunk of them in one transaction, with a fixed number of reads.

What it does depends on nothing but what is stored and the time, so it may be done twice, or by several at once, and
whatever was missed is made up for the next time.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from events.models import Event
from tariffs.publishing.days import create_day, says, update_day
from tariffs.publishing.due import next_look, wanted_days
from tariffs.publishing.models import Publication
from tariffs.publishing.plan import DayPlan, plan_of
from tariffs.publishing.published import (
    Conclusion,
    Published,
    conclude,
    forget_old_days,
    locked_events,
    published_days,
    remember,
)
from tariffs.publishing.slots import Slot, slots_in
from tariffs.rates.kinds import Kind
from tariffs.rates.queries import rate_books
from tariffs.stretches import overlaid
from vtn.caller import Caller
from vtn.errors import VtnError

logger = logging.getLogger(__name__)

PUBLISHER = Caller.staff("the publisher")
_DAY = timedelta(days=1)
_AFTER_A_FAULT = timedelta(minutes=5)
# Whoever deletes a program takes its publications away after that: none of the two waits for the other in a circle. The
# weaker lock, since events of the program may be written by others meanwhile.
_LOCKED: dict[str, Any] = {"of": ("self", "program"), "no_key": True}
_FAULT = "It could not be published, for a reason that is in the workers' log"


def publish_due(*, now: datetime, most: int) -> int:
    """Sees to publications that are due, those first that have been so for the longest; tells how many they were."""
    due = Publication.objects.filter(is_enabled=True, next_at__lte=now).order_by("next_at", "id")
    try:
        with transaction.atomic():
            return _publish(due.select_for_update(skip_locked=True, **_LOCKED)[:most], now)
    except Exception:
        # One of them is at fault, and must not keep the others from being published.
        logger.exception("A chunk of publications; each of them is seen to by itself")
    ids = list(due.values_list("id", flat=True)[:most])
    for publication_id in ids:
        _publish_guarded(publication_id, now)
    return len(ids)


@transaction.atomic
def publish_one(publication_id: int, *, now: datetime) -> bool:
    """Sees to one now, due or not. False: it is gone, or disabled."""
    found = Publication.objects.filter(pk=publication_id, is_enabled=True)
    return bool(_publish(found.select_for_update(**_LOCKED), now))


def _publish_guarded(publication_id: int, now: datetime) -> None:
    try:
        publish_one(publication_id, now=now)
    except Exception:
        logger.exception("Publication %s", publication_id)
        conclude([Conclusion(publication_id, now + _AFTER_A_FAULT, _FAULT, has_written=False)], now)


@dataclass
class _Look:
    """What comes of looking at a publication."""

    publication: Publication
    plans: list[DayPlan] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    has_written: bool = False

    def concluded(self, now: datetime) -> Conclusion:
        publication = self.publication
        next_at = next_look(now, publication.publish_at, publication.tariff.zone)
        return Conclusion(publication.pk, next_at, "\n".join(self.troubles), self.has_written)


def _publish(publications: QuerySet[Publication], now: datetime) -> int:
    looks = _planned(list(publications.select_related("tariff", "program")), now)
    if not looks:
        return 0
    days = published_days([plan for look in looks for plan in look.plans])
    stale = [
        (look, plan)
        for look in looks
        for plan in look.plans
        if plan.key not in days or not days[plan.key].is_as_planned(plan)
    ]
    events = locked_events([days[plan.key] for _, plan in stale if plan.key in days])
    remember([(plan, _written(look, plan, _event(days.get(plan.key), events), now)) for look, plan in stale])
    conclude([look.concluded(now) for look in looks], now)
    forget_old_days({look.publication.program_id for look in looks}, now.date())
    return len(looks)


def _planned(publications: Sequence[Publication], now: datetime) -> list[_Look]:
    tariffs = {publication.tariff_id: publication.tariff for publication in publications}
    # A day of one zone begins when another's is not over.
    books = rate_books(list(tariffs.values()), since=(now - _DAY).date())
    looks = [_Look(publication) for publication in publications]
    for look in looks:
        book = books[look.publication.tariff_id]
        for day in wanted_days(now, look.publication.publish_at, book.zone):
            try:
                look.plans.append(plan_of(look.publication, day, book))
            except VtnError as refusal:
                look.troubles.append(f"{day}: {refusal.detail}")
    return looks


def _event(published: Published | None, events: dict[str, Event]) -> Event | None:
    return None if published is None else events.get(published.row.event_id)


def _written(look: _Look, plan: DayPlan, event: Event | None, now: datetime) -> Event:
    """The event of the day, as it is now."""
    if event is None:
        look.has_written = True
        program = look.publication.program
        return create_day(caller=PUBLISHER, program=program, members=plan.members, slots=plan.slots, now=now)
    payload_types = Kind(look.publication.kind).meaning.payload_types
    slots = _from_now_on(plan.slots, slots_in(event.intervals.all(), payload_types), now)
    if says(event, plan.members, slots, payload_types):
        return event
    look.has_written = True
    return update_day(caller=PUBLISHER, event=event, members=plan.members, slots=slots, now=now)


def _from_now_on(wanted: Sequence[Slot], known: Sequence[Slot], now: datetime) -> tuple[Slot, ...]:
    """An interval that has begun stays as it is until it ends: VENs act on it, and bills may be made of it."""
    return overlaid(wanted, [slot for slot in known if slot.starts_at <= now])
