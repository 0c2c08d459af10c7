"""Somebody who is told of changes by webhooks, and may be told how to answer."""

from __future__ import annotations

import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


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


class _Server(ThreadingHTTPServer):
    request_queue_size = 512  # of the socket, which is made when the server is

    def handle_error(self, *_: Any) -> None:
        """A caller who was killed is no news."""


class Subscriber:
    """Answers 200, or what was put for a path into `answers`, one after the other; the last of them stays. A `mood`
    comes before them, for all paths."""

    def __init__(self, tls: ssl.SSLContext | None = None, *, at: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self.heard: list[Told] = []
        self.answers: dict[str, deque[Answer]] = {}
        self.mood: Callable[[], Answer] | None = None
        self.go_on = threading.Event()
        self._server = _Server(at, self._handler())
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.scheme = "http" if tls is None else "https"
        self.port = self._server.server_address[1]

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def answer(self, path: str, *answers: Answer) -> None:
        self.answers[path] = deque(answers)

    @contextmanager
    def running(self) -> Iterator[Subscriber]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.go_on.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        subscriber = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                subscriber.heard.append(Told(self.path, dict(self.headers), body))
                with suppress(ConnectionError, ssl.SSLError):  # when the caller has had enough
                    self._reply(subscriber._next_answer(self.path))

            def _reply(self, answer: Answer) -> None:
                if answer.status <= 0:
                    if answer.status < 0:
                        subscriber.go_on.wait(60)
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(answer.body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _next_answer(self, path: str) -> Answer:
        if self.mood is not None:
            return self.mood()
        answers = self.answers.get(path)
        if not answers:
            return Answer(200)
        return answers.popleft() if len(answers) > 1 else answers[0]
