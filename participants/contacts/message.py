"""What is to be told to somebody, in the forms that the different ways need."""

from __future__ import annotations

from dataclasses import dataclass, field

from participants.contacts.contact import Contact


@dataclass(frozen=True, slots=True)
class Message:
    """`key` is the same at every attempt, so that a receiver knows what it has had. `subject` and `text` are for
    people, `short` for a small screen, `document` is the JSON for a program."""

    key: str
    contact: Contact
    subject: str
    text: str
    short: str
    document: bytes
    secret: str | None = field(default=None, repr=False)


class Undeliverable(Exception):
    """No other try can help. Its text is for staff."""
