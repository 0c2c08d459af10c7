"""The ways to reach the people of a participant: pure rules."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple, Protocol

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from vtn import errors
from vtn.dialect import Dialect
from vtn.notifiers.callbacks import require_well_formed
from vtn.notifiers.rules import CallbackRules

# An index holds who was told of what, and takes no more than 2,704 bytes of it.
LONGEST_WEBHOOK = 2_000
# A telephone number as people write it, and what they put between its digits.
_NUMBER = re.compile(r"\+?\d{3,15}", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"[ ()./-]")


class ContactProtocol(StrEnum):
    """`protocol` of a DR notification."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"


class Contact(NamedTuple):
    """Where a message goes, and by which way."""

    protocol: ContactProtocol
    endpoint: str


class Reachable(Protocol):
    """What a participant says of its people."""

    contact_user: str
    phone_contact: str
    webhook: str


def contacts_of(reachable: Reachable) -> list[Contact]:
    """`contactUser` may be a name, and `phoneContact` anything: what cannot be written to is no contact."""
    found: list[Contact] = []
    if _is_email(reachable.contact_user):
        found.append(Contact(ContactProtocol.EMAIL, reachable.contact_user))
    number = _BETWEEN_DIGITS.sub("", reachable.phone_contact)
    if _NUMBER.fullmatch(number):
        found.append(Contact(ContactProtocol.SMS, number))
    if reachable.webhook:
        found.append(Contact(ContactProtocol.WEBHOOK, reachable.webhook))
    return found


def require_callable_webhook(url: str) -> None:
    """As for a callback of 3.1.0, but shorter; which address it is at is looked at when it is called. Raises
    `Invalid`."""
    if len(url) > LONGEST_WEBHOOK:
        raise errors.Invalid(f"contactWebhook: a URL has no more than {LONGEST_WEBHOOK} characters")
    require_well_formed({url: "contactWebhook"}, CallbackRules.of(Dialect.V310))


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
