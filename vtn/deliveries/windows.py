"""How many calls one host gets at a time: few until it answers, so that those that never do hold up nobody else; and
after a failure none, until it is known of each failure whether it is left alone for it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
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
    failures: int = 0  # of which the conclusions are not drawn yet
    waiting: deque[Request] = field(default_factory=deque)

    @property
    def is_full(self) -> bool:
        """It has as much as it can be sent soon."""
        return len(self.waiting) >= 2 * self.width

    def next(self) -> Iterator[Request]:
        """What may be sent now."""
        while self.waiting and self.on_their_way < self.width and not self.failures:
            self.on_their_way += 1
            yield self.waiting.popleft()

    def ended(self, outcome: Outcome) -> None:
        """It grows with each answer, and is as narrow as at first after a failure."""
        self.on_their_way -= 1
        self.width = _FIRST if outcome.is_host_at_fault else min(self.width + 1, _WIDEST)
        self.failures += outcome.is_host_at_fault


class Windows:
    """All hosts that have something in hand, or had."""

    def __init__(self) -> None:
        self._windows: defaultdict[str, Window] = defaultdict(Window)

    @property
    def full(self) -> list[str]:
        return [host for host, window in self._windows.items() if window.is_full]

    def add(self, request: Request) -> None:
        self._windows[request[0].host].waiting.append(request)

    def next(self, host: str) -> list[Request]:
        return [*self._windows[host].next()]

    def ended(self, claimed: Claimed, outcome: Outcome) -> None:
        self._windows[claimed.host].ended(outcome)

    def go_on(self, hosts: Iterable[str]) -> None:
        """These have failed, each as often as it is named, and may be called all the same."""
        for host in hosts:
            self._windows[host].failures -= 1

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
