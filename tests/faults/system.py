"""The whole system as `make run` starts it, with times short enough for a test, and with ways to hurt it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.launcher.processes import eventually
from vtn.launcher import services
from vtn.launcher.home import PROJECT, Home
from vtn.launcher.mosquitto import Mosquitto
from vtn.launcher.options import Options
from vtn.launcher.web_address import WebAddress, free_port

# What a day of failures is made of, in seconds.
HASTE = {
    "DELIVERY_RETRY_FIRST_SECONDS": "0.2",
    "DELIVERY_RETRY_MOST_SECONDS": "2",
    "DELIVERY_LEASE_SECONDS": "5",
    "CIRCUIT_FIRST_SECONDS": "0.5",
    "CIRCUIT_MOST_SECONDS": "2",
    "CALLBACK_TIMEOUT_SECONDS": "2",
    "CALLBACK_CONNECT_TIMEOUT_SECONDS": "1",
    "UNSAFE_CALLBACKS_OVER_HTTP": "yes",
    "UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES": "yes",
    "UNSAFE_CALLBACKS_WITHOUT_CHALLENGE": "yes",
}
# A word in the command of each service that can be killed, and which process: its own, one of its children, or the
# launcher's child that guards it.
VICTIMS = {
    "delivery worker": ("deliveries@%h", "itself"),
    "a child of the delivery worker": ("deliveries@%h", "a child"),
    "guard of the delivery worker": ("deliveries@%h", "its guard"),
    "clock worker": ("clock@%h", "itself"),
    "beat": ("beat", "itself"),
    "web server": ("granian", "itself"),
    "a child of the web server": ("granian", "a child"),
    "guard of the web server": ("granian", "its guard"),
    "valkey": ("valkey", "itself"),
    "Mosquitto": ("mosquitto.conf", "itself"),
    "PostgreSQL": ("postgres", "itself"),
    "a connection of PostgreSQL": ("postgres", "a child"),
    "guard of PostgreSQL": ("postgres", "its guard"),
}


@dataclass(frozen=True)
class System:
    home: Home
    url: str
    mqtt_port: int
    environment: Mapping[str, str]
    launcher: psutil.Process
    screen: Path

    def enrol(self, name: str, role: str, targets: list[str] | None) -> dict[str, Any]:
        """A client with a secret, as `manage.py create_client` prints it."""
        command = [sys.executable, str(PROJECT / "manage.py"), "create_client", name, "--role", role]
        command += [] if targets is None else ["--targets", *targets]
        made = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return json.loads(made.stdout)

    def query(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.home.database_url, autocommit=True) as connection:
            found = connection.execute(statement, parameters)
            return found.fetchall() if found.description else []

    def kill(self, victim: str) -> None:
        """With SIGKILL. Does nothing where it has just died."""
        word, which = VICTIMS[victim]
        with suppress(psutil.NoSuchProcess, StopIteration, IndexError):
            guard, main = next(
                each for each in self._services() if any(word in part for part in each[1].cmdline())
            )
            chosen = {"itself": main, "its guard": guard}.get(which) or random.choice(main.children())
            chosen.kill()

    def _services(self) -> Iterator[tuple[psutil.Process, psutil.Process]]:
        """The guard and the main process of each."""
        for guard in self.launcher.children():
            with suppress(psutil.NoSuchProcess):
                yield from ((guard, main) for main in guard.children())


@contextmanager
def running(home: Home, screen: Path, **more: str) -> Iterator[System]:
    """Ready to serve inside, with a second delivery worker beside the one of the launcher, and with `more` in its
    environment."""
    port, mqtt_port = free_port(), free_port()
    mosquitto = Mosquitto.found(host="127.0.0.1", port=mqtt_port)
    assert mosquitto is not None, "on Debian, apt install mosquitto"
    # The servers of this test run are none of its business.
    others = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    ports = {"PORT": str(port), "MQTT_PORT": str(mqtt_port)}
    environment = {**others, "VTN_HOME": str(home.path), "WEB_WORKERS": "2", **ports, **HASTE, **more}
    with open(screen, "wb") as output:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "vtn.launcher"], cwd=PROJECT, env=environment, stdout=output, stderr=output
        )
    worker = None
    try:
        assert eventually(lambda: "curl -s" in screen.read_text(), within=180), screen.read_text()
        environment |= mosquitto.environment(home)
        worker = _second_worker(home, port, environment)
        url = f"http://127.0.0.1:{port}"
        yield System(home, url, mqtt_port, environment, psutil.Process(launcher.pid), screen)
        assert launcher.poll() is None, screen.read_text()
    finally:
        for process in filter(None, (worker, launcher)):
            process.terminate()
            process.wait(60)


def _second_worker(home: Home, port: int, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The same once more, as if somebody had started it twice."""
    service = services.delivery_worker(Options(home=home, address=WebAddress("127.0.0.1", port), workers=2))
    with open(home.logs / "second.log", "wb") as log:
        return subprocess.Popen(
            service.command, cwd=PROJECT, env=environment, stdout=log, stderr=log, process_group=0
        )
