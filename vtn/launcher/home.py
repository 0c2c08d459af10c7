"""Knows where everything of one installation lies and how its embedded services are reached.

Read by the settings of every process, so it imports nothing heavy and touches the disk only when asked.
"""

import hashlib
import os
import re
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from vtn.launcher.errors import CannotStart

PROJECT = Path(__file__).resolve().parents[2]

# What a socket's address may hold, without the NUL at its end.
SOCKET_PATH_LIMIT = 107 if sys.platform == "linux" else 103
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"

# Anything else would need quoting in a URL, in a PostgreSQL setting and in a list of hosts.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True)
class Home:
    """The directory of one installation, its data and the addresses of what runs in it."""

    path: Path

    @classmethod
    def from_environment(cls) -> "Home":
        """The directory named by VTN_HOME, or .vtn beside manage.py."""
        return cls.at(os.environ.get("VTN_HOME") or PROJECT / ".vtn")

    @classmethod
    def at(cls, directory: str | Path) -> "Home":
        return cls(Path(directory).expanduser().resolve())

    @property
    def postgres_data(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.path / "valkey"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def celery_schedule(self) -> Path:
        return self.path / "celery-beat"

    @property
    def shared_versions(self) -> Path:
        """The memory map through which the web workers of this host tell each other of changes."""
        return self.path / "shared-versions"

    @property
    def sockets(self) -> Path:
        """Where the sockets lie: in the directory itself, or in a short one where its path will not do."""
        wanted = self.path / "run"
        longest = len(os.fsencode(wanted)) + len(LONGEST_SOCKET_NAME)
        if longest <= SOCKET_PATH_LIMIT and PLAIN_PATH.fullmatch(str(wanted)):
            return wanted
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        # Not $TMPDIR: every terminal has to find the same place. make() sees to it that it is ours.
        return Path("/tmp") / f"vtn-{os.geteuid()}-{digest}"  # noqa: S108

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def database_url(self) -> str:
        return self.postgres_url("vtn")

    def postgres_url(self, database: str) -> str:
        """As a parameter the socket's directory is understood by libpq and by django-environ alike."""
        return f"postgresql://postgres@/{database}?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        """For redis-py and the cache. Not the broker's database: clearing a cache empties all of it."""
        return f"unix://{self.valkey_socket}?db=1"

    @property
    def broker_url(self) -> str:
        """For Celery, which spells a socket in a way of its own."""
        return f"redis+socket://{self.valkey_socket}"

    def make(self) -> None:
        """Creates what is missing; what it creates is closed to other accounts."""
        for directory in (self.path, self.logs, self.valkey_data):
            _make_private(directory)
        _make_private(self.sockets)
        _require_own(self.sockets)

    def secret_key(self) -> str:
        """The key everything is signed with: made at random once and kept in a file."""
        _make_private(self.path)
        path = self.path / "secret-key"
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text(encoding="ascii").strip()


def _make_private(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"{directory} cannot be created: {error.strerror}. Set VTN_HOME to a directory of yours."
        ) from error


def _require_own(directory: Path) -> None:
    """Refuses a directory that somebody else made in a place where everybody may write."""
    found = directory.lstat()
    if directory.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise CannotStart(
            f"{directory} belongs to another account or is open to others. Remove it and start again."
        )


def _write_once(path: Path, text: str) -> None:
    """Writes the file whole or not at all; of several writers at once the first one wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
