"""Versions of what answers depend on, in memory shared by all processes of a host."""

from __future__ import annotations

import mmap
import os
import threading
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

SLOTS = 1 << 16
_HEARD = 1 << 12
_LAST_MOVE = SLOTS + _HEARD

# Moved when more changed than is worth naming; every kept answer depends on it.
EVERYTHING = "everything"


@lru_cache(maxsize=20_000)
def slot(key: str) -> int:
    """The place of a key in the map. Two keys may share one, which only costs a needless miss."""
    return zlib.crc32(key.encode()) % SLOTS


class Versions:
    """A table of 64-bit versions, a ring of the changes that have been heard of, and the last change of all, in a
    mapped file.

    A version is a random number, not a counter: setting it reads nothing, so two writers cannot undo each other
    and no lock is needed. Aligned 8-byte stores are seen whole or not at all.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        size = (_LAST_MOVE + 1) * 8
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(descriptor).st_size < size:
                os.ftruncate(descriptor, size)
            self._cells = memoryview(mmap.mmap(descriptor, size)).cast("Q")
        finally:
            os.close(descriptor)
        self._moving = threading.Lock()

    def read(self, slots: Iterable[int]) -> tuple[tuple[int, int], ...]:
        """Slots with their versions now. Read them before the rows that an answer is made of."""
        return tuple((place, self._cells[place]) for place in slots)

    def still(self, seen: tuple[tuple[int, int], ...]) -> bool:
        """Nothing in what was read has moved since."""
        cells = self._cells
        for place, version in seen:  # noqa: SIM110 - in words of `all` it takes twice as long, at every poll
            if cells[place] != version:
                return False
        return True

    @property
    def last_move(self) -> int:
        """Another number after any change. Read it before what is held to be good until then."""
        return self._cells[_LAST_MOVE]

    def move(self, change: int, keys: Iterable[str]) -> None:
        """Gives the keys new versions, once per change: a change that this host has heard of moves nothing again.

        Two processes may both move for one change; that costs a miss and is harmless.
        """
        place = SLOTS + change % _HEARD
        if self._cells[place] == change:
            return
        with self._moving:
            for key in keys:
                self._cells[slot(key)] = _random_version()
        # Behind the versions, also in the eyes of another processor: taking the lock anew sees to that.
        with self._moving:
            self._cells[_LAST_MOVE] = _random_version()
            self._cells[place] = change


def _random_version() -> int:
    return int.from_bytes(os.urandom(8), "little")
