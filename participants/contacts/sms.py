"""Text messages, through a gateway that `config/wiring.py` names."""

from __future__ import annotations

import logging
from typing import Protocol

from participants.contacts.message import Message
from vtn.wiring import wired

logger = logging.getLogger(__name__)

LONGEST = 320  # characters: two messages of a telephone


class SmsGateway(Protocol):
    """What the operator's provider of text messages looks like to us. It is made anew for each message."""

    def send(self, number: str, text: str, *, key: str) -> str:
        """Hands a message of up to 320 characters over, and says in a few words what came of it. `key` is the same at
        every attempt. Called in a thread, and has a limit of time of its own. Raises `Undeliverable` where no other try
        can help; anything else is tried again."""


class ConsoleSms:
    """Sends nothing, and logs that it would have: for laptops, and until a gateway is named."""

    def send(self, number: str, text: str, *, key: str) -> str:
        logger.info("Text message %s to %s: %s", key, number, text)
        return "logged; no gateway is named"


def send_sms(message: Message) -> str:
    """Raises what the gateway does."""
    gateway: SmsGateway = wired("sms_gateway")()
    return gateway.send(message.contact.endpoint, message.short[:LONGEST], key=message.key)
