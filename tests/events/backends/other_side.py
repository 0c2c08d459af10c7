"""A system that backends call: answers every method, as it was told to."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


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


class OtherSide:
    """Answers 200, or what is in `replies`, one after the other."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.replies: deque[Reply] = deque()
        self.go_on = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.root = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[OtherSide]:
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
        side = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                now = datetime.now(UTC)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                side.heard.append(Heard(self.command, self.path, dict(self.headers), body, now))
                reply = side.replies.popleft() if side.replies else Reply(200, b"thanks")
                with suppress(ConnectionError):
                    self._say(reply)

            def _say(self, reply: Reply) -> None:
                if reply.status == 0:
                    side.go_on.wait(60)
                    return
                self.send_response(reply.status)
                self.send_header("Content-Length", str(len(reply.body)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply.body)

            def log_message(self, *_: Any) -> None:
                pass

        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.answer)
        return Handler
