"""A receiver of webhooks, well-behaved or not: the path that is called says how it behaves."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit


class Heard(NamedTuple):
    """A request that came in."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


class Receiver:
    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.heard: list[Heard] = []
        self.is_called = threading.Event()
        self.go_on = threading.Event()  # what the slow ones wait for
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.scheme = "http" if tls is None else "https"
        self.port = self._server.server_address[1]

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @contextmanager
    def running(self) -> Iterator[Receiver]:
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
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                receiver._hear(self)

            def do_POST(self) -> None:
                receiver._hear(self)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _hear(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        assert request.command is not None
        self.heard.append(Heard(request.command, parts.path, query, dict(request.headers)))
        self.is_called.set()
        echo = query.get("echo", [""])[0]
        request.close_connection = True
        with suppress(ConnectionError, ssl.SSLError):  # when the caller has had enough
            self._behave(request, parts.path.rpartition("/")[2], echo)

    def _behave(self, request: BaseHTTPRequestHandler, how: str, echo: str) -> None:
        if how == "silent":
            _answer(request, 200, b"thank you")
        elif how == "wrong":
            _answer(request, 500, echo.encode())
        elif how == "redirect":
            _answer(request, 302, b"", Location=self.url(f"/echo?echo={echo}"))
        elif how == "slow":
            self.go_on.wait(60)
            _answer(request, 200, echo.encode())
        elif how == "flood":
            _answer(request, 200, echo.encode() + b" " * (1 << 20))
        elif how == "early":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + echo.encode())
        elif how == "trickle":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not self.go_on.wait(0.05):
                request.wfile.write(b".")
        elif how == "hints":
            request.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3)
            _answer(request, 200, echo.encode())
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
            _answer(request, 200, json.dumps({"echo": echo}).encode())


def _answer(request: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)
