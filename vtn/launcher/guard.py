"""Stands between a launcher and one service, so that the service never outlives the launcher.

Run as a script of its own, never imported: `guard.py DEATH_PIPE SIGNAL GRACE COMMAND...`. The launcher holds
the other end of the pipe. When that end closes, because the launcher wants the service stopped or because the
launcher is gone, however it died, the guard stops the service and everything the service has started.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
import time
from typing import NoReturn

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
ON_LINUX = sys.platform == "linux"


def main(death_pipe: int, stop_signal: int, grace: float, command: list[str]) -> int:
    _close_on_exec()
    # Grandchildren whose parent dies become children of the guard, which can then end them.
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    wake = _wake_on(signal.SIGCHLD, *STOP_SIGNALS)
    child = _start(command, stop_signal)
    status = _watch(child, death_pipe, wake)
    if status is None:
        status = _stop(child, stop_signal, grace, wake)
    _sweep(child)
    return os.waitstatus_to_exitcode(status) if status is not None else -signal.SIGKILL


def _start(command: list[str], stop_signal: int) -> int:
    guard = os.getpid()
    # A signal that comes before the child is the command must not end in the guard's own handlers.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    child = os.fork()
    if child == 0:
        _become(command, stop_signal, guard, mask)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    with contextlib.suppress(OSError):  # the child may have been faster
        os.setpgid(child, child)
    return child


def _become(command: list[str], stop_signal: int, guard: int, mask: set[int | signal.Signals]) -> NoReturn:
    try:
        # A group, not a session: sessions of their own would be scheduled against each other.
        os.setpgid(0, 0)
        # Should the guard itself be killed, its child at least is told to stop.
        _prctl(PR_SET_PDEATHSIG, stop_signal)
        for number in (*STOP_SIGNALS, signal.SIGCHLD, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if os.getppid() == guard:
            os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        os.write(2, f"{command[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def _watch(child: int, death_pipe: int, wake: int) -> int | None:
    """Waits until the child has ended (its status) or is to be stopped (None)."""
    while True:
        ready, _, _ = select.select([death_pipe, wake], [], [])
        signals = os.read(wake, 512) if wake in ready else b""
        status = _reap(child)
        if status is not None:
            return status
        if death_pipe in ready or any(number in STOP_SIGNALS for number in signals):
            return None


def _stop(child: int, stop_signal: int, grace: float, wake: int) -> int | None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, stop_signal)
    deadline = time.monotonic() + grace
    while (status := _reap(child)) is None and (left := deadline - time.monotonic()) > 0:
        if select.select([wake], [], [], left)[0]:
            os.read(wake, 512)
    return status


def _reap(child: int) -> int | None:
    """Collects whoever has ended; answers the child's status if it was among them."""
    child_status = None
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                child_status = ended[1]
    return child_status


def _sweep(child: int) -> None:
    """Ends what the child has left behind, in its group or in groups of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    while left_behind := _children():
        for pid in left_behind:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)


def _children() -> list[int]:
    """The guard's children where the kernel lists them; elsewhere the group has to do."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as listing:
            return [int(pid) for pid in listing.read().split()]
    except OSError:
        return []


def _wake_on(*signals: signal.Signals) -> int:
    """A descriptor that becomes readable when one of the signals arrives."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in signals:
        signal.signal(number, lambda *_: None)
    return reader


def _close_on_exec() -> None:
    """What the launcher handed to the guard (the pipe, a lock) is not for the service."""
    for descriptor in map(int, os.listdir("/dev/fd")):
        if descriptor > 2:
            with contextlib.suppress(OSError):  # the listing's own is closed by now
                os.set_inheritable(descriptor, False)


def _prctl(option: int, value: int) -> None:
    if ON_LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    code = main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:])
    sys.exit(code if code >= 0 else 128 - code)
