"""How many calls one host gets at a time: few until it answers, so that those that never do hold up nobody else."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vtn.deliveries.outcomes import Outcome
from vtn.deliveries.store import Claimed

_FIRST, _WIDEST = 4, 200

Request = tuple[Claimed, Any]


@dataclass
class Window:
    """One host: what is on its way to it, and what has to wait for that."""

    width: int = _FIRST
    on_their_way: int = 0
    waiting: deque[Request] = field(default_factory=deque)

    @property
    def is_full(self) -> bool:
        """It has as much as it can be sent soon."""
        return len(self.waiting) >= 2 * self.width

    @property
    def is_idle(self) -> bool:
        return not self.on_their_way and not self.waiting

    def next(self) -> Iterator[Request]:
        """What may be sent now."""
        while self.waiting and self.on_their_way < self.width:
            self.on_their_way += 1
            yield self.waiting.popleft()

    def ended(self, outcome: Outcome) -> None:
        """It grows with each answer, and is as narrow as at first after a failure."""
        self.on_their_way -= 1
        self.width = _FIRST if outcome.is_host_at_fault else min(self.width + 1, _WIDEST)


class Windows:
    """All hosts that have something in hand."""

    def __init__(self) -> None:
        self._windows: dict[str, Window] = {}

    def __len__(self) -> int:
        """All that is in hand, on its way or waiting for that."""
        return sum(window.on_their_way + len(window.waiting) for window in self._windows.values())

    @property
    def full(self) -> list[str]:
        return [host for host, window in self._windows.items() if window.is_full]

    def add(self, request: Request) -> None:
        self._windows.setdefault(request[0].host, Window()).waiting.append(request)

    def next(self) -> list[Request]:
        return [request for window in self._windows.values() for request in window.next()]

    def ended(self, claimed: Claimed, outcome: Outcome) -> None:
        self._windows[claimed.host].ended(outcome)

    def untried(self, claimed: Claimed) -> None:
        """It was let through, and not started."""
        self._windows[claimed.host].on_their_way -= 1

    def take_back(self, hosts: set[str] | None = None) -> list[Claimed]:
        """What waits for these hosts (None: for any), and is now in hand no more."""
        taken = []
        for host, window in self._windows.items():
            if hosts is None or host in hosts:
                taken += [claimed for claimed, _ in window.waiting]
                window.waiting.clear()
        return taken

    def forget_idle(self) -> None:
        """A window that nothing is in would only be looked at."""
        self._windows = {host: window for host, window in self._windows.items() if not window.is_idle}
