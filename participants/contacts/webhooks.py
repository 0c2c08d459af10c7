"""Webhooks of participants: a POST of the notification, signed where a secret was agreed on."""

from __future__ import annotations

from django.utils import timezone

from participants.contacts.message import Message
from participants.signing_keys import signature
from vtn.deliveries import outcomes
from vtn.deliveries.outcomes import Outcome
from vtn.notifiers.client import CallFailed, Outgoing
from vtn.sealing import seal, unseal


def sealed_secret(secret: str, participant_id: str) -> str:
    """As it is stored: empty for none."""
    return seal(secret, context=_context(participant_id)) if secret else ""


def opened_secret(sealed: str, participant_id: str) -> str | None:
    """Raises `CannotUnseal`."""
    return unseal(sealed, context=_context(participant_id)) if sealed else None


async def call_webhook(outgoing: Outgoing, message: Message) -> Outcome:
    """As subscribers are called: redirects are not followed, and private addresses are not called."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
    if message.secret:
        signed_at = int(timezone.now().timestamp())
        headers["X-OpenADR-Signature"] = signature(message.document, [message.secret], signed_at)
    try:
        reply = await outgoing.call("POST", message.contact.endpoint, headers, message.document)
    except CallFailed as failure:
        return outcomes.no_reply(str(failure))
    return outcomes.of_reply(reply.status, reply.body, reply.retry_after, timezone.now())


def _context(participant_id: str) -> str:
    return f"webhook secret of participant {participant_id}"
