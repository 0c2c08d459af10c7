"""Keeps a row of children running: starts them in order, restarts the dead, stops all in reverse order."""

import time
from contextlib import suppress
from dataclasses import dataclass, field

from vtn.launcher.errors import CannotStart
from vtn.launcher.process import Child, Tell, describe
from vtn.launcher.restarts import Restarts


@dataclass
class _Member:
    child: Child
    started_at: float
    restarts: Restarts = field(default_factory=Restarts)
    restart_at: float | None = None


class Crew:
    def __init__(self, *, tell: Tell) -> None:
        self._tell = tell
        self._members: list[_Member] = []

    def start(self, child: Child) -> None:
        """Starts a child and keeps it. Raises CannotStart."""
        # Kept first: a start that is interrupted half-way is stopped with the others.
        self._members.append(_Member(child, started_at=time.monotonic()))
        child.start()

    def look_after(self) -> None:
        """Starts again whoever has died and is due. Raises CannotStart when one dies again and again."""
        for member in self._members:
            if member.restart_at is None:
                self._notice(member)
            elif time.monotonic() >= member.restart_at:
                member.restart_at = None
                member.started_at = time.monotonic()
                member.child.start()

    def stop(self) -> None:
        while self._members:
            child = self._members[-1].child
            self._tell(f"Stopping {child.name}")
            with suppress(OSError):
                child.stop()
            self._members.pop()

    def _notice(self, member: _Member) -> None:
        code = member.child.ended()
        if code is None:
            return
        member.child.stop()
        delay = member.restarts.delay(lived=time.monotonic() - member.started_at)
        if delay is None:
            raise CannotStart(
                f"{member.child.name} ends again and again ({describe(code)}); its log says why."
            )
        self._tell(f"{member.child.name} ended ({describe(code)}); starting it again")
        member.restart_at = time.monotonic() + delay
