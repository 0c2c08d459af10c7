"""Sees to it that one home directory is served by one launcher at a time."""

import fcntl
import json
import os
import time
from contextlib import suppress
from types import TracebackType

from vtn.launcher.errors import CannotStart
from vtn.launcher.home import Home
from vtn.launcher.process import Tell, Ticks

# The services of a launcher that was killed are given time to end in order (PostgreSQL the longest).
PATIENCE = 60.0


class HomeLock:
    """Held by the launcher and, through what they inherit, by its guards until their services are gone."""

    def __init__(self, home: Home, *, address: str, tell: Tell) -> None:
        self._home = home
        self._address = address
        self._tell = tell
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        if self._descriptor is None:
            raise CannotStart("The lock is not held.")
        return self._descriptor

    def __enter__(self) -> "HomeLock":
        """Raises CannotStart, naming the other launcher, when there is one; that one is not disturbed."""
        self._home.make()
        descriptor = os.open(self._home.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._wait_for(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "address": self._address}).encode(), 0)
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        os.close(self.descriptor)
        self._descriptor = None

    def _wait_for(self, descriptor: int) -> None:
        give_up_at = time.monotonic() + PATIENCE
        tick = Ticks("Waiting for the services of an earlier start to end", self._tell, every=2.0)
        while not _locked(descriptor):
            owner = _owner(descriptor)
            if _lives(owner.get("pid")) or time.monotonic() > give_up_at:
                raise CannotStart(_refusal(self._home, owner))
            tick()
            time.sleep(0.1)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(descriptor: int) -> dict[str, object]:
    """What the owner wrote; nothing in the moment before it has."""
    with suppress(ValueError):
        owner = json.loads(os.pread(descriptor, 4096, 0))
        if isinstance(owner, dict):
            return owner
    return {}


def _lives(pid: object) -> bool:
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _refusal(home: Home, owner: dict[str, object]) -> str:
    return (
        f"It is already running in {home.path}: process {owner.get('pid', 'unknown')}"
        f" at {owner.get('address', 'an unknown address')}.\n"
        "Stop that one first (Ctrl-C), or start a second one with a VTN_HOME and a PORT of its own."
    )
