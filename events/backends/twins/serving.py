"""What all twins share: a server that can be told to answer something else, to be slow, or to be away.

`POST /_twin/next {"status": 503, "times": 2}` has the next two calls answered so, with `body`, `headers` and
`contentType` where given; `POST /_twin/mood {"latency": 0.5, "isAway": true}` holds until it is told otherwise. Who is
away closes connections without a word. `GET /` is a page to look at.
"""

from __future__ import annotations

import json
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from typing import Any, Self
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Heard:
    """A call that came in; the names of `headers` are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    def json(self) -> Any:
        """Raises `ValueError`."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """A body of None is none at all, a text or bytes go out as they are, anything else as JSON."""

    status: int = 200
    body: Any = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


class Twin(ABC):
    """Use `running()`. What it was told and what it holds is in memory, and gone with it."""

    title = "Twin"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.heard: list[Heard] = []
        self.latency, self.is_away = 0.0, False
        self._next: deque[Reply] = deque()
        self._lock = threading.Lock()
        self._server = _Server((host, port), _handler_of(self))
        self.url = "http://{}:{}".format(*self._server.server_address[:2])

    @abstractmethod
    def reply(self, heard: Heard) -> Reply:
        """Answers as the other system does; called for one call at a time."""

    @abstractmethod
    def page(self) -> str:
        """The body of the page to look at, as HTML."""

    def told(self, name: str, told: Mapping[str, Any]) -> Reply:
        """Does what this twin alone can be told, at `/_twin/` and a name."""
        return Reply(404, {"message": f"This twin cannot be told '{name}'"})

    @abstractmethod
    def advice(self) -> str:
        """What to put into a binding that is to reach it."""

    def answer_next(self, reply: Reply, times: int = 1) -> None:
        with self._lock:
            self._next.extend([reply] * times)

    @contextmanager
    def running(self) -> Iterator[Self]:
        with served(self._server):
            yield self

    def handle(self, heard: Heard) -> Reply | None:
        """None: no answer at all."""
        if heard.path.startswith("/_twin/"):
            return self._told(heard)
        if heard.method == "GET" and heard.path == "/":
            with self._lock:
                page = _PAGE.format(title=self.title, body=self.page())
            return Reply(body=page, content_type="text/html; charset=utf-8")
        with self._lock:
            self.heard.append(heard)
            if self.is_away:
                return None
            reply = self._next.popleft() if self._next else self.reply(heard)
        time.sleep(self.latency)
        return reply

    def _told(self, heard: Heard) -> Reply:
        try:
            told = heard.json()
            if heard.path == "/_twin/next":
                self.answer_next(_reply_of(told), int(told.get("times", 1)))
            elif heard.path == "/_twin/mood":
                self.latency = float(told.get("latency", self.latency))
                self.is_away = bool(told.get("isAway", self.is_away))
            else:
                with self._lock:
                    return self.told(heard.path.removeprefix("/_twin/"), told)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return Reply(400, {"message": f"That is nothing to tell a twin: {error!r}"})
        return Reply(204)


@contextmanager
def served(server: BaseServer) -> Iterator[None]:
    """It answers in a thread of its own, until the end."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A caller who has gone away is no news."""


def _reply_of(told: Mapping[str, Any]) -> Reply:
    return Reply(
        status=int(told["status"]),
        body=told.get("body"),
        content_type=str(told.get("contentType", "application/json")),
        headers={str(name): str(value) for name, value in told.get("headers", {}).items()},
    )


def _handler_of(twin: Twin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = twin.handle(Heard(self.command, self.path, headers, body))
            if reply is None:
                self.close_connection = True
                return
            with suppress(ConnectionError):
                self._write(reply)

        def _write(self, reply: Reply) -> None:
            body = reply.as_bytes()
            self.send_response(reply.status)
            if reply.status != 204:
                self.send_header("Content-Type", reply.content_type)
                self.send_header("Content-Length", str(len(body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - names of the standard library

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="1">
<title>{title}</title><style>body{{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}td,th{{border-bottom:1px solid #ddd;padding:.4rem .6rem;text-align:left}}
b.on{{color:#197a3e}}b.off{{color:#b3261e}}b.asked{{color:#8a5a00}}</style></head>
<body><h1>{title}</h1>{body}</body></html>
"""
