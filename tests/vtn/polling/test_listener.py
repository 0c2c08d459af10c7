"""Hearing of changes, on a real connection."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.vtn.polling.conftest import soon
from vtn.polling import listener
from vtn.polling.listener import CHANNEL, Listener
from vtn.polling.state import connection_parameters

MANY = 2_000


@pytest.fixture
def heard(transactional_db: None) -> Iterator[list[tuple[int, float]]]:
    """The numbers of the changes that are heard of from now on, and when each is."""
    found: list[tuple[int, float]] = []
    one = Listener(
        connection_parameters,
        heard=lambda change, _: found.append((change, time.monotonic())),
        deaf=lambda: None,
    )
    one.start()
    try:
        soon(lambda: one.is_up)
        yield found
    finally:
        one.stop()


@pytest.fixture
def announce() -> Iterator[Callable[..., None]]:
    with psycopg.connect(**connection_parameters(), autocommit=True) as writer:

        def announce(*changes: int) -> None:
            for change in changes:
                writer.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps([change, "events:*"])])

        yield announce


def test_each_of_many_changes_is_heard_of_once_and_in_order(heard, announce):
    """Those that wake it, and those that come while it gathers."""
    announce(*range(MANY))

    soon(lambda: len(heard) >= MANY)
    assert [change for change, _ in heard] == list(range(MANY))


def test_changes_that_follow_one_are_heard_of_together(heard, announce, monkeypatch):
    monkeypatch.setattr(listener, "_GATHERS_FOR", 0.5)

    announce(0)
    soon(lambda: len(heard) == 1)
    announce(1, 2)
    soon(lambda: len(heard) == 3)

    (_, first_at), (_, second_at), (_, third_at) = heard
    assert second_at - first_at >= 0.5
    assert third_at - second_at < 0.5
