"""Reads of what is sent to the callbacks of a client, for people: two queries, however many deliveries there are."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from participants.callbacks import CHANNEL
from participants.models import Callback
from vtn.deliveries.models import Delivery

MOST_CALLBACKS = 100


@dataclass(frozen=True, slots=True)
class Told:
    """The callbacks of a client's newest subscriptions, and the newest deliveries to them. `is_more`: it has others."""

    callbacks: tuple[Callback, ...]
    latest: tuple[Delivery, ...]
    is_more: bool


def told_to(client_id: str, *, most: int) -> Told:
    """Of each callback the newest are looked up in `delivery_recipient`, and of all together the newest are read."""
    to_it = Delivery.objects.filter(channel=CHANNEL, recipient_id=OuterRef("pk")).order_by("-id")
    callbacks: list[Callback] = list(
        Callback.objects.filter(subscription__client_id=client_id)
        .annotate(delivery_ids=ArraySubquery(to_it.values("id")[:most]))
        .order_by("-subscription__created_at", "-subscription_id", "place")
        .only("url", "subscription_id")[: MOST_CALLBACKS + 1]
    )
    shown = tuple(callbacks[:MOST_CALLBACKS])
    ids = sorted((id_ for each in shown for id_ in each.delivery_ids), reverse=True)[:most]  # type: ignore[attr-defined]  # annotated
    latest = Delivery.objects.filter(id__in=ids).defer("answer").order_by("-id")
    return Told(shown, tuple(latest), is_more=len(callbacks) > MOST_CALLBACKS)
