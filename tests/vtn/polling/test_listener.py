"""Hearing of changes, on a real connection."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from vtn.polling.listener import CHANNEL, Listener
from vtn.polling.state import _connection_parameters

MANY = 2_000


@pytest.fixture
def heard(transactional_db: None) -> Iterator[list[int]]:
    """The numbers of the changes that a listener hears of, from now on."""
    numbers: list[int] = []
    listener = Listener(
        _connection_parameters, heard=lambda change, _: numbers.append(change), deaf=lambda: None
    )
    listener.start()
    soon(lambda: listener.is_up)
    yield numbers
    listener.stop()


def soon(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_each_of_many_changes_is_heard_of_once_and_in_order(heard):
    """Of those that come while it listens, and of those that come between two times."""
    with psycopg.connect(**_connection_parameters(), autocommit=True) as writer:
        for change in range(MANY):
            writer.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps([change, "events:*"])])

    soon(lambda: len(heard) >= MANY)
    assert heard == list(range(MANY))
