"""How Eniris says no: `{"statusCode", "error", "message"}`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from events.backends.twins.serving import Reply

MISFORMATTED = "Missing or misformatted query parameter or body"
NO_RIGHTS = "User does not have sufficient rights"


class Answer(Exception):
    """Ends a call with an answer."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        body = {"statusCode": status, "error": HTTPStatus(status).phrase, "message": message, **more}
        headers = {"Retry-After": str(more["retryAfter"])} if "retryAfter" in more else {}
        self.reply = Reply(status, body, headers=headers)
