"""A file of readings as an answer of the admin."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from vtn import errors
from vtn.places import NoPlace, places_for_downloads

_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_WAIT_FOR_A_PLACE = 0.5


def download(format_: str, pieces: Generator[bytes]) -> StreamingHttpResponse:
    """Raises `Busy` while as many files are being read as there are threads for."""
    name = f"readings-{timezone.now():%Y%m%d-%H%M%S}.{format_}"
    return StreamingHttpResponse(
        _InAPlace(pieces),
        content_type=_MEDIA_TYPES[format_],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


class _InAPlace:
    """The pieces, by a thread that has a place until they are closed, read or not."""

    def __init__(self, pieces: Generator[bytes]) -> None:
        self._pieces, self._place = pieces, ExitStack()
        try:
            self._place.enter_context(places_for_downloads().taken(wait=_WAIT_FOR_A_PLACE))
        except NoPlace:
            told = _("Other files are being downloaded; try again when they have arrived")
            raise errors.Busy(told, retry_after=10) from None

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        self._pieces.close()
        self._place.close()
