"""Runs commands under a guard, so that none of them outlives the process that started it."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM, Signals
from typing import Protocol

from vtn.launcher.errors import CannotStart
from vtn.launcher.home import PROJECT

GUARD = Path(__file__).with_name("guard.py")

# What the guard needs on top of the grace it gives: it has only to kill what is left.
GUARD_GRACE = 5.0

Tell = Callable[[str], None]


class Child(Protocol):
    """Something that can be started, watched and stopped."""

    name: str

    def start(self) -> None:
        """Returns once it can be used. Raises CannotStart."""

    def stop(self) -> None:
        """Returns once it and all it has started are gone. Does nothing when it does not run."""

    def ended(self) -> int | None:
        """The code it ended with by itself, or None while it runs or when it was never started."""


@dataclass(frozen=True)
class Service:
    """What to run, and how to ask it to stop."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] | None = None
    stop_signal: Signals = SIGTERM
    grace: float = 10.0


class GuardedProcess:
    """A service and the guard that stops it when this process lets go of it or dies."""

    def __init__(self, service: Service, *, held: Sequence[int] = ()) -> None:
        """The descriptors in held stay open as long as the guard lives: a lock outlasts whoever took it."""
        self.name = service.name
        self._service = service
        self._held = tuple(held)
        self._guard: subprocess.Popen[bytes] | None = None
        self._lifeline: int | None = None

    @property
    def guard_pid(self) -> int | None:
        return self._guard.pid if self._guard else None

    def start(self, *, capture: bool = False) -> None:
        """With capture the standard output is kept for finish(); all else goes to the log."""
        death_pipe, self._lifeline = os.pipe()
        service = self._service
        guard = [sys.executable, "-I", "-S", str(GUARD)]
        terms = [str(death_pipe), str(int(service.stop_signal)), str(service.grace)]
        try:
            with open(service.log, "ab") as log:
                self._guard = subprocess.Popen(
                    [*guard, *terms, *service.command],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE if capture else log,
                    stderr=log,
                    cwd=PROJECT,
                    env=service.environment,
                    pass_fds=(death_pipe, *self._held),
                    # Outside the terminal's foreground group: Ctrl-C is for the launcher alone.
                    process_group=0,
                )
        finally:
            os.close(death_pipe)

    def ended(self) -> int | None:
        return self._guard.poll() if self._guard else None

    def stop(self) -> None:
        self._let_go()
        if self._guard is None:
            return
        try:
            self._guard.wait(self._service.grace + GUARD_GRACE)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            self._guard.wait()
        self._guard = None

    def finish(self, while_waiting: Callable[[], None]) -> tuple[int, str]:
        """Waits for a command that ends by itself; answers its exit code and captured output."""
        guard = self._guard
        if guard is None:
            raise CannotStart(f"{self.name} was not started.")
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                output, _ = guard.communicate(timeout=0.2)
                return guard.returncode, (output or b"").decode()
            while_waiting()

    def _let_go(self) -> None:
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None


def run_to_end(service: Service, *, tell: Tell, held: Sequence[int] = ()) -> str:
    """Runs a command that ends by itself and answers its output. Raises CannotStart when it fails."""
    start_of_log = size_of(service.log)
    process = GuardedProcess(service, held=held)
    try:
        process.start(capture=True)
        code, output = process.finish(Ticks(service.name, tell))
    finally:
        process.stop()
    if code != 0:
        raise CannotStart(f"{service.name} failed ({describe(code)}).\n{tail(service.log, start_of_log)}")
    return output


class Ticks:
    """Says every few seconds that something is still going on."""

    def __init__(self, name: str, tell: Tell, every: float = 5.0) -> None:
        self._name = name
        self._tell = tell
        self._every = every
        self._began = time.monotonic()
        self._next = every

    def __call__(self) -> None:
        waited = time.monotonic() - self._began
        if waited >= self._next:
            self._tell(f"{self._name}: still working ({waited:.0f} s)")
            self._next += self._every


def describe(code: int) -> str:
    """An exit code in words; a guard answers 128 and the number for a signal."""
    if 128 < code < 192:
        with contextlib.suppress(ValueError):
            return f"killed by {Signals(code - 128).name}"
    if code < 0:
        return f"its guard was killed by {Signals(-code).name}"
    return f"exit code {code}"


def size_of(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def tail(log: Path, start: int = 0, lines: int = 15) -> str:
    """The last lines that were written after the given position, with the place where the rest is."""
    text = written_since(log, start)
    kept = "\n".join(f"  | {line}" for line in text.splitlines()[-lines:])
    return f"{kept}\n  The whole log: {log}"


def written_since(log: Path, start: int) -> str:
    if not log.exists():
        return ""
    with open(log, "rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")
