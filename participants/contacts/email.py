"""E-mail, by whichever of Django's backends the settings name."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage

from participants.contacts.message import Message, Undeliverable

_LONGEST_SUBJECT = 150
# A host of its own for every installation says nothing more: what is in front of it is unique.
_DOMAIN = "dr-notification.invalid"


def send_email(message: Message) -> str:
    """Comes back when the mail server has taken it. Raises `Undeliverable` where it will never take this recipient."""
    try:
        EmailMessage(
            subject=_one_line(message.subject),
            body=message.text,
            to=[message.contact.endpoint],
            # Programs that read mail show a message with the same id once, should it ever be sent twice.
            headers={"Message-ID": f"<{message.key}@{_DOMAIN}>", "Auto-Submitted": "auto-generated"},
        ).send()
    except smtplib.SMTPRecipientsRefused as error:
        replies = list(error.recipients.values())
        if all(code >= 500 for code, _ in replies):
            raise Undeliverable(f"The mail server refuses the recipient: {_in_words(replies)}") from None
        raise
    return "taken by the mail server"


def _one_line(subject: str) -> str:
    """A line break would begin another header."""
    return " ".join("".join(each if each.isprintable() else " " for each in subject).split())[
        :_LONGEST_SUBJECT
    ]


def _in_words(replies: list[tuple[int, bytes]]) -> str:
    return "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in replies)
