"""One process at a time tells the broker who may read what: others do not wait for it, and lose nothing."""

from __future__ import annotations

import threading

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection

from participants.mqtt import tasks
from participants.mqtt.dynamic_security import TURN, bring_up_to_date
from tests.participants.conftest import known_client
from vtn.caller import Role
from vtn.turns import long_turn


@pytest.fixture(autouse=True)
def nobody_was_at_it():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def follow_ups(monkeypatch):
    """Those that were sent, with their options."""
    sent = []
    monkeypatch.setattr(tasks.follow_up_access, "apply_async", lambda **options: sent.append(options))
    return sent


@pytest.fixture
def somebody_else():
    """Is at it until told to let go."""
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with long_turn(TURN) as is_ours:
            assert is_ours
            held.set()
            let_go.wait(60)
        connection.close()

    thread = threading.Thread(target=hold)

    def stop():
        let_go.set()
        thread.join()

    thread.start()
    assert held.wait(60)
    yield stop
    stop()


def test_whoever_finds_somebody_else_at_it_leaves_one_follow_up_behind(
    broker, follow_ups, somebody_else, caplog
):
    for name in ("first", "second"):
        known_client(name, Role.VEN)
        tasks.bring_access_up_to_date(client_ids=[name])
    tasks.bring_access_up_to_date()

    assert follow_ups == [{"countdown": 1, "retry": False}]
    assert caplog.records == []


def test_a_follow_up_that_finds_somebody_at_it_comes_again_and_then_brings_all_up_to_date(
    broker, follow_ups, somebody_else
):
    known_client("house", Role.VEN)
    tasks.bring_access_up_to_date(client_ids=["house"])
    tasks.follow_up_access()
    assert len(follow_ups) == 2

    somebody_else()
    tasks.follow_up_access()

    assert bring_up_to_date() == 0
    assert len(follow_ups) == 2


def test_the_command_says_that_somebody_else_is_at_it(broker, somebody_else):
    with pytest.raises(CommandError, match="Another process tells the MQTT broker"):
        call_command("mqtt_access")
