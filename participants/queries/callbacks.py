"""Reads of how the callbacks of a subscription fare. Three queries, whatever there is: nothing of it is kept, since
deliveries end without a change of the subscription."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from participants.callbacks import CHANNEL
from participants.models import Callback, Subscription
from participants.queries.subscriptions import NoSuchSubscription
from participants.wire.subscriptions import callbacks as wire
from vtn.caller import Caller
from vtn.deliveries.models import Delivery


def visible_callbacks(caller: Caller, subscription_id: str) -> list[wire.Callback]:
    """Those of one subscription, in the order of its objectOperations. Raises `NoSuchSubscription`."""
    if not Subscription.objects.owned_by(caller.ownership).filter(id=subscription_id).exists():
        raise NoSuchSubscription(subscription_id)
    found = _counted(Callback.objects.filter(subscription_id=subscription_id)).order_by("place")
    return [
        wire.render_callback(
            url=callback.url,
            health=callback.health,
            failures=callback.failures,
            waiting=callback.waiting,
            dead=callback.dead,
            failing_since=callback.failing_since,
            failure=callback.failure,
            told_at=callback.told_at,
        )
        for callback in found
    ]


def _counted(callbacks: QuerySet[Callback]) -> QuerySet[Any]:
    """With the numbers of their deliveries that wait, and that were given up."""
    return callbacks.annotate(waiting=_number(Delivery.State.WAITING), dead=_number(Delivery.State.DEAD))


def _number(state: Delivery.State) -> Coalesce:
    of_callback = Delivery.objects.filter(channel=CHANNEL, recipient_id=OuterRef("pk"), state=state)
    counted = of_callback.order_by().values("recipient_id").annotate(number=Count("id")).values("number")
    return Coalesce(Subquery(counted), Value(0))
