"""Changes of the key that signs what a subscription is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from participants.models import Subscription
from participants.queries.signing_keys import require_own, shown_keys
from participants.signing_keys import new_key, unsealed_keys
from participants.wire.subscriptions.signing_keys import SigningKeys, recorded_rotation
from vtn import errors
from vtn.audit import record_described
from vtn.caller import Caller, Scope
from vtn.sealing import CannotUnseal


class StillChanging(errors.Conflict):
    """The key of before still signs: its receiver may know no other yet, and only two can be kept. So of two changes at
    once, or of one that is asked for again because its answer was lost, one is made."""


@transaction.atomic
def rotate_signing_key(
    *, caller: Caller, subscription_id: str, overlap: timedelta, now: datetime
) -> SigningKeys:
    """A new key; the one of before signs as well for the time of the overlap. The subscription itself is not changed,
    and nobody is told: the audit has it, without the key. Raises `NoSuchSubscription`, `NotItsKey`, `StillChanging`."""
    caller.require(Scope.WRITE_SUBSCRIPTIONS)
    found = Subscription.objects.select_for_update().owned_by(caller.ownership)
    subscription = require_own(found.filter(id=subscription_id).first(), caller, subscription_id)
    in_use = _in_use(subscription, now)
    if in_use > 1:
        raise StillChanging(
            "The key was changed lately, and the one of before still signs; oldKeyUntil says until when"
        )
    before = _recorded(subscription)
    subscription.sealed_keys = [new_key(subscription.id), *subscription.sealed_keys[:in_use]]
    subscription.old_key_until = now + overlap if in_use else None
    subscription.save(update_fields=["sealed_keys", "old_key_until"])
    described = _recorded(subscription)
    record_described("SIGNING_KEY", subscription.id, before, described, caller=caller, now=now)
    return shown_keys(subscription, now)


def _in_use(subscription: Subscription, now: datetime) -> int:
    """How many keys sign. What nobody can open signs nothing, and a new key mends that."""
    sealed, until = subscription.sealed_keys, subscription.old_key_until
    try:
        return len(unsealed_keys(sealed, subscription.id, old_key_until=until, now=now))
    except CannotUnseal:
        return 0


def _recorded(subscription: Subscription) -> dict[str, Any]:
    return recorded_rotation(
        subscription_id=subscription.id,
        client_id=subscription.client_id,
        old_key_until=subscription.old_key_until,
    )
