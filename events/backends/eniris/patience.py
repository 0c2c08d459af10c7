"""Who may call which host, and when.

Who is told to wait (429) and calls all the same, ten times in a minute, has its address banned for five. So a host that
said so is not called before the time is over, by any binding of this process; and few calls are on their way to it at a
time, as those that have left already cannot be called back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from events.backends.base import TryLater

_AT_ONCE, _QUEUE_SECONDS = 4, 10.0


class Patience:
    """Of one process, for all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        self._slots: dict[str, threading.Semaphore] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Waits until there is room for a call. Raises `TryLater` where none may be made for a while."""
        with self._lock:
            slot = self._slots.setdefault(host, threading.Semaphore(_AT_ONCE))
        if not slot.acquire(timeout=_QUEUE_SECONDS):
            raise TryLater("Too many calls to Eniris are on their way already")
        try:
            self._require(host)
            yield
        finally:
            slot.release()

    def wait(self, host: str, seconds: float) -> None:
        """It wants no calls for so long."""
        with self._lock:
            self._until[host] = max(self._until.get(host, 0.0), time.monotonic() + seconds)

    def _require(self, host: str) -> None:
        with self._lock:
            left = self._until.get(host, 0.0) - time.monotonic()
        if left > 0:
            raise TryLater(
                f"Eniris wants no calls for another {left:.0f} s", after=left, is_host_at_fault=True
            )
