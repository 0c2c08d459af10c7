"""Answers and verified tokens as one process keeps them, bounded in bytes and in number."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import brotli

Value = TypeVar("Value")


class Seen(NamedTuple):
    """Slots with the versions they had, and how often this process had been deaf by then."""

    epoch: int
    cells: tuple[tuple[int, int], ...]


# Below this a compressed body saves no packet and costs the client a decompression.
_WORTH_COMPRESSING = 1_000
_BROTLI_QUALITY, _GZIP_LEVEL = 5, 6  # 0.7 ms for 100 kB; the next steps cost much more than they save


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Ready:
    """A body in one content coding, with the headers that are the same for everybody."""

    headers: list[tuple[str, str]]
    body: bytes


@dataclass(slots=True)
class Answer:
    """A body of JSON with what its freshness hangs on.

    `seen` are versions read before the rows, `good_until` the moment (Unix time) at which the clock alone
    changes the answer, `may_age` whether the reader's own cache may keep it for a while, `is_personal` whether it
    is for this client alone, `ready` what has been asked for so far, by content coding.
    """

    body: bytes
    seen: Seen
    may_age: bool
    is_personal: bool = False
    good_until: float = float("inf")
    etag: str = ""
    ready: dict[str, Ready] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.etag = hashlib.sha256(self.body).hexdigest()[:24]  # processors have instructions for it

    @property
    def weight(self) -> int:
        """Bytes of memory, roughly: the compressed forms come later, and may be as large as the body."""
        return len(self.body) * 2 + 700

    def encoded(self, coding: str) -> bytes:
        """The body in a content coding."""
        if coding == "br":
            return brotli.compress(self.body, quality=_BROTLI_QUALITY)
        return gzip.compress(self.body, _GZIP_LEVEL, mtime=0)

    @property
    def is_worth_compressing(self) -> bool:
        return len(self.body) >= _WORTH_COMPRESSING


class Kept(Generic[Value]):
    """The values used last, up to a total weight."""

    def __init__(self, capacity: int, weigh: Callable[[Any, Value], int]) -> None:
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._capacity, self._weigh, self._weight = capacity, weigh, 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        """Without the lock: this runs at every poll, and each single step is atomic under the GIL."""
        value = self._values.get(key)
        if value is not None:
            try:
                self._values.move_to_end(key)
            except KeyError:  # another thread has dropped it meanwhile
                return None
        return value

    def put(self, key: Hashable, value: Value) -> None:
        weight = self._weigh(key, value)
        if weight > self._capacity // 8:
            return
        with self._lock:
            self._forget(key)
            self._values[key] = value
            self._weight += weight
            while self._weight > self._capacity:
                self._weight -= self._weigh(*self._values.popitem(last=False))

    def drop(self, key: Hashable) -> None:
        with self._lock:
            self._forget(key)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._weight = 0

    def _forget(self, key: Hashable) -> None:
        value = self._values.pop(key, None)
        if value is not None:
            self._weight -= self._weigh(key, value)
