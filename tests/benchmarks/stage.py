"""Brings up what is measured, as `make run` does it, in a directory that is thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import django
import psycopg

from vtn.launcher import services
from vtn.launcher.errors import CannotStart
from vtn.launcher.home import Home
from vtn.launcher.options import Options
from vtn.launcher.postgres import EmbeddedPostgres
from vtn.launcher.process import GuardedProcess, Service, run_to_end, tail
from vtn.launcher.valkey import EmbeddedValkey
from vtn.launcher.web_address import WebAddress, free_port

WORKERS = 2
PATIENCE = 60.0

# As the migrations leave it, to make others of.
EMPTY_DATABASE = "vtn_empty"


@dataclass(frozen=True)
class Stage:
    """A migrated database and a broker. Whatever is started on it ends with it.

    Everything runs in the session of this process: the kernel shares the cores out between sessions first
    (`sched_autogroup_enabled`), and servers in another session than wrk's would look up to 40 % slower.
    """

    home: Home
    _stack: ExitStack

    def start(self, service: Service, address: WebAddress, path: str) -> str:
        """Starts a server, waits until the path answers, and tells its root. Raises CannotStart."""
        process = GuardedProcess(service)
        self.start_aside(process)
        give_up_at = time.monotonic() + PATIENCE
        while not address.answers(path):
            if process.ended() is not None or time.monotonic() > give_up_at:
                raise CannotStart(f"{service.name} did not start.\n{tail(service.log)}")
            time.sleep(0.05)
        return address.url

    def start_aside(self, process: GuardedProcess) -> None:
        """Starts what nobody can ask whether it is ready."""
        self._stack.callback(process.stop)
        process.start()

    def start_web(
        self, path: str, *, more: Mapping[str, str] | None = None, application: str | None = None
    ) -> str:
        """The web server of `make run`, with more in its environment or with another application in it."""
        address = WebAddress("127.0.0.1", free_port())
        service = services.web_server(Options(home=self.home, address=address, workers=WORKERS))
        command = [*service.command[:-1], application or service.command[-1]]
        environment = {**(service.environment or {}), **(more or {})}
        return self.start(replace(service, command=command, environment=environment), address, path)


@contextmanager
def stage() -> Generator[Stage, None, None]:
    """Also makes this process one in which the project's own code can be called."""
    with ExitStack() as stack:
        # Not $TMPDIR: its path may be too long for a socket.
        directory = Path(tempfile.mkdtemp(prefix="vtn-bench-", dir="/tmp"))
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        home = Home.at(directory)
        _take_environment(home)
        for server in (EmbeddedPostgres(home, tell=print), EmbeddedValkey(home, tell=print)):
            stack.callback(server.stop)
            server.start()
        options = Options(home=home, address=WebAddress("127.0.0.1", free_port()), workers=WORKERS)
        run_to_end(services.migrate(options), tell=print)
        django.setup()
        copy_database("vtn", EMPTY_DATABASE)
        yield Stage(home, stack)


def copy_database(existing: str, new: str) -> None:
    """Nobody may be connected to the existing one."""
    with psycopg.connect(Home.from_environment().postgres_url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {new} TEMPLATE {existing}")


def _take_environment(home: Home) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "KEEP_ANSWERS"):
        os.environ.pop(name, None)
    os.environ["VTN_HOME"] = str(home.path)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
