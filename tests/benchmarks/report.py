"""Says what was measured: a table for people, and the same as JSON for comparing runs."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from tests.benchmarks import targets
from tests.benchmarks.deliveries import Told
from tests.benchmarks.mqtt import CopyPace
from tests.benchmarks.polls import Pace
from tests.benchmarks.sizes import PageCost
from tests.benchmarks.targets import Target
from tests.benchmarks.tariffs import Published
from tests.benchmarks.timings import TIMINGS, TimingsCost
from tests.benchmarks.writes import WriteCost

_AUTOGROUP = Path("/proc/sys/kernel/sched_autogroup_enabled")


@dataclass
class Report:
    """Whatever was measured; a part that was left out is None or empty."""

    facts: dict[str, Any]
    paces: dict[str, Pace] = field(default_factory=dict)
    over_http: WriteCost | None = None
    in_process: WriteCost | None = None
    report_over_http: WriteCost | None = None
    report_in_process: WriteCost | None = None
    worker_mb: float | None = None
    told: Told | None = None
    timings: TimingsCost | None = None
    published: Published | None = None
    copies: list[CopyPace] = field(default_factory=list)
    vens: int = 0
    fleet: dict[str, Pace] = field(default_factory=dict)
    rows: tuple[int, int] = (0, 0)
    pages: list[PageCost] = field(default_factory=list)
    report_pages: list[PageCost] = field(default_factory=list)
    fleet_pages: list[PageCost] = field(default_factory=list)
    subscription_pages: list[PageCost] = field(default_factory=list)

    @property
    def targets(self) -> list[Target]:
        return [
            *(targets.of_polls(self.paces) if self.paces else ()),
            *(targets.of_writes(self.over_http) if self.over_http else ()),
            *(targets.of_report_writes(self.report_over_http) if self.report_over_http else ()),
            *(targets.of_told(self.told) if self.told else ()),
            *(targets.of_timings(self.timings) if self.timings else ()),
            *(targets.of_published(self.published) if self.published else ()),
            *(targets.of_copies(self.copies) if self.copies else ()),
            *(targets.of_fleet(self.fleet) if self.fleet else ()),
            *(targets.of_memory(self.worker_mb) if self.worker_mb else ()),
            *(targets.of_sizes(self.pages) if self.pages else ()),
            *(targets.of_sizes(self.report_pages, "pages of reports") if self.report_pages else ()),
            *(targets.of_sizes(self.fleet_pages, "pages of a fleet") if self.fleet_pages else ()),
            *(targets.of_sizes(self.subscription_pages, "subscriptions") if self.subscription_pages else ()),
        ]

    def text(self) -> str:
        parts = [
            _facts(self.facts),
            _polls(self.paces) if self.paces else "",
            _writes(self),
            _told(self.told) if self.told else "",
            _timings(self.timings) if self.timings else "",
            _published(self.published) if self.published else "",
            _copies(self.copies) if self.copies else "",
            _fleet(self) if self.fleet else "",
            _pages("pages of 50 events", self.pages, self.rows) if self.pages else "",
            _pages("pages of 50 reports", self.report_pages, self.rows) if self.report_pages else "",
            _pages("pages of a fleet", self.fleet_pages, self.rows) if self.fleet_pages else "",
            _pages("50 subscriptions", self.subscription_pages, self.rows) if self.subscription_pages else "",
            _targets(self.targets),
        ]
        return "\n\n".join(filter(None, parts))

    def write(self, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        document = {
            "facts": self.facts,
            "targets": [{**dataclasses.asdict(target), "is_met": target.is_met} for target in self.targets],
            "polls": _paces(self.paces),
            "fleet": _paces(self.fleet),
            "create_over_http": self.over_http and dataclasses.asdict(self.over_http),
            "create_in_process": self.in_process and dataclasses.asdict(self.in_process),
            "report_over_http": self.report_over_http and dataclasses.asdict(self.report_over_http),
            "report_in_process": self.report_in_process and dataclasses.asdict(self.report_in_process),
            "worker_mb": self.worker_mb,
            "copies": [dataclasses.asdict(pace) for pace in self.copies],
            "told": self.told and dataclasses.asdict(self.told),
            "timings": self.timings and dataclasses.asdict(self.timings),
            "published": self.published and dataclasses.asdict(self.published),
            "rows": self.rows,
            "pages": _costs(self.pages),
            "report_pages": _costs(self.report_pages),
            "vens": self.vens,
            "fleet_pages": _costs(self.fleet_pages),
            "subscription_pages": _costs(self.subscription_pages),
        }
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """What matters for reading the numbers; nothing that tells whose machine it is."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    return {
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "postgresql": postgres,
        "system": platform.system(),
        "load before": round(os.getloadavg()[0], 1),
        "autogroup": _AUTOGROUP.exists() and _AUTOGROUP.read_text().strip() == "1",
    }


