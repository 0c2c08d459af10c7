"""Bodies that come without their length (`Transfer-Encoding: chunked`), which Django takes for empty ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.conf import settings

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def with_length(application: WsgiApplication) -> WsgiApplication:
    """The application, told the length of every body that the server itself knows the end of."""

    def measured(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" in environ and environ.get("wsgi.input_terminated"):
            # One byte more than is allowed is enough for it to be refused.
            body = _read(environ["wsgi.input"], settings.MAX_BODY_BYTES + 1)
            environ["CONTENT_LENGTH"] = str(len(body))
            environ["wsgi.input"] = BytesIO(body)
        return application(environ, start_response)

    return measured


def _read(stream: Any, most: int) -> bytes:
    """A server may hand out less than is asked for before the end."""
    body = b""
    while len(body) < most and (more := stream.read(most - len(body))):
        body += more
    return body
