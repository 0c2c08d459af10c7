"""What the tests of the launcher need to know about the processes of this machine."""

import time
from collections.abc import Callable

import psutil


def eventually(is_so: Callable[[], bool], within: float = 15.0) -> bool:
    """True as soon as it is so; False when it still is not after the given time."""
    give_up_at = time.monotonic() + within
    while not is_so():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.02)
    return True


def descendants(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def is_gone(process: psutil.Process) -> bool:
    """True also for one that has ended and that nobody has asked after yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def all_gone(processes: list[psutil.Process]) -> bool:
    return all(is_gone(process) for process in processes)
