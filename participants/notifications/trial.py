"""A notification that tells of nothing: to see whether a callback takes what it will be sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from participants.models import Callback, Client
from participants.notifications.bodies import Bodies
from participants.notifications.recipients import Recipient
from participants.notifications.sight import Seen
from participants.notifications.webhooks import WebhookRequest, Webhooks, masked_headers, request_to
from participants.wire.subscriptions.operations import told_as
from vtn import errors
from vtn.deliveries.outcomes import Outcome
from vtn.dialect import Dialect
from vtn.documents import recorded
from vtn.ids import new_id
from vtn.places import NoPlace, places, places_for_callbacks
from vtn.relay.changes import Change
from vtn.sealing import CannotUnseal

_WAIT_FOR_A_PLACE = 0.5


class NotTried(errors.Conflict):
    """There is something in the way of a call."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent, with the secrets in its headers masked, and how that ended."""

    url: str
    headers: Mapping[str, str]
    body: str
    outcome: Outcome
    seconds: float


def send_test(callback: Callback, *, now: datetime) -> Tried:
    """Sends it and waits for the answer, as long as for that of any notification; nothing of that is written down. Not
    for inside a transaction. Raises `NotTried`, and `Busy` when no thread can wait for it."""
    subscription = callback.subscription
    if not Client.objects.filter(client_id=subscription.client_id, is_enabled=True).exists():
        raise NotTried("Its client is not there or disabled, and is told nothing")
    # By these a receiver knows it. It is no change, and has no number of one.
    headers = {"Idempotency-Key": f"test.{new_id()}", "X-OpenADR-Test": "true"}
    text = _body(callback)
    try:
        request = request_to(Recipient.of(callback), text.encode(), now=now, headers=headers)
    except CannotUnseal as error:
        raise NotTried(str(error)) from None
    try:
        with places_for_callbacks().taken(wait=_WAIT_FOR_A_PLACE), places().taken(wait=_WAIT_FOR_A_PLACE):
            outcome, seconds = _sent(request)
    except NoPlace:
        raise errors.Busy("Too many callbacks are being called; try again", retry_after=2) from None
    return Tried(callback.url, masked_headers(callback, headers), text, outcome, seconds)


def _sent(request: WebhookRequest) -> tuple[Outcome, float]:
    began_at = time.monotonic()
    outcome = asyncio.run(_call(request))
    return outcome, time.monotonic() - began_at


async def _call(request: WebhookRequest) -> Outcome:
    async with Webhooks().open() as send:
        return await send(request)


def _body(callback: Callback) -> str:
    """The subscription itself, as if it had been written anew just as it is."""
    subscription = callback.subscription
    document = recorded(subscription)
    change = Change(
        entry_id=0,
        object_type="SUBSCRIPTION",
        object_id=subscription.id,
        operation="UPDATE",
        program_id=subscription.program_id,
        made_at=subscription.modified_at,
        literals=subscription.literals or {},
        before_text=document,
        after_text=document,
    )
    seen = Seen("UPDATE", tuple(subscription.targets))
    dialect = Dialect(subscription.dialect)
    return Bodies(change).of(seen, told_as("UPDATE", dialect), dialect)
