"""How many threads of this process may wait for somebody outside at a time: one fewer than there are, so that polls are
answered whatever others do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings


class NoPlace(Exception):
    """All threads that may wait are waiting."""


class Places:
    """Taken for as long as a thread waits for a slow body, or for the answer of somebody else's server."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)

    @contextmanager
    def taken(self, *, wait: float) -> Iterator[None]:
        """Raises `NoPlace` when there is none within so many seconds."""
        if not self._free.acquire(timeout=wait):
            raise NoPlace
        try:
            yield
        finally:
            self._free.release()


@cache
def places() -> Places:
    """Those of this process."""
    return Places(max(settings.WEB_THREADS - 1, 1))


@cache
def places_for_callbacks() -> Places:
    """As many of those as callbacks may take: of three threads, a receiver that never answers leaves one to whoever
    writes."""
    return Places(max(settings.WEB_THREADS - 2, 1))


@cache
def places_for_downloads() -> Places:
    """As many threads as may hand out a file for as long as a browser reads it. They hold up no body: one that is slow
    as well is given up after a while."""
    return Places(max(settings.WEB_THREADS - 1, 1))
