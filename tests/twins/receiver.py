"""A receiver of webhooks, well-behaved or not: the path that is called says how it behaves."""

from __future__ import annotations

import json
import ssl
import threading
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.twins.http_server import Handler, HttpServer


class Heard(NamedTuple):
    """A request that came in."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


class Receiver(HttpServer):
    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.heard: list[Heard] = []
        self.is_called = threading.Event()
        super().__init__(self._handler(), tls)

    def _handler(self) -> type[Handler]:
        receiver = self

        class Hearing(Handler):
            def do_GET(self) -> None:
                receiver._hear(self)

            def do_POST(self) -> None:
                receiver._hear(self)

        return Hearing

    def _hear(self, request: Handler) -> None:
        parts = urlsplit(request.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        self.heard.append(Heard(request.command, parts.path, query, dict(request.headers)))
        self.is_called.set()
        echo = query.get("echo", [""])[0]
        request.close_connection = True
        with suppress(ConnectionError, ssl.SSLError):  # when the caller has had enough
            self._behave(request, parts.path.rpartition("/")[2], echo)

    def _behave(self, request: Handler, how: str, echo: str) -> None:
        if how == "silent":
            request.answer(200, b"thank you")
        elif how == "wrong":
            request.answer(500, echo.encode())
        elif how == "redirect":
            request.answer(302, b"", {"Location": self.url(f"/echo?echo={echo}")})
        elif how == "slow":
            self.go_on.wait(60)
            request.answer(200, echo.encode())
        elif how == "flood":
            request.answer(200, echo.encode() + b" " * (1 << 20))
        elif how == "early":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + echo.encode())
        elif how == "trickle":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not self.go_on.wait(0.05):
                request.wfile.write(b".")
        elif how == "hints":
            request.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3)
            request.answer(200, echo.encode())
        elif how == "switch":
            request.wfile.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"
            )
        elif how == "nothing":
            request.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        elif how == "unchanged":
            request.wfile.write(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n")
        elif how == "headers":
            request.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-More: and more\r\n" * 100_000)
        elif how == "nonsense":
            request.wfile.write(b"220 mail.example ESMTP\r\n")
        else:
            request.answer(200, json.dumps({"echo": echo}).encode())
