"""Says what was measured: a table for people, and the same as JSON for comparing runs."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from tests.benchmarks import targets
from tests.benchmarks.polls import Pace
from tests.benchmarks.sizes import PageCost
from tests.benchmarks.targets import Target
from tests.benchmarks.writes import WriteCost

_AUTOGROUP = Path("/proc/sys/kernel/sched_autogroup_enabled")


@dataclass
class Report:
    """Whatever was measured; a part that was left out is None or empty."""

    facts: dict[str, Any]
    paces: dict[str, Pace] = field(default_factory=dict)
    over_http: WriteCost | None = None
    in_process: WriteCost | None = None
    worker_mb: float | None = None
    rows: tuple[int, int] = (0, 0)
    pages: list[PageCost] = field(default_factory=list)

    @property
    def targets(self) -> list[Target]:
        return [
            *(targets.of_polls(self.paces) if self.paces else ()),
            *(targets.of_writes(self.over_http) if self.over_http else ()),
            *(targets.of_memory(self.worker_mb) if self.worker_mb else ()),
            *(targets.of_sizes(self.pages) if self.pages else ()),
        ]

    def text(self) -> str:
        parts = [
            _facts(self.facts),
            _polls(self.paces) if self.paces else "",
            _writes(self),
            _pages(self.pages, self.rows) if self.pages else "",
            _targets(self.targets),
        ]
        return "\n\n".join(filter(None, parts))

    def write(self, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        document = {
            "facts": self.facts,
            "targets": [{**dataclasses.asdict(target), "is_met": target.is_met} for target in self.targets],
            "polls": {
                name: {"per_second": pace.per_second, **dataclasses.asdict(pace)}
                for name, pace in self.paces.items()
            },
            "create_over_http": self.over_http and dataclasses.asdict(self.over_http),
            "create_in_process": self.in_process and dataclasses.asdict(self.in_process),
            "worker_mb": self.worker_mb,
            "rows": self.rows,
            "pages": [{**dataclasses.asdict(page), "ratio": page.ratio} for page in self.pages],
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
        return [
            name,
            f"{pace.per_second:,.0f}",
            f"{pace.slowest:,.0f} - {pace.fastest:,.0f}",
            f"{pace.per_second / nginx:.3f}",
            f"{pace.p50_ms:.1f}",
            f"{pace.p99_ms:.1f}",
            f"{pace.answer_bytes:,}",
        ]

    head = ["polls", "per second", "slowest - fastest", "of nginx", "p50 ms", "p99 ms", "bytes"]
    return table(head, (row(name, pace) for name, pace in paces.items()))


def _writes(report: Report) -> str:
    costs = {"create over HTTP": report.over_http, "create in a process": report.in_process}
    rows = [
        [name, *(f"{value:.2f}" for value in (cost.core_ms, cost.web_ms, cost.database_ms, cost.elapsed_ms))]
        for name, cost in costs.items()
        if cost
    ]
    head = ["writes", "ms of one core", "of these Python", "PostgreSQL", "elapsed ms"]
    return table(head, rows) if rows else ""


def _pages(pages: list[PageCost], rows: tuple[int, int]) -> str:
    small, large = rows
    return table(
        ["pages of 50 events", f"ms of {small:,}", f"ms of {large:,}", "ratio", "found", "by"],
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
