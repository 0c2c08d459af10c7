"""Reads of the keys that sign what a subscription is told. They are for its owner alone, and never kept."""

from __future__ import annotations

from datetime import datetime

from participants.models import Subscription
from participants.queries.subscriptions import NoSuchSubscription
from participants.signing_keys import unsealed_keys
from participants.wire.subscriptions.signing_keys import SigningKeys, render_signing_keys
from vtn import errors
from vtn.caller import Caller


class NotItsKey(errors.Forbidden):
    """Business logic sees all subscriptions. But whoever has the key of one can speak to its receiver in our name."""


def signing_keys(caller: Caller, subscription_id: str, now: datetime) -> SigningKeys:
    """Raises `NoSuchSubscription`, `NotItsKey`, `CannotUnseal`."""
    found = Subscription.objects.owned_by(caller.ownership).filter(id=subscription_id)
    subscription = found.only("id", "client_id", "sealed_keys", "old_key_until").first()
    return shown_keys(require_own(subscription, caller, subscription_id), now)


def require_own(subscription: Subscription | None, caller: Caller, subscription_id: str) -> Subscription:
    """The subscription, which is the caller's. Raises `NoSuchSubscription`, `NotItsKey`."""
    if subscription is None:
        raise NoSuchSubscription(subscription_id)
    if subscription.client_id != caller.client_id:
        raise NotItsKey(
            "Only its own client reads and changes the key of a subscription: it proves who calls"
        )
    return subscription


def shown_keys(subscription: Subscription, now: datetime) -> SigningKeys:
    """Raises `CannotUnseal`."""
    until = subscription.old_key_until
    keys = unsealed_keys(subscription.sealed_keys, subscription.id, old_key_until=until, now=now)
    return render_signing_keys(keys, until)
