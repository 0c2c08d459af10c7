"""Remembers who asked what last, and writes it down behind everybody's back.

The gate notes a poll in a dict, hits included. A thread writes what was noted every few seconds, and once more as the
process ends. Nothing waits for it; while the database is away, or as a process is killed, these notes are lost, and
nothing else.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from typing import Any, NamedTuple

import psycopg

from vtn.polling.questions import about

logger = logging.getLogger(__name__)

APPLICATION_NAME = "vtn-polls"  # how the connection shows in pg_stat_activity
QUESTIONS_OF_A_CLIENT = 20
_EVERY = 5.0
_MOST_NOTED = 200_000  # questions between two writes; one more is not noted
_LONGEST = 1_000  # of path and query each, as the columns are
_LONGEST_KEY = (
    2_000  # bytes of both: an index takes 2 704, and a row that it cannot take takes all others with it
)

# All workers write rows in one order, so that no two wait for each other.
_WRITE = """
    WITH polls AS (
        SELECT * FROM unnest(%(clients)s::text[], %(paths)s::text[], %(queries)s::text[], %(abouts)s::text[],
            %(statuses)s::int[], %(moments)s::timestamptz[])
        AS polled (client_id, path, query, about, status, polled_at)
    ),
    pollers AS (
        INSERT INTO vtn_poller AS poller (client_id, polled_at)
        SELECT client_id, max(polled_at) FROM polls GROUP BY client_id ORDER BY client_id
        ON CONFLICT (client_id) DO UPDATE SET polled_at = excluded.polled_at
            WHERE excluded.polled_at > poller.polled_at
    )
    INSERT INTO vtn_poll AS poll (client_id, path, query, about, status, polled_at)
    SELECT * FROM polls ORDER BY client_id, path, query
    ON CONFLICT (client_id, path, query) DO UPDATE SET status = excluded.status, polled_at = excluded.polled_at
        WHERE excluded.polled_at > poll.polled_at
    RETURNING client_id, xmax = 0 AS is_new
"""
_TRIM = """
    DELETE FROM vtn_poll WHERE (client_id, path, query) IN (
        SELECT client_id, path, query FROM (
            SELECT client_id, path, query,
                row_number() OVER (PARTITION BY client_id ORDER BY polled_at DESC, path, query) AS place
            FROM vtn_poll WHERE client_id = ANY(%(clients)s)
        ) AS placed WHERE place > %(most)s
    )
"""


class Question(NamedTuple):
    """Who asks, and what: the key under which a poll is noted."""

    client_id: str
    path: str
    query: str


class Polls:
    """The notes of this process."""

    def __init__(self, conninfo: Callable[[], dict[str, Any]]) -> None:
        self._conninfo = conninfo
        self._noted: dict[Question, tuple[str, float]] = {}
        self._thread: threading.Thread | None = None
        self._starting, self._writing = threading.Lock(), threading.Lock()
        self._stopping = threading.Event()

    def note(self, question: Question, status: str, at: float) -> None:
        """A question was answered at this Unix time, with a status that begins with its number. One dict write."""
        self._noted[question] = status, at

    def start(self) -> None:
        """Starts the thread once; call it in the process that serves, after any fork. It ends with `stop` alone."""
        if self._thread is not None:
            return
        with self._starting:
            if self._thread is None:
                # Runs at the end of a child of multiprocessing, too, which web workers are, where atexit may not.
                Finalize(None, self.stop, exitpriority=10)
                self._thread = threading.Thread(target=self._run, name="vtn-polls", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Writes down what is left, and ends the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self.flush()

    def flush(self) -> None:
        """Writes down what was noted so far; what cannot be written is forgotten."""
        with self._writing:
            noted, self._noted = self._noted, {}
            rows = _rows(noted)
            if not rows["clients"]:
                return
            try:
                self._write(rows)
            except psycopg.Error as error:
                logger.warning("The last polls of %d questions are lost: %s", len(noted), error)

    def _run(self) -> None:
        while not self._stopping.wait(_EVERY):
            self.flush()

    def _write(self, rows: dict[str, list[Any]]) -> None:
        """With a connection of its own each time: none is left open that others would have to wait for."""
        with psycopg.connect(**self._conninfo(), application_name=APPLICATION_NAME) as connection:
            written = connection.execute(_WRITE, rows).fetchall()
            grown = sorted({client_id for client_id, is_new in written if is_new})
            if grown:
                connection.execute(_TRIM, {"clients": grown, "most": QUESTIONS_OF_A_CLIENT})


def _rows(noted: dict[Question, tuple[str, float]]) -> dict[str, list[Any]]:
    """By column. A request that is still in the gate may note into a dict that was taken already: hence the copy."""
    polls = [
        (*question, about(question.path, question.query), int(status[:3]), datetime.fromtimestamp(at, UTC))
        for question, (status, at) in noted.copy().items()
        if _fits(question)
    ][:_MOST_NOTED]
    names = ("clients", "paths", "queries", "abouts", "statuses", "moments")
    columns = zip(*polls, strict=True) if polls else ([] for _ in names)
    return dict(zip(names, map(list, columns), strict=True))


def _fits(question: Question) -> bool:
    path, query = question.path, question.query
    return max(len(path), len(query)) <= _LONGEST and len((path + query).encode()) <= _LONGEST_KEY
