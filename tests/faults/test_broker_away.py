"""Redis is away when changes are committed: that costs those who write nothing, and those who are told some seconds."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from tests.conftest import event_request
from tests.faults.subscribers import Watcher
from tests.faults.system import running
from tests.faults.writers import Door
from tests.launcher.conftest import home as home
from tests.launcher.processes import eventually
from vtn.launcher.home import Home
from vtn.launcher.valkey import EmbeddedValkey


@pytest.fixture
def redis() -> Iterator[EmbeddedValkey]:
    """One that nobody starts again but the test."""
    place = Path(tempfile.mkdtemp(prefix="vtn-redis-", dir="/tmp"))
    server = EmbeddedValkey(Home.at(place), tell=print)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(place)


def process_of(server):
    socket = server.url.removeprefix("unix://").partition("?")[0]
    return next(each for each in psutil.Process().children(recursive=True) if socket in each.cmdline())


@pytest.mark.timeout(240)
def test_who_writes_does_not_wait_for_a_broker_that_is_away_and_who_asked_is_told_later(
    home, redis, tmp_path
):
    with ExitStack() as stack:
        system = stack.enter_context(running(home, tmp_path / "screen", REDIS_URL=redis.url))
        retailer = Door(system.url, system.enrol("retailer", "bl", None))
        program = retailer.send("POST", "/programs", {"programName": "day-ahead"}).json()
        watcher = Watcher("retailer", None, "well", objects=("EVENT",))
        stack.enter_context(watcher.receiver.running())
        assert retailer.send("POST", "/subscriptions", watcher.subscription()).status_code == 201

        def write(name):
            """A broker that was waited for would end the patience of the door."""
            answer = retailer.send("POST", "/events", event_request(program, eventName=name))
            assert answer.status_code == 201, answer.text

        def heard():
            """The demonstration's events may be among them: they are told when the first worker is there."""
            return {json.loads(told.body)["object"]["eventName"] for told in watcher.receiver.heard}

        write("while it is there")
        assert eventually(lambda: "while it is there" in heard(), within=30)

        redis.stop()
        for number in range(10):
            write(f"down {number}")
        redis.start()
        down = {f"down {number}" for number in range(10)}
        assert eventually(lambda: down <= heard(), within=60)

        process = process_of(redis)
        process.suspend()
        try:
            for number in range(10):
                write(f"hung {number}")
        finally:
            process.resume()
        hung = {f"hung {number}" for number in range(10)}
        assert eventually(lambda: hung <= heard(), within=60)
