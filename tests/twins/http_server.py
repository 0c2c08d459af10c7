"""A server on a free port of this machine, for twins that are called by HTTP."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from events.backends.twins.serving import served


class HttpServer:
    """`go_on` is what handlers wait for that are slow; it comes at the end at the latest."""

    def __init__(
        self,
        handler: type[BaseHTTPRequestHandler],
        tls: ssl.SSLContext | None = None,
        *,
        at: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        self.go_on = threading.Event()
        self._server = _Server(at, handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.scheme = "http" if tls is None else "https"
        self.port = self._server.server_address[1]

    def url(self, path: str = "", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @contextmanager
    def running(self) -> Iterator[Self]:
        with served(self._server):
            try:
                yield self
            finally:
                self.go_on.set()


class Handler(BaseHTTPRequestHandler):
    """Connections stay open, and nothing is printed."""

    protocol_version = "HTTP/1.1"

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 512  # of the socket, which is made when the server is
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A caller who was killed is no news."""
