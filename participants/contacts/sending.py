"""Sends one message by the way of its contact, and says what came of it, whatever it was."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from django.conf import settings

from participants.callbacks import host_of
from participants.contacts.contact import Contact, ContactProtocol
from participants.contacts.email import send_email
from participants.contacts.message import Message, Undeliverable
from participants.contacts.sms import send_sms
from participants.contacts.webhooks import call_webhook
from vtn.deliveries import outcomes
from vtn.deliveries.outcomes import End, Outcome
from vtn.dialect import Dialect
from vtn.notifiers.client import Outgoing
from vtn.notifiers.rules import CallbackRules

logger = logging.getLogger(__name__)

# Mail servers and gateways are spoken to one call after the other, each in a thread. The event loop does not wait for
# these at its end.
_AT_ONCE = 16
_threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="vtn-contact")
_WAYS: dict[ContactProtocol, Callable[[Message], str]] = {
    ContactProtocol.EMAIL: send_email,
    ContactProtocol.SMS: send_sms,
}
_LONGEST_REASON = 1_000


def host_called(contact: Contact) -> str:
    """Whom a message needs: what fails there fails for all who are reached that way."""
    return (
        host_of(contact.endpoint) if contact.protocol is ContactProtocol.WEBHOOK else contact.protocol.value
    )


@asynccontextmanager
async def sender() -> AsyncIterator[Callable[[Message], Awaitable[Outcome]]]:
    """What sends, for as long as the event loop in which it is opened runs."""
    places = asyncio.Semaphore(_AT_ONCE)
    async with Outgoing(CallbackRules.of(Dialect.V310).calls) as outgoing:

        async def send(message: Message) -> Outcome:
            if message.contact.protocol is ContactProtocol.WEBHOOK:
                return await call_webhook(outgoing, message)
            # The time to wait for a thread does not count: what had not begun would be sent twice.
            async with places:
                return await _in_a_thread(_WAYS[message.contact.protocol], message)

        yield send


async def _in_a_thread(way: Callable[[Message], str], message: Message) -> Outcome:
    limit = settings.CONTACT_TIMEOUT
    sending = asyncio.get_running_loop().run_in_executor(_threads, way, message)
    try:
        answer = await asyncio.wait_for(sending, limit)
    except TimeoutError:
        return outcomes.no_reply(f"did not come back within {limit:g} seconds")
    except Undeliverable as error:
        return Outcome(End.REFUSED, reason=_storable(str(error)))
    except Exception as error:
        # A mail server that is away says so in many ways, and a gateway is somebody else's code.
        logger.info("%s %s: %r", message.contact.protocol, message.key, error)
        return outcomes.no_reply(_storable(repr(error)))
    return Outcome(End.DELIVERED, answer=_storable(answer))


def _storable(text: str) -> str:
    """PostgreSQL has no NUL in text."""
    return text[:_LONGEST_REASON].replace("\0", "\ufffd")
