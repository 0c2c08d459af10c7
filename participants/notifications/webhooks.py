"""The channel of webhooks: a POST to the callback of a subscription, with its bearer token and signed with its key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp.abc import AbstractResolver
from django.conf import settings
from django.utils import timezone

from participants.callbacks import wanted
from participants.models import Callback
from participants.notifications import health
from participants.notifications.recipients import Recipient, recipients
from participants.notifications.standing import still_told
from participants.sealed_tokens import unsealed_token
from participants.signing_keys import signature, unsealed_keys
from vtn.deliveries import outcomes, store
from vtn.deliveries.channels import Described, Send
from vtn.deliveries.models import Delivery
from vtn.deliveries.outcomes import Outcome
from vtn.deliveries.store import Claimed
from vtn.dialect import Dialect
from vtn.notifiers.client import CallFailed, Outgoing
from vtn.notifiers.rules import CallbackRules
from vtn.sealing import CannotUnseal

# Stands for a secret wherever a request is shown.
_MASKED = "•••"


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """What is sent. The secrets in its headers are nowhere else."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Webhooks:
    """A `vtn.deliveries.channels.Channel`, whose recipients are callbacks."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        """With a name server of its own, or the system's."""
        self._resolver = resolver

    def prepare(self, claimed: Sequence[Claimed]) -> Mapping[int, WebhookRequest | Outcome]:
        found = recipients(each.recipient_id for each in claimed)
        bodies = store.bodies({each.notification_id for each in claimed})
        now = timezone.now()
        wanting = [
            (each, recipient)
            for each in claimed
            if (recipient := found.get(each.recipient_id)) is not None and _still_wants(recipient, each)
        ]
        return {
            each.id: _request(each, recipient, bodies[each.notification_id], now)
            for each, recipient in still_told(wanting)
        }

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Send]:
        # Which addresses may be called is the same in both dialects.
        async with Outgoing(CallbackRules.of(Dialect.V310).calls, self._resolver) as outgoing:

            async def send(request: WebhookRequest) -> Outcome:
                try:
                    reply = await outgoing.call("POST", request.url, request.headers, request.body)
                except CallFailed as failure:
                    return outcomes.no_reply(str(failure))
                return outcomes.of_reply(reply.status, reply.body, reply.retry_after, timezone.now())

            yield send

    def note(self, outcomes: Sequence[tuple[Claimed, Outcome]]) -> None:
        ends = ((claimed.recipient_id, outcome) for claimed, outcome in outcomes)
        health.note(ends, broken_after=timedelta(seconds=settings.CALLBACK_BROKEN_AFTER))

    def describe(self, deliveries: Iterable[Delivery]) -> Mapping[int, Described]:
        """The URL and the token are those of the subscription as it is now; where it was written since the last
        attempt, that is said, with the host that was called."""
        shown = list(deliveries)
        callbacks = Callback.objects.select_related("subscription").in_bulk(
            {each.recipient_id for each in shown}
        )
        return {
            each.id: Described(
                callback.subscription, _url_of(each, callback), masked_headers(callback, _headers_of(each))
            )
            for each in shown
            if (callback := callbacks.get(each.recipient_id)) is not None
        }


def _url_of(delivery: Delivery, callback: Callback) -> str:
    """For people. Of a URL that was called, only the host is kept."""
    is_over, tried_at = delivery.state != Delivery.State.WAITING, delivery.tried_at
    if is_over and tried_at is not None and callback.subscription.modified_at > tried_at:
        return f"{callback.url} (as it is now; written after this was sent to {delivery.host})"
    return callback.url


def request_to(
    recipient: Recipient, body: bytes, *, now: datetime, headers: Mapping[str, str]
) -> WebhookRequest:
    """A body on its way to a callback, as its subscription wants it. Raises `CannotUnseal`.

    `Authorization` is there where the client has given a token (3.1.0 Definition, "Subscriptions").
    """
    id_, place = recipient.subscription_id, recipient.place
    token = unsealed_token(recipient.sealed_tokens[place], id_, place)
    keys = unsealed_keys(recipient.sealed_keys, id_, old_key_until=recipient.old_key_until, now=now)
    signed = signature(body, keys, int(now.timestamp()))
    return WebhookRequest(url=recipient.url, headers=_all_headers(headers, signed, token), body=body)


def masked_headers(callback: Callback, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of `request_to`, for people to read: no key is looked up for them."""
    token = callback.subscription.sealed_tokens[callback.place]
    return _all_headers(headers, _MASKED, None if token is None else _MASKED)


def _all_headers(headers: Mapping[str, str], signed: str, token: str | None) -> dict[str, str]:
    authorization = {} if token is None else {"Authorization": f"Bearer {token}"}
    return {
        "Content-Type": "application/json",
        "X-OpenADR-Signature": signed,
        **headers,
        **authorization,
    }


def _request(claimed: Claimed, recipient: Recipient, body: str, now: datetime) -> WebhookRequest | Outcome:
    try:
        return request_to(recipient, body.encode(), now=now, headers=_headers_of(claimed))
    except CannotUnseal as error:
        return Outcome(outcomes.End.FAILED, reason=str(error))


def _headers_of(claimed: Claimed | Delivery) -> dict[str, str]:
    """The key is the same at every attempt, so that a receiver knows what it has had; of one object, a later change has
    a higher number."""
    return {
        "Idempotency-Key": f"{claimed.entry_id}.{claimed.recipient_id}",
        "X-OpenADR-Change": str(claimed.entry_id),
        "X-OpenADR-Attempt": str(claimed.attempts),
    }


def _still_wants(recipient: Recipient, claimed: Claimed) -> bool:
    """Its subscription may have been written anew since the change."""
    keys = wanted(recipient.role, claimed.object_type, (claimed.operation,), recipient.program_id)
    return not keys.isdisjoint(recipient.wants)
