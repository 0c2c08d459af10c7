"""What comes in and goes out: JSON, and only JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from vtn import errors
from vtn.wire import body


class AlwaysJson(BaseContentNegotiation):
    """Every answer is JSON, whatever `Accept` says: the files offer nothing else, errors included."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class JsonBody(BaseParser):
    """A JSON body up to the limit, with numbers kept as they were written."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        limit = settings.MAX_BODY_BYTES
        text = stream.read(limit + 1)
        if len(text) > limit:
            raise errors.TooLarge(f"The body is longer than {limit} bytes")
        value = body.decode(text)
        return body.without_nulls(value) if b"null" in text else value
