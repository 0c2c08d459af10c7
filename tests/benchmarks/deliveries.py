"""How soon subscribers are told: one of them, and ten thousand of one change; and what that costs the writer."""

from __future__ import annotations

import json
import statistics
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import connection

from participants.models import Subscription
from tests.benchmarks import deliveries_seed, nginx, scene
from tests.benchmarks.scene import Scene
from tests.benchmarks.stage import PATIENCE, WORKERS, Stage
from tests.benchmarks.wrk import Refused
from tests.twins.http_server import Handler, HttpServer
from vtn.caller import Role
from vtn.launcher import services
from vtn.launcher.options import Options
from vtn.launcher.process import GuardedProcess
from vtn.launcher.web_address import WebAddress, free_port

# In seconds. The database is busy for longer than the last of ten thousand takes to arrive.
_REST = 4.0

# Receivers on this machine, which are asked nothing when the subscriptions are made.
LABORATORY = {
    "UNSAFE_CALLBACKS_OVER_HTTP": "yes",
    "UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES": "yes",
    "UNSAFE_CALLBACKS_WITHOUT_CHALLENGE": "yes",
}


@dataclass(frozen=True)
class Told:
    """In seconds, from a change to the arrival of what is told of it: with one subscriber (all changes), with many (the
    last of them, in each round). And milliseconds for the writer to have its answer, without and with the many."""

    subscribers: int
    one: list[float]
    all_of_them: list[float]
    write_alone_ms: float
    write_among_many_ms: float

    @property
    def one_ms(self) -> float:
        return statistics.median(self.one) * 1_000

    @property
    def all_s(self) -> float:
        return statistics.median(self.all_of_them)

    @property
    def writer_slowdown(self) -> float:
        return self.write_among_many_ms / self.write_alone_ms


def measure(stage: Stage, options: Namespace, tell: Callable[[str], None]) -> Told:
    """Raises `Refused`."""
    url = stage.start_web("/health/ready", more=LABORATORY)
    _start_workers(stage)
    acts = scene.set_up(url, "deliveries")
    changes = options.subscribers // 100
    tell(f"telling one subscriber of {changes} changes")
    one = _told_to_one(url, acts, changes)
    alone = [_create_rested(url, acts, number) for number in range(options.repeats * 3)]
    tell(f"making {options.subscribers:,} subscribers")
    deliveries_seed.fill(nginx.sink(stage), options.subscribers)
    tell(f"telling them of {options.repeats} changes, one after the other")
    rounds = [_told_to_all(url, acts, options.subscribers) for _ in range(options.repeats)]
    return Told(
        subscribers=options.subscribers,
        one=one,
        all_of_them=[seconds for _, seconds in rounds],
        write_alone_ms=statistics.median(alone),
        write_among_many_ms=statistics.median(written for written, _ in rounds),
    )


def _start_workers(stage: Stage) -> None:
    options = Options(home=stage.home, address=WebAddress("127.0.0.1", free_port()), workers=WORKERS)
    worker = services.delivery_worker(options)
    environment = {**(worker.environment or {}), **LABORATORY}
    stage.start_aside(GuardedProcess(replace(worker, environment=environment)))


def _create(url: str, acts: Scene, number: int) -> float:
    """The milliseconds until there is an answer."""
    began = time.perf_counter()
    scene.post(url, acts.business, "/events", scene.day_of_prices(acts.few, number))
    return (time.perf_counter() - began) * 1_000


def _create_rested(url: str, acts: Scene, number: int) -> float:
    """As between two rounds with many subscribers: caches have cooled down, and nothing else goes on."""
    time.sleep(_REST)
    return _create(url, acts, number)


def _told_to_one(url: str, acts: Scene, changes: int) -> list[float]:
    """The seconds from each answer to its arrival, less than none where the receiver had it before the writer."""
    with _receiver() as (callback, arrived):
        subscribed = {"objects": ["EVENT"], "operations": ["CREATE"], "callbackUrl": callback}
        token = scene.token("bench-listener", Role.VEN, [scene.GRANTED])
        request = {"clientName": "one", "objectOperations": [subscribed]}
        made = scene.post(url, token, "/subscriptions", request)
        took = []
        for number in range(changes):
            event = scene.post(url, acts.business, "/events", scene.day_of_prices(acts.few, number))
            answered = time.monotonic()
            took.append(arrived(event["id"]) - answered)
    # Nobody is there any more to be told.
    Subscription.objects.filter(id=made["id"]).delete()
    return took


def _told_to_all(url: str, acts: Scene, subscribers: int) -> tuple[float, float]:
    """The milliseconds that the writer waited, and the seconds from the change to the last arrival."""
    written = _create_rested(url, acts, 0)
    give_up_at = time.monotonic() + PATIENCE
    # Counting is work for the same cores, so it is done seldom; the time of the last one is the database's.
    while time.monotonic() < give_up_at:
        time.sleep(0.5)
        with connection.cursor() as cursor:
            cursor.execute(_ARRIVED)
            count, seconds = cursor.fetchone()
        if count == subscribers:
            return written, seconds
    raise Refused(f"Of {subscribers} subscribers {count} were told in time")


_ARRIVED = """
    SELECT count(*), extract(epoch FROM max(ended_at) - min(made_at))::float
    FROM vtn_delivery WHERE state = 'delivered' AND entry_id = (SELECT max(id) FROM vtn_outboxentry)
"""


@contextmanager
def _receiver() -> Iterator[tuple[str, Callable[[str], float]]]:
    """Its URL, and a function that waits for an object's notification and tells when it came in."""
    came: dict[str, float] = {}
    news = threading.Condition()

    class Noting(Handler):
        def do_POST(self) -> None:
            at = time.monotonic()
            body = self.read_body()
            with news:
                came[json.loads(body)["object"]["id"]] = at
                news.notify_all()
            self.answer(200)

    def arrived(object_id: str) -> float:
        with news:
            if not news.wait_for(lambda: object_id in came, timeout=PATIENCE):
                raise Refused(f"Nobody was told of {object_id}")
            return came[object_id]

    with HttpServer(Noting).running() as server:
        yield server.url("/"), arrived