def _paces(paces: dict[str, Pace]) -> dict[str, Any]:
    return {name: {"per_second": pace.per_second, **dataclasses.asdict(pace)} for name, pace in paces.items()}


def _costs(pages: list[PageCost]) -> list[dict[str, Any]]:
    return [{**dataclasses.asdict(page), "ratio": page.ratio} for page in pages]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns of text; the first to the left, the others to the right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _facts(facts: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in facts.items())


def _polls(paces: dict[str, Pace]) -> str:
    def row(name: str, pace: Pace) -> list[str]:
        nginx = paces[f"nginx, {name.rpartition(', ')[2]}"].per_second
        return [*_pace(name, pace), f"{pace.per_second / nginx:.3f}"]

    return table(["polls", *_PACE, "of nginx"], (row(name, pace) for name, pace in paces.items()))


def _fleet(report: Report) -> str:
    rows = (_pace(name, pace) for name, pace in report.fleet.items())
    return table([f"among {report.vens:,} VENs", *_PACE], rows)


_PACE = ("per second", "slowest - fastest", "p50 ms", "p99 ms", "bytes")


def _pace(name: str, pace: Pace) -> list[str]:
    return [
        name,
        f"{pace.per_second:,.0f}",
        f"{pace.slowest:,.0f} - {pace.fastest:,.0f}",
        f"{pace.p50_ms:.1f}",
        f"{pace.p99_ms:.1f}",
        f"{pace.answer_bytes:,}",
    ]


def _writes(report: Report) -> str:
    costs = {
        "create an event over HTTP": report.over_http,
        "create an event in a process": report.in_process,
        "create a report over HTTP": report.report_over_http,
        "create a report in a process": report.report_in_process,
    }
    rows = [
        [name, *(f"{value:.2f}" for value in (cost.core_ms, cost.web_ms, cost.database_ms, cost.elapsed_ms))]
        for name, cost in costs.items()
        if cost
    ]
    head = ["writes", "ms of one core", "of these Python", "PostgreSQL", "elapsed ms"]
    return table(head, rows) if rows else ""


def _told(told: Told) -> str:
    rows = [
        ["one subscriber, ms from the answer to arrival", *_spread([each * 1_000 for each in told.one])],
        [f"{told.subscribers:,} subscribers, s from the change to the last", *_spread(told.all_of_them)],
        ["create, ms, without subscribers", f"{told.write_alone_ms:.1f}", ""],
        ["create, ms, with them", f"{told.write_among_many_ms:.1f}", ""],
    ]
    return table(["deliveries", "median", "fastest - slowest"], rows)


def _timings(cost: TimingsCost) -> str:
    rows = [
        [f"{cost.windows:,} windows of {TIMINGS} timings in a year, ms", f"{cost.year_ms:.1f}"],
        ["asking them each minute of the year, ms", f"{cost.minutes_ms:,.0f}"],
        [f"import of {cost.rows:,} timings, s", f"{cost.import_s:.1f}"],
        ["50 ids from the middle of them, ms", f"{cost.ids_ms:.1f}"],
    ]
    return table(["timings", ""], rows)


def _published(cost: Published) -> str:
    rows = [
        [f"a day of {cost.tariffs:,} tariffs, s", f"{cost.elapsed:.1f}"],
        ["ms of one core for each", f"{cost.core_ms:.1f}"],
        ["of these PostgreSQL", f"{cost.database * 1_000 / cost.tariffs:.1f}"],
    ]
    return table(["tariffs", ""], rows)


def _copies(paces: list[CopyPace]) -> str:
    rows = [
        [f"{pace.copies:,} private copies", f"{pace.per_second:,.0f}", f"{pace.core_us:.0f}"]
        for pace in paces
    ]
    return table(["MQTT", "receipts a second", "µs of one core, the VTN's own"], rows)


def _spread(values: list[float]) -> tuple[str, str]:
    return f"{statistics.median(values):.1f}", f"{min(values):.1f} - {max(values):.1f}"


def _pages(subject: str, pages: list[PageCost], rows: tuple[int, int]) -> str:
    small, large = rows
    return table(
        [subject, f"ms of {small:,}", f"ms of {large:,}", "ratio", "found", "by"],
        (
            [
                page.question,
                f"{page.small_ms:.2f}",
                f"{page.large_ms:.2f}",
                f"{page.ratio:.2f}" if page.is_comparable else "-",
                "{} and {}".format(*page.found),
                page.index,
            ]
            for page in pages
        ),
    )


def _targets(reached: list[Target]) -> str:
    return table(
        ["targets", "measured", "wanted", ""],
        (
            [target.name, f"{target.measured:.2f}", target.wanted, "PASS" if target.is_met else "MISS"]
            for target in reached
        ),
    )
