"""How bindings fare, and which of them get in each other's way."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from events.bindings.fan_out import CHANNEL
from events.bindings.models import Binding
from events.models import Event
from vtn.deliveries.models import Delivery

State = Delivery.State


class Counts(NamedTuple):
    """Deliveries of a binding."""

    waiting: int = 0
    dead: int = 0


def counts_of(binding_ids: Collection[int]) -> dict[int, Counts]:
    """By binding; one that has neither is not in there. What has arrived is not looked at."""
    deliveries = Delivery.objects.filter(channel=CHANNEL, recipient_id__in=binding_ids)
    rows = (
        deliveries.filter(Q(state=State.WAITING) | Q(state=State.DEAD))
        .order_by("recipient_id")
        .values_list("recipient_id")
        .annotate(
            waiting=Count("id", filter=Q(state=State.WAITING)), dead=Count("id", filter=Q(state=State.DEAD))
        )
    )
    return {binding_id: Counts(waiting, dead) for binding_id, waiting, dead in rows}


def rivals_of(binding: Binding) -> list[Binding]:
    """Other bindings of the same backend to the same host that follow some of the same events: each says there what it
    thinks, and the last one wins."""
    if not binding.is_enabled:
        return []
    others = Binding.objects.filter(is_enabled=True, backend=binding.backend, host=binding.host)
    return [
        other
        for other in others.exclude(pk=binding.pk).order_by("name")
        if _share(binding.program_ids, other.program_ids) and _share(binding.targets, other.targets)
    ]


def events_of(binding: Binding, *, most: int) -> list[Event]:
    """The newest events that it follows."""
    return list(followed_by(binding).select_related("program").order_by("-created_at", "-id")[:most])


def followed_by(binding: Binding) -> QuerySet[Event]:
    events = Event.objects.all()
    if binding.program_ids:
        events = events.filter(program_id__in=binding.program_ids)
    if binding.targets:
        events = events.filter(targets__overlap=binding.targets)
    return events


def _share(some: Collection[str], others: Collection[str]) -> bool:
    """Whether two lists, of which an empty one means all there are, have something in common."""
    return not some or not others or not set(some).isdisjoint(others)
