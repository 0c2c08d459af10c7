"""Calls that wait for their answers at once, in a thread of their own."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from tests.vtn.deliveries.test_windows import TAKEN, claimed
from vtn.deliveries.sending import Sending


class Slow:
    """A channel whose requests are the seconds that they take."""

    @asynccontextmanager
    async def open(self):
        async def send(seconds):
            await asyncio.sleep(seconds)
            return TAKEN

        yield send


@pytest.fixture
def sending():
    with Sending({"webhook": Slow()}, patience=60) as sending:
        yield sending


def sent(sending, *seconds):
    """One delivery for each, all of one host, claimed now."""
    now = time.monotonic()
    sending.add([(claimed(number)._replace(claimed_at=now), each) for number, each in enumerate(seconds)])


def ids(ended):
    return sorted(each.id for each, outcome in ended if outcome is TAKEN)


def test_without_gathering_the_first_to_end_is_told_at_once(sending):
    sent(sending, 0.0, 1.0)

    assert ids(sending.ended(wait=10)) == [0]
    assert ids(sending.ended(wait=10)) == [1]


def test_what_ends_while_it_gathers_is_told_with_the_first(sending):
    sent(sending, 0.0, 0.1, 30.0)

    assert ids(sending.ended(wait=10, gather=2.0)) == [0, 1]


def test_nothing_is_gathered_where_nothing_ends(sending):
    assert sending.ended(wait=0.01, gather=60.0) == []
