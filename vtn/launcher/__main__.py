"""`python -m vtn.launcher`: what `make run` runs."""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from vtn.launcher.errors import CannotStart
from vtn.launcher.first_screen import first_screen
from vtn.launcher.options import Options
from vtn.launcher.supervisor import Supervisor

PARENT = os.getppid()
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Runs the system until it is told to stop; answers the exit code."""
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    try:
        _run()
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
        return 0
    except CannotStart as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    return 0


def _run() -> None:
    options = Options.from_environment()
    with Supervisor(options, tell=_tell) as running:
        if running.demo:
            print(first_screen(options, running.demo), flush=True)
        running.watch(_make_was_killed)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Ends the wait, once: from here on everything stops in order, whatever else is pressed."""
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _make_was_killed() -> bool:
    """A make that is killed cannot pass it on. Others who start us may leave: that is what nohup is for."""
    return "MAKELEVEL" in os.environ and os.getppid() != PARENT


def _tell(text: str) -> None:
    with suppress(OSError):  # the terminal may be gone; the work goes on
        print(f"  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
