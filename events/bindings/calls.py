"""Calls of backends, each in a thread of its own: one that never comes back takes nothing with it but that."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from django.db import connections

Answer = TypeVar("Answer")

# Of one binding. Each holds a thread for as long as the process lives.
_MOST_OVERDUE = 8


class TooManyOverdue(Exception):
    """So many calls for this binding have not come back that none is added."""

    def __init__(self) -> None:
        super().__init__(f"{_MOST_OVERDUE} earlier calls have not come back; the worker has to be restarted")


class Calls:
    """Threads that nobody waits for in the end: the pool of the standard library would, when the process is to stop."""

    def __init__(self) -> None:
        self._overdue: Counter[int] = Counter()
        self._lock = threading.Lock()

    async def wait_for(self, binding_id: int, call: Callable[[], Answer], *, seconds: float) -> Answer:
        """What the call gives or raises. Raises `TimeoutError`, `TooManyOverdue`."""
        future = self._start(binding_id, call)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            self._give_up(binding_id, future)
            raise

    def result_of(self, binding_id: int, call: Callable[[], Answer], *, seconds: float) -> Answer:
        """The same where there is no event loop."""
        future = self._start(binding_id, call)
        try:
            return future.result(seconds)
        except TimeoutError:
            self._give_up(binding_id, future)
            raise

    def _start(self, binding_id: int, call: Callable[[], Answer]) -> Future[Answer]:
        if self._overdue[binding_id] >= _MOST_OVERDUE:
            raise TooManyOverdue
        future: Future[Answer] = Future()
        future.set_running_or_notify_cancel()  # from here on it cannot be cancelled, and takes a result
        threading.Thread(target=_run, args=(call, future), name="vtn-backend", daemon=True).start()
        return future

    def _give_up(self, binding_id: int, future: Future[Answer]) -> None:
        """Counts it until it comes back after all."""
        self._count(binding_id, +1)
        future.add_done_callback(lambda _: self._count(binding_id, -1))

    def _count(self, binding_id: int, change: int) -> None:
        with self._lock:
            self._overdue[binding_id] += change


def _run(call: Callable[[], Answer], future: Future[Answer]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:
        # SystemExit too: it would end this thread alone, and nobody would hear of it.
        future.set_exception(error)
    finally:
        # A backend may have asked the database something.
        connections.close_all()


calls = Calls()
