"""Nothing is lost: the whole system is killed piece by piece while things change and receivers fail.

`make soak` does the same for longer: SOAK_CHANGES writes within about SOAK_SECONDS.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from contextlib import ExitStack

import psycopg
import pytest

from tests.faults.listeners import MqttListener
from tests.faults.subscribers import Entry, cast, in_order
from tests.faults.system import VICTIMS, running
from tests.faults.writers import Door, Writers
from tests.launcher.conftest import home as home
from tests.launcher.processes import eventually

CHANGES = int(os.environ.get("SOAK_CHANGES", "300"))
SECONDS = float(os.environ.get("SOAK_SECONDS", "45"))
# A service of which each of seven lives is shorter than ten seconds is given up by its supervisor, and rightly so.
BETWEEN_KILLS = 4.0
# For all that was held up, once nobody fails any more.
PATIENCE = 120.0

# All moments that are kept are compared with the database's now() and with nothing else: that they lie an hour later
# is to them as if its clock had been put back by an hour.
CLOCK_JUMPS = """
    WITH jump AS (SELECT %s * interval '1 hour' AS hours),
    deliveries AS (
        UPDATE vtn_delivery SET made_at = made_at + hours, tried_at = tried_at + hours,
            due_at = CASE WHEN due_at > '1970-01-02' THEN due_at + hours ELSE due_at END
        FROM jump WHERE state = 'waiting'
    )
    UPDATE vtn_circuit SET open_until = open_until + hours FROM jump
"""
ENTRIES = """
    SELECT id, object_type, object_id, operation, program_id, before::text, after::text FROM vtn_outboxentry
    WHERE id > %s AND object_type IN ('PROGRAM', 'EVENT', 'REPORT', 'SUBSCRIPTION', 'VEN', 'RESOURCE') ORDER BY id
"""


@pytest.mark.timeout(SECONDS * 3 + PATIENCE + 180)
def test_every_subscriber_has_every_change_it_may_see_in_order_whatever_is_killed(home, tmp_path):
    with ExitStack() as stack:
        system = stack.enter_context(running(home, tmp_path / "screen"))
        doors = {
            "retailer": Door(system.url, system.enrol("retailer", "bl", None)),
            "north": Door(system.url, system.enrol("north", "ven", ["north"])),
            "south": Door(system.url, system.enrol("south", "ven", ["south"])),
            "roamer": Door(system.url, system.enrol("roamer", "ven", ["north", "south"])),
        }
        program = doors["retailer"].send("POST", "/programs", {"programName": "first of all"}).json()
        watchers = cast(program["id"])
        for watcher in watchers:
            stack.enter_context(watcher.receiver.running())
        for watcher in watchers:
            door, request = doors[watcher.client], watcher.subscription()
            answer = door.send("POST", "/subscriptions", request, watcher.dialect)
            assert answer.status_code == 201, answer.text
        assert eventually(lambda: all_is_told(system), within=30)
        [(start,)] = system.query("SELECT max(id) FROM vtn_outboxentry")
        listeners = [
            stack.enter_context(MqttListener(system, doors["retailer"], "retailer")),
            stack.enter_context(MqttListener(system, doors["north"], "north", frozenset({"north"}))),
        ]
        writers = Writers(doors["retailer"], [doors["north"], doors["south"]])

        # Everybody fails, things change, and processes are killed.
        for watcher in watchers:
            watcher.fall_ill(0.5)
        is_over = threading.Event()
        killer = threading.Thread(target=kill_some, args=(system, is_over))
        killer.start()
        try:
            change_everything(system, writers)
        finally:
            is_over.set()
            killer.join()
        for watcher in watchers:
            watcher.heal()

        assert eventually(lambda: all_is_told(system), within=PATIENCE), what_is_left(system)
        assert not system.query("SELECT reason FROM vtn_delivery WHERE state = 'dead' AND status <> 410")
        entries = [
            Entry(*row[:5], *(None if text is None else json.loads(text) for text in row[5:]))
            for row in system.query(ENTRIES, start)
        ]
        kept = {
            (entry.operation, entry.object_id, document["modificationDateTime"])
            for entry in entries
            for document in entry.documents
        }
        assert not [each for each in writers.acknowledged if tuple(each) not in kept]
        assert len(entries) >= CHANGES / 2
        object_of = {entry.id: entry.object_id for entry in entries}
        for watcher in watchers:
            heard = watcher.heard(start)
            expected = watcher.expects(entries)
            if watcher.failing == "is gone":
                # It said once that it wants no more; before that it had what it should.
                assert dict(heard).items() <= expected.items()
                assert len(dict(heard)) < len(expected)
            else:
                assert dict(heard) == expected, watcher.failing
            assert all(expected[change] == told for change, told in heard), watcher.failing
            assert in_order(heard, object_of), watcher.failing
        for listener in listeners:
            listener.require_its_own_in_order(entries)
        last = (
            doors["retailer"].send("POST", "/programs", {"programName": "last", "targets": ["north"]}).json()
        )
        assert eventually(lambda: all(each.has_heard_of(last["id"]) for each in listeners), within=30)


def change_everything(system, writers):
    began = time.monotonic()
    for number in range(CHANGES):
        writers.change_something()
        if number in (CHANGES // 3, 2 * CHANGES // 3):
            whatever_happens(lambda hours=-1 if number < CHANGES / 2 else 1: system.query(CLOCK_JUMPS, hours))
        time.sleep(max(0.0, began + number * SECONDS / CHANGES - time.monotonic()))


def kill_some(system, is_over):
    """One after the other in an order of chance, so that none dies twice before all have died once."""
    deck = []
    while not is_over.wait(random.uniform(0.5, 1.5) * BETWEEN_KILLS):
        deck = deck or random.sample([*VICTIMS], len(VICTIMS))
        system.kill(deck.pop())


def all_is_told(system):
    try:
        [(left,)] = system.query(
            "SELECT (SELECT count(*) FROM vtn_untold) + (SELECT count(*) FROM participants_publication)"
            " + (SELECT count(*) FROM vtn_delivery WHERE state = 'waiting')"
        )
    except psycopg.OperationalError:
        return False
    return left == 0


def what_is_left(system):
    return system.query(
        "SELECT host, state, due_at, now(), attempts, reason, count(*) FROM vtn_delivery WHERE state = 'waiting'"
        " GROUP BY 1, 2, 3, 4, 5, 6 LIMIT 20"
    )


def whatever_happens(action):
    """The database may just be away."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            return action()
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError("the database does not come back")
