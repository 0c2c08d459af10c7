"""Tells the workers that there is something to do, without the writer of it having to wait."""

from __future__ import annotations

import logging
import os
import threading
import time
from functools import cache

from celery import current_app

logger = logging.getLogger(__name__)

# Whoever writes has his answer first, and what is written meanwhile goes with the same wake-up: each costs the writer's
# process about a millisecond, half of what writing an event does.
_PAUSE = 0.03
_BETWEEN = 0.1  # two of them, while changes come one after the other
# A worker that is told later than this finds the work by itself.
_EXPIRES = 5.0
_SILENT_FOR = 30.0  # between two lines in the log about a broker that is down


def wake() -> None:
    """Comes back at once, be the broker there or not. Only a hint: the sweep finds whatever nobody was woken for."""
    _waker(os.getpid()).wake()


class Waker:
    """A thread that talks to the broker, which costs a writer more than a millisecond, and seconds when it is away."""

    def __init__(self) -> None:
        self._is_wanted = threading.Event()
        self._sent_at = self._logged_at = float("-inf")
        threading.Thread(target=self._run, name="vtn-wake", daemon=True).start()

    def wake(self) -> None:
        self._is_wanted.set()

    def _run(self) -> None:
        while True:
            self._is_wanted.wait()
            time.sleep(max(_PAUSE, self._sent_at + _BETWEEN - time.monotonic()))
            self._is_wanted.clear()
            self._send()
            self._sent_at = time.monotonic()

    def _send(self) -> None:
        try:
            current_app.send_task("vtn.tasks.carry_out", retry=False, expires=_EXPIRES, ignore_result=True)
        except Exception as error:
            # Whatever it is, the thread has to live on: nobody else wakes the workers.
            if time.monotonic() - self._logged_at > _SILENT_FOR:
                self._logged_at = time.monotonic()
                logger.warning("The workers cannot be woken; the sweep does it: %s", error)


@cache
def _waker(process: int) -> Waker:
    """The one of this process: threads do not come along through a fork."""
    return Waker()
