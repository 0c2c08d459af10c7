"""The whole system, started as `make run` starts it, in a home of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.launcher.processes import all_gone, descendants, eventually
from vtn.launcher.home import PROJECT
from vtn.launcher.web_address import free_port


class Run:
    """One run of the launcher, seen from the outside."""

    def __init__(self, home, port, screen):
        without_servers = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        environment = {**without_servers, "VTN_HOME": str(home.path), "PORT": str(port), "WEB_WORKERS": "1"}
        environment["MQTT_PORT"] = str(free_port())
        self.url = f"http://127.0.0.1:{port}"
        self._screen = screen
        with open(screen, "wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "vtn.launcher"],
                cwd=PROJECT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def screen(self):
        return self._screen.read_text()

    def is_ready(self):
        return "curl -s" in self.screen or self.process.poll() is not None

    def answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False

    def service(self, word):
        """The main process of the service whose command has the word in it."""
        guards = psutil.Process(self.process.pid).children()
        return next(
            main
            for guard in guards
            for main in guard.children()
            if any(word in arg for arg in main.cmdline())
        )

    def end(self, number):
        """Sends the signal; answers the exit code and the processes there were."""
        family = descendants(self.process.pid)
        self.process.send_signal(number)
        return self.process.wait(60), family


@pytest.fixture
def launch(home, tmp_path):
    runs = []

    def start(port):
        runs.append(Run(home, port, Path(tmp_path / f"screen-{len(runs)}")))
        return runs[-1]

    yield start
    for run in runs:
        if run.process.poll() is None:
            run.end(signal.SIGTERM)


def secrets_on(screen):
    return re.findall(r"client secret (\S+)", screen)


def test_one_command_serves_survives_a_kill_and_stops(launch, home):
    port = free_port()
    run = launch(port)
    assert eventually(run.is_ready, within=90), run.screen

    # The line on the first screen works as it is.
    line = next(line for line in run.screen.splitlines() if line.startswith("curl "))
    polled = subprocess.run(["sh"], input=line, capture_output=True, text=True, check=True)
    assert isinstance(json.loads(polled.stdout), list), polled.stdout

    # A second one on the same home is refused and does not disturb the first.
    second = launch(free_port())
    assert second.process.wait(30) == 1
    assert f"already running in {home.path}: process {run.process.pid} at {run.url}" in second.screen
    assert run.answers()

    # A web server that is killed comes back.
    run.service("granian").kill()
    assert eventually(lambda: "web server ended (killed by SIGKILL); starting it again" in run.screen)
    assert eventually(run.answers)

    # A launcher that is killed leaves nothing behind; the next start waits for that, and finds the data.
    code, family = run.end(signal.SIGKILL)
    again = launch(port)
    assert code == -signal.SIGKILL
    assert eventually(lambda: all_gone(family), within=30)
    assert eventually(again.is_ready, within=60), again.screen
    assert again.answers()
    assert secrets_on(again.screen) == secrets_on(run.screen) != []

    # Ctrl-C stops everything, the last to start first.
    code, family = again.end(signal.SIGINT)
    assert code == 0
    assert all_gone(family)
    stopped = re.findall(r"Stopping (.*)", again.screen)
    assert stopped == [
        "web server",
        "Celery beat",
        "clock worker",
        "delivery worker",
        "Celery worker",
        "Mosquitto",
        "valkey",
        "PostgreSQL",
    ]


def test_a_start_that_is_interrupted_half_way_leaves_nothing_behind(launch, home):
    run = launch(free_port())
    assert eventually(lambda: "Bringing the database up to date" in run.screen, within=30), run.screen

    code, family = run.end(signal.SIGTERM)

    assert code == 0
    assert all_gone(family)
    assert "The VTN is running" not in run.screen


def test_a_port_in_use_is_told_before_anything_is_started(launch, home):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        run = launch(listener.getsockname()[1])

        assert run.process.wait(30) == 1
    assert "Choose another one with PORT" in run.screen
    assert not home.postgres_data.exists()
