"""What it costs to create an event, over HTTP and inside a process, in seconds of one core."""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Callable, Sequence
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
    return cost_of_posts(f"{scene.ROOT}/events", acts.business, _texts(acts, count), url)


def in_process(acts: Scene, count: int) -> WriteCost:
    """From the body's bytes to the commit, without HTTP, Django's handler and the check of the token."""
    caller = caller_of("bench-business")
    assert caller is not None

    def create(text: bytes) -> None:
        create_event(caller=caller, content=v310.parse_event(body.decode(text)), now=timezone.now())

    return cost_of_calls(create, _texts(acts, count))


def cost_of_posts(path: str, token: str, texts: Sequence[bytes], url: str) -> WriteCost:
    """One connection that stays open, one text after the other. Raises `Refused`."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    _post(connection, path, token, texts[: len(texts) // 10])
    before, began = processes.spent(), time.perf_counter()
    _post(connection, path, token, texts)
    return WriteCost.of(processes.spent().since(before), time.perf_counter() - began, len(texts))


def cost_of_calls(create: Callable[[bytes], None], texts: Sequence[bytes]) -> WriteCost:
    """In this process."""
    for text in texts[: len(texts) // 10]:
        create(text)
    before, began, began_cpu = processes.spent(), time.perf_counter(), time.process_time()
    for text in texts:
        create(text)
    own = time.process_time() - began_cpu
    database = processes.spent().since(before).database
    return WriteCost.of(Cpu(own, database), time.perf_counter() - began, len(texts))


def worker_memory_mb() -> float:
    """Of the largest web worker, of all those of the project's own application."""
    return max(
        process.memory_mb
        for process in processes.descendants(os.getpid())
        if "config.wsgi:application" in process.command
    )


def _post(connection: http.client.HTTPConnection, path: str, token: str, texts: Sequence[bytes]) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for text in texts:
        connection.request("POST", path, text, headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != 201:
            raise Refused(f"POST {path}: {response.status} {answer[:200]!r}")


def _texts(acts: Scene, count: int) -> list[bytes]:
    return [json.dumps(scene.day_of_prices(acts.few, number)).encode() for number in range(count)]
