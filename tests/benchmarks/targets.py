"""What is to be reached, each as a ratio inside one run or as a bound, and whether it was."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from operator import ge, le

from tests.benchmarks import fleet
from tests.benchmarks.deliveries import Told
from tests.benchmarks.mqtt import CopyPace
from tests.benchmarks.polls import Pace
from tests.benchmarks.sizes import PageCost
from tests.benchmarks.tariffs import Published
from tests.benchmarks.timings import TIMINGS, TimingsCost
from tests.benchmarks.writes import WriteCost

FLAT = 1.5


@dataclass(frozen=True)
class Target:
    name: str
    measured: float
    bound: float
    at_least: bool = True

    @property
    def is_met(self) -> bool:
        return (ge if self.at_least else le)(self.measured, self.bound)

    @property
    def wanted(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.bound:g}"


def of_polls(paces: dict[str, Pace]) -> list[Target]:
    def ratio(name: str, to: str) -> float:
        return paces[name].per_second / paces[to].per_second

    full = "nginx, 50 events"
    return [
        Target("kept answer to nginx, 1 event", ratio("kept, 1 event", "nginx, 1 event"), 0.7),
        Target("kept answer to nginx, 50 events", ratio("kept, 50 events", full), 0.5),
        Target("304 of 50 events to nginx's full body", ratio("304, 50 events", full), 1),
        Target("br body of 50 events to nginx's full body", ratio("kept br, 50 events", full), 1),
        Target(
            "miss to plain DRF, 50 events", ratio("miss, token kept, 50 events", "plain DRF, 50 events"), 25
        ),
    ]


def of_writes(over_http: WriteCost) -> list[Target]:
    return [Target("create over HTTP, ms of one core", over_http.core_ms, 2, at_least=False)]


def of_report_writes(over_http: WriteCost) -> list[Target]:
    """500 a second on two cores."""
    return [Target("create a report over HTTP, ms of one core", over_http.core_ms, 4, at_least=False)]


def of_told(told: Told) -> list[Target]:
    return [
        Target(f"{told.subscribers:,} subscribers told of a change, seconds", told.all_s, 4, at_least=False),
        Target("one subscriber told of a change, median ms", told.one_ms, 100, at_least=False),
        Target(
            f"create with {told.subscribers:,} subscribers to none", told.writer_slowdown, 1.2, at_least=False
        ),
    ]


def of_published(cost: Published) -> list[Target]:
    """Fewer than that are reckoned up."""
    seconds = cost.elapsed * 10_000 / cost.tariffs
    return [Target("10,000 tariffs published for a day, s", seconds, 300, at_least=False)]


def of_copies(paces: list[CopyPace]) -> list[Target]:
    median = statistics.median(pace.per_second for pace in paces)
    return [Target("private MQTT copies a second, to their receipts", median, 5_000)]


def of_fleet(paces: dict[str, Pace]) -> list[Target]:
    """By the time that one answer takes."""
    return [
        Target(
            f"{way}: {fleet.GRANTED} to {fleet.UNTARGETED}",
            paces[f"{way}, {fleet.UNTARGETED}"].per_second / paces[f"{way}, {fleet.GRANTED}"].per_second,
            FLAT,
            at_least=False,
        )
        for way in (fleet.TOKEN_KEPT, fleet.MISS)
    ]


def of_timings(cost: TimingsCost) -> list[Target]:
    return [
        Target(f"a year of windows of {TIMINGS} timings, ms", cost.year_ms, 50, at_least=False),
        Target("asking each minute, to a year of windows", cost.minutes_ms / cost.year_ms, 500),
    ]


def of_memory(worker_mb: float) -> list[Target]:
    return [Target("memory of a web worker, MB", worker_mb, 250, at_least=False)]


def of_sizes(costs: Iterable[PageCost], subject: str = "pages") -> list[Target]:
    """One, judged by the worst question."""
    worst = max((cost for cost in costs if cost.is_comparable), key=lambda cost: cost.ratio)
    return [
        Target(f"{subject}, large table to small, worst: {worst.question}", worst.ratio, FLAT, at_least=False)
    ]
