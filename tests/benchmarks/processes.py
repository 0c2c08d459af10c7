"""What the processes that this one has started take of the machine, as the kernel counts it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    name: str
    cpu_seconds: float

    @property
    def is_database(self) -> bool:
        return self.name == "postgres"

    @property
    def command(self) -> list[str]:
        return Path(f"/proc/{self.pid}/cmdline").read_text(encoding="utf-8").split("\0")

    @property
    def memory_mb(self) -> float:
        """Its share of memory: its own pages, and its part of those that others use as well (PSS)."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii")
        return int(rollup.partition("\nPss:")[2].split()[0]) / 1_024


@dataclass(frozen=True)
class Cpu:
    """Seconds of one core."""

    web: float
    database: float

    def since(self, before: Cpu) -> Cpu:
        return Cpu(self.web - before.web, self.database - before.database)

    @property
    def total(self) -> float:
        return self.web + self.database


def spent() -> Cpu:
    """What all that this process has started, and still runs, has spent so far."""
    started = list(descendants(os.getpid()))
    return Cpu(
        web=sum(process.cpu_seconds for process in started if not process.is_database),
        database=sum(process.cpu_seconds for process in started if process.is_database),
    )


def descendants(ancestor: int) -> Iterator[Process]:
    by_parent: dict[int, list[Process]] = {}
    for process in _all():
        by_parent.setdefault(process.parent, []).append(process)
    waiting = [ancestor]
    while waiting:
        for child in by_parent.get(waiting.pop(), ()):
            yield child
            waiting.append(child.pid)


def _all() -> Iterator[Process]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # ended meanwhile
                yield _parse((entry / "stat").read_text(encoding="ascii", errors="replace"))


def _parse(stat: str) -> Process:
    pid, _, rest = stat.partition(" (")
    # A name may hold parentheses itself.
    name, _, rest = rest.rpartition(") ")
    fields = rest.split()
    # State, ppid, ... utime, stime, and both of the children that have ended (proc(5), fields 14 to 17).
    return Process(int(pid), int(fields[1]), name, sum(map(int, fields[11:15])) / _TICKS)
