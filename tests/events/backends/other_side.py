"""A system that backends call: answers every method, as it was told to."""

from __future__ import annotations

import json
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tests.twins.http_server import Handler, HttpServer


class Heard(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    heard_at: datetime

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Reply(NamedTuple):
    """A status of 0 waits for `go_on` and closes the connection."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = {}


class OtherSide(HttpServer):
    """Answers 200, or what is in `replies`, one after the other."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.replies: deque[Reply] = deque()
        super().__init__(self._handler())
        self.root = self.url()

    def _handler(self) -> type[Handler]:
        side = self

        class Hearing(Handler):
            def hear(self) -> None:
                now = datetime.now(UTC)
                side.heard.append(Heard(self.command, self.path, dict(self.headers), self.read_body(), now))
                reply = side.replies.popleft() if side.replies else Reply(200, b"thanks")
                with suppress(ConnectionError):
                    self._say(reply)

            def _say(self, reply: Reply) -> None:
                if reply.status == 0:
                    side.go_on.wait(60)
                    self.close_connection = True
                else:
                    self.answer(*reply)

        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
            setattr(Hearing, f"do_{method}", Hearing.hear)
        return Hearing
