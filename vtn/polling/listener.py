"""Hears of changes made elsewhere by PostgreSQL's NOTIFY, and knows when it might have missed one."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

logger = logging.getLogger(__name__)

CHANNEL = "vtn_versions"
APPLICATION_NAME = "vtn-versions"  # how the connection shows in pg_stat_activity

# A connection may die without a word. One that has not proved itself for this long is taken for dead.
_PROOF_EVERY, _PROOF_GOOD_FOR = 1.0, 5.0
_RETRY_AFTER = 0.5
# For so long it does not listen after a change, and then hears of all that came meanwhile: to wake up in each process
# for each write cost a twentieth of the write.
_GATHERS_FOR = 0.01


class Listener:
    """One thread with a connection of its own. `is_up` says that no change can be missed; it may be heard of a little
    later."""

    def __init__(
        self,
        conninfo: Callable[[], dict[str, Any]],
        *,
        heard: Callable[[int, list[str]], None],
        deaf: Callable[[], None],
    ) -> None:
        self._conninfo, self._heard, self._deaf = conninfo, heard, deaf
        self._proved_at = float("-inf")
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._stopping = threading.Event()

    @property
    def is_up(self) -> bool:
        return time.monotonic() - self._proved_at < _PROOF_GOOD_FOR

    def start(self) -> None:
        """Starts the thread once; call it in the process that serves, after any fork."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="vtn-versions", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Ends the thread and its connection; until then a database cannot be dropped."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            # Also what comes of a payload that is none of ours: whatever it meant, it was not heard.
            except Exception as error:
                logger.warning("Kept answers are off until the database is heard again: %s", error)
            self._proved_at = float("-inf")
            self._deaf()
            self._stopping.wait(_RETRY_AFTER)

    def _listen(self) -> None:
        with psycopg.connect(
            **self._conninfo(), autocommit=True, application_name=APPLICATION_NAME
        ) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            # What happened before LISTEN took hold was not heard, so nothing may be left from before.
            self._deaf()
            self._proved_at = time.monotonic()
            while not self._stopping.is_set():
                self._hear_until(self._proved_at + _PROOF_EVERY, connection)
                # Only an answer is proof: notices may have waited since before the other side died. Those that come
                # with the answer are heard first.
                connection.execute("SELECT 1")
                self._hear(connection, timeout=0.0)
                self._proved_at = time.monotonic()

    def _hear_until(self, end: float, connection: psycopg.Connection) -> None:
        while (left := end - time.monotonic()) > 0.0 and not self._stopping.is_set():
            if self._hear(connection, timeout=left):
                self._stopping.wait(_GATHERS_FOR)
                # A time takes no more than a buffer full.
                while self._hear(connection, timeout=0.0) and time.monotonic() < end:
                    pass

    def _hear(self, connection: psycopg.Connection, *, timeout: float) -> bool:
        """What is there, or comes first within the timeout; whether there was anything."""
        notices = list(connection.notifies(timeout=timeout, stop_after=1))
        for notice in notices:
            change, *keys = json.loads(notice.payload)
            self._heard(change, keys)
        return bool(notices)
