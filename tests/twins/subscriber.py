"""Somebody who is told of changes by webhooks, and may be told how to answer."""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from tests.twins.http_server import Handler, HttpServer


class Told(NamedTuple):
    """A notification that came in."""

    path: str
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    """How a call is answered; a status of 0 closes the connection instead, one of -1 waits for `go_on`."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = {}


class Subscriber(HttpServer):
    """Answers 200, or what was put for a path into `answers`, one after the other; the last of them stays. A `mood`
    comes before them, for all paths."""

    def __init__(self, tls: ssl.SSLContext | None = None, *, at: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self.heard: list[Told] = []
        self.answers: dict[str, deque[Answer]] = {}
        self.mood: Callable[[], Answer] | None = None
        super().__init__(self._handler(), tls, at=at)

    def answer(self, path: str, *answers: Answer) -> None:
        self.answers[path] = deque(answers)

    def _handler(self) -> type[Handler]:
        subscriber = self

        class Hearing(Handler):
            def do_POST(self) -> None:
                subscriber.heard.append(Told(self.path, dict(self.headers), self.read_body()))
                with suppress(ConnectionError, ssl.SSLError):  # when the caller has had enough
                    self._reply(subscriber._next_answer(self.path))

            def _reply(self, answer: Answer) -> None:
                if answer.status > 0:
                    self.answer(*answer)
                    return
                if answer.status < 0:
                    subscriber.go_on.wait(60)
                self.close_connection = True

        return Hearing

    def _next_answer(self, path: str) -> Answer:
        if self.mood is not None:
            return self.mood()
        answers = self.answers.get(path)
        if not answers:
            return Answer(200)
        return answers.popleft() if len(answers) > 1 else answers[0]
