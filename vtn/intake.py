"""Looks at a request before Django does: how long its body is, whether it comes at all, and what it claims to be.

Django takes a body without a length for an empty one, decodes a query as the Content-Type of its sender says, and
waits for a body as long as its sender likes. The last would let a handful of connections that send nothing stop a
server of few threads, polls included.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from http import HTTPStatus
from io import BytesIO
from typing import Any
from wsgiref.types import WSGIApplication

from django.conf import settings

from vtn.places import NoPlace, places
from vtn.problem import body_at
from vtn.staff_session import is_for_staff, is_of_staff

# A poll never waits for anything: a body of a GET means nothing (RFC 9110 §9.3.1).
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# A body that has arrived is read in microseconds, so a place that is taken for longer is taken by a slow client, or by
# a check of somebody's callbacks.
_WAIT_FOR_A_PLACE = 0.5
# Many clients read no answer before they have sent everything. Up to a point they are heard out.
_MOST_DRAINED = 16 << 20
# Where Django finds the status of what was refused of staff (vtn/admin/uploads.py).
REFUSED = "vtn.refused"


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Intake:
    """A WSGI application around Django's, which gets whole bodies of a known length, or none."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._readers = ThreadPoolExecutor(max_workers=64, thread_name_prefix="vtn-body")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            _require_no_nul(environ)
            _ignore_charset(environ)
            body = b"" if environ["REQUEST_METHOD"] in _WITHOUT_BODY else self._body(environ)
        except _Refused as refusal:
            if refusal.status is HTTPStatus.BAD_REQUEST or not is_of_staff(environ):
                return _refuse(refusal, environ["PATH_INFO"], start_response)
            body, environ[REFUSED] = b"", refusal.status
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return self._application(environ, start_response)

    def _body(self, environ: dict[str, Any]) -> bytes:
        """The whole body. Raises `_Refused` when it is too long, or too slow."""
        length = environ.get("CONTENT_LENGTH") or "0"
        # Only a server that says so hands on the end of a chunked body.
        is_chunked = "HTTP_TRANSFER_ENCODING" in environ and bool(environ.get("wsgi.input_terminated"))
        if not is_chunked and not length.isdecimal():
            raise _Refused(HTTPStatus.BAD_REQUEST, "Content-Length is not a number")
        limit = settings.MAX_BODY_BYTES
        if not is_chunked and int(length) > limit and is_of_staff(environ):
            limit = max(limit, settings.MAX_UPLOAD_BYTES)
        # Of a chunked body, one byte more than is allowed is enough for it to be refused.
        wanted = limit + 1 if is_chunked else int(length)
        if wanted == 0:
            return b""
        try:
            with places().taken(wait=_WAIT_FOR_A_PLACE):
                reading = self._readers.submit(_read, environ["wsgi.input"], wanted, limit)
                body = reading.result(timeout=settings.BODY_TIMEOUT)
        except NoPlace:
            detail = "Too many clients are sending slowly; try again"
            raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE, detail) from None
        except TimeoutError:
            raise _Refused(HTTPStatus.REQUEST_TIMEOUT, "The body did not arrive in time") from None
        if wanted > limit and (not is_chunked or len(body) == wanted):
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is longer than {limit} bytes")
        if not is_chunked and len(body) < wanted:
            raise _Refused(HTTPStatus.BAD_REQUEST, "The body ended before its Content-Length")
        return body


def _read(stream: Any, wanted: int, limit: int) -> bytes:
    """So many bytes, or all there are. Of a body that is refused anyway nothing is kept."""
    if wanted > limit + 1:
        left = min(wanted, max(_MOST_DRAINED, 2 * limit))
        while left > 0 and (more := stream.read(min(left, 1 << 16))):
            left -= len(more)
        return b""
    body = bytearray()
    # A server may hand out less than is asked for before the end.
    while len(body) < wanted and (more := stream.read(wanted - len(body))):
        body += more
    return bytes(body)


def _require_no_nul(environ: dict[str, Any]) -> None:
    """PostgreSQL has no NUL in text, and the admin would ask it for one. The doors look at their queries themselves."""
    if "\0" in environ["PATH_INFO"]:
        raise _Refused(HTTPStatus.BAD_REQUEST, "The path holds a NUL character")
    if "%00" in environ.get("QUERY_STRING", "") and is_for_staff(environ):
        raise _Refused(HTTPStatus.BAD_REQUEST, "The query holds a NUL character")


def _ignore_charset(environ: dict[str, Any]) -> None:
    """JSON and forms are UTF-8 here. Django would decode the query, too, in whatever codec is named."""
    media_type, separator, parameters = environ.get("CONTENT_TYPE", "").partition(";")
    if separator and "charset" in parameters.lower():
        kept = [part for part in parameters.split(";") if not part.strip().lower().startswith("charset")]
        environ["CONTENT_TYPE"] = ";".join([media_type, *kept])


def _refuse(refusal: _Refused, path: str, start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = json.dumps(body_at(path, refusal.status, refusal.detail)).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if refusal.status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", "1"))
    start_response(f"{refusal.status.value} {refusal.status.phrase}", headers)
    return [body]
