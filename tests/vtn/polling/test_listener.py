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
def heard() -> list[tuple[int, float]]:
    """The numbers of the changes that were heard of, and when each was; -1 where it was deaf."""
    return []


@pytest.fixture(autouse=True)
def listening(transactional_db: None, heard: list[tuple[int, float]]) -> Iterator[Listener]:
    listening = Listener(
        connection_parameters,
        heard=lambda change, _: heard.append((change, time.monotonic())),
        deaf=lambda: heard.append((-1, time.monotonic())),
    )
    listening.start()
    try:
        soon(lambda: listening.is_up)
        heard.clear()  # it begins deaf
        yield listening
    finally:
        listening.stop()


@pytest.fixture
def announce() -> Iterator[Callable[..., None]]:
    with psycopg.connect(**connection_parameters(), autocommit=True) as writer:

        def announce(*changes: int) -> None:
            for change in changes:
                writer.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps([change, "events:*"])])

        yield announce


@pytest.mark.parametrize("payload", ["", "not of ours", "{}", "7"])
def test_what_it_cannot_read_counts_as_missed_and_it_goes_on(heard, announce, listening, payload):
    with psycopg.connect(**connection_parameters(), autocommit=True) as other:
        other.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])

    soon(lambda: bool(heard))
    soon(lambda: listening.is_up)
    announce(1)
    soon(lambda: heard[-1][0] == 1)
    assert {change for change, _ in heard[:-1]} == {-1}


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
