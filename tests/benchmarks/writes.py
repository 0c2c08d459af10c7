"""What it costs to create an event, over HTTP and inside a process, in seconds of one core."""

from __future__ import annotations

import http.client
import json
import os
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils import timezone

from events.services import create_event
from events.wire import v310
from participants.queries import caller_of
from tests.benchmarks import processes, scene
from tests.benchmarks.processes import Cpu
from tests.benchmarks.scene import Scene
from tests.benchmarks.wrk import Refused
from vtn.wire import body


@dataclass(frozen=True)
class WriteCost:
    """Milliseconds per event: of the web worker (or this process) and of the database, and how long it took."""

    web_ms: float
    database_ms: float
    elapsed_ms: float

    @property
    def core_ms(self) -> float:
        return self.web_ms + self.database_ms

    @classmethod
    def of(cls, cpu: Cpu, elapsed: float, count: int) -> WriteCost:
        return cls(*(seconds * 1_000 / count for seconds in (cpu.web, cpu.database, elapsed)))


def over_http(url: str, acts: Scene, count: int) -> WriteCost:
    """One connection that stays open, one event after the other. Raises `Refused`."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    _post(connection, acts, count // 10)
    before, began = processes.spent(), time.perf_counter()
    _post(connection, acts, count)
    return WriteCost.of(processes.spent().since(before), time.perf_counter() - began, count)


def in_process(acts: Scene, count: int) -> WriteCost:
    """From the body's bytes to the commit, without HTTP, Django's handler and the check of the token."""
    caller = caller_of("bench-business")
    assert caller is not None
    texts = _texts(acts, count)

    def create(text: bytes) -> None:
        create_event(caller=caller, content=v310.parse_event(body.decode(text)), now=timezone.now())

    for text in texts[: count // 10]:
        create(text)
    before, began, began_cpu = processes.spent(), time.perf_counter(), time.process_time()
    for text in texts:
        create(text)
    own = time.process_time() - began_cpu
    database = processes.spent().since(before).database
    return WriteCost.of(Cpu(own, database), time.perf_counter() - began, count)


def worker_memory_mb() -> float:
    """Of the largest web worker, of all those of the project's own application."""
    return max(
        process.memory_mb
        for process in processes.descendants(os.getpid())
        if "config.wsgi:application" in process.command
    )


def _post(connection: http.client.HTTPConnection, acts: Scene, count: int) -> None:
    headers = {"Authorization": f"Bearer {acts.business}", "Content-Type": "application/json"}
    for text in _texts(acts, count):
        connection.request("POST", f"{scene.ROOT}/events", text, headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != 201:
            raise Refused(f"POST /events: {response.status} {answer[:200]!r}")


def _texts(acts: Scene, count: int) -> list[bytes]:
    return [json.dumps(scene.day_of_prices(acts.few, number)).encode() for number in range(count)]
