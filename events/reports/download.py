"""A file of readings as an answer of the admin."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils import timezone

_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


def download(format_: str, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    name = f"readings-{timezone.now():%Y%m%d-%H%M%S}.{format_}"
    return StreamingHttpResponse(
        pieces,
        content_type=_MEDIA_TYPES[format_],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
