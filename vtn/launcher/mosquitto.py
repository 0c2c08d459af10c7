"""Runs the Mosquitto of the machine, where there is one, for MQTT without anything to set up.

VENs reach it with TLS and a certificate that the VTN has made for them, the VTN by a unix socket. Who may read what is
told to its dynamic security plugin by the VTN, which is the only administrator there.
"""

import json
import os
import pwd
import secrets
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from vtn.launcher.errors import CannotStart
from vtn.launcher.home import Home
from vtn.launcher.mosquitto_rules import VTN, first_rules
from vtn.launcher.process import GuardedProcess, Service, Tell, Ticks, describe, size_of, tail

# Daemons are not on everybody's path.
_PROGRAMS = os.pathsep.join(
    ("/usr/sbin", "/usr/local/sbin", "/usr/local/opt/mosquitto/sbin", "/opt/homebrew/sbin")
)
_LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")
_PLUGIN = "mosquitto_dynamic_security.so"


@dataclass(frozen=True)
class Mosquitto:
    """One that is installed, and where VENs will reach it."""

    program: str
    plugin: str
    host: str
    port: int

    @classmethod
    def found(cls, *, host: str, port: int) -> "Mosquitto | None":
        """None where it, or its plugin, is not installed, or somebody else has the port."""
        program = shutil.which("mosquitto") or shutil.which("mosquitto", path=_PROGRAMS)
        plugin = next(_plugins(), None) if program else None
        if program is None or plugin is None or not _is_free(host, port):
            return None
        return cls(program, str(plugin), host, port)

    @property
    def names(self) -> list[str]:
        """By which VENs may reach it, for its certificate."""
        here = ["localhost", "127.0.0.1", socket.gethostname()]
        return here if self._is_everywhere else sorted({self.host, *here})

    @property
    def uri(self) -> str:
        name = socket.gethostname() if self._is_everywhere else self.host
        return f"mqtts://{f'[{name}]' if ':' in name else name}:{self.port}"

    @property
    def _is_everywhere(self) -> bool:
        return self.host in ("0.0.0.0", "::")  # noqa: S104 - what somebody else has chosen

    def environment(self, home: Home) -> dict[str, str]:
        """What the VTN's processes have to know of it."""
        user = f"{quote(VTN)}:{_password(home)}"
        return {
            "MQTT_URL": f"unix://{user}@{_socket(home)}",
            "MQTT_URIS": self.uri,
            "MQTT_AUTHENTICATION": "CERTIFICATE",
            "MQTT_DYNAMIC_SECURITY": "yes",
        }


class EmbeddedMosquitto:
    """A Mosquitto of our own. Its certificates have to be there before (`manage.py mqtt_certificates`)."""

    name = "Mosquitto"

    def __init__(self, mosquitto: Mosquitto, home: Home, *, tell: Tell, held: Sequence[int] = ()) -> None:
        self._mosquitto, self._home, self._tell = mosquitto, home, tell
        self._directory = directory(home)
        self._log = home.logs / "mosquitto.log"
        self._held = tuple(held)
        self._process: GuardedProcess | None = None

    @property
    def guard_pid(self) -> int | None:
        return self._process.guard_pid if self._process else None

    def start(self) -> None:
        """Starts the broker and waits until it answers. Raises CannotStart."""
        self._home.make()
        self._write_files()
        start_of_log = size_of(self._log)
        command = [self._mosquitto.program, "-c", str(self._directory / "mosquitto.conf")]
        self._process = GuardedProcess(Service(self.name, command, self._log), held=self._held)
        self._process.start()
        tick = Ticks(self.name, self._tell)
        while not _answers(_socket(self._home)):
            tick()
            code = self._process.ended()
            if code is not None:
                self.stop()
                raise CannotStart(
                    f"Mosquitto did not start ({describe(code)}).\n{tail(self._log, start_of_log)}\n"
                    "Set MQTT_PORT to another port, or to 0 to do without MQTT."
                )
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process:
            self._process.stop()
            self._process = None

    def ended(self) -> int | None:
        return self._process.ended() if self._process else None

    def _write_files(self) -> None:
        _make_private(self._directory)
        (self._directory / "mosquitto.conf").write_text("\n".join(self._lines()) + "\n", encoding="utf-8")
        # Once: from then on it is the plugin's, with all that the VTN has told it.
        rules = self._directory / "dynamic-security.json"
        if not rules.exists():
            rules.touch(mode=0o600)
            rules.write_text(json.dumps(first_rules(_password(self._home))), encoding="ascii")

    def _lines(self) -> list[str]:
        at = self._directory
        lines = [
            "per_listener_settings false",
            f"plugin {self._mosquitto.plugin}",
            f"plugin_opt_config_file {at / 'dynamic-security.json'}",
            "allow_anonymous false",
            "persistence true",
            f"persistence_location {at}/",
            # On their way to one client at once, and kept for one that is away; more are lost.
            "max_inflight_messages 1000",
            "max_queued_messages 100000",
            "log_dest stdout",
            f"listener {self._mosquitto.port} {self._mosquitto.host}",
            f"cafile {at / 'ca.pem'}",
            f"certfile {at / 'server.pem'}",
            f"keyfile {at / 'server.key'}",
            "require_certificate true",
            "use_identity_as_username true",
            # The last: once it is there, so is the other one.
            f"listener 0 {_socket(self._home)}",
        ]
        # Started by root it would become somebody who cannot read these files.
        return [f"user {pwd.getpwuid(0).pw_name}", *lines] if os.geteuid() == 0 else lines


def directory(home: Home) -> Path:
    """Where its files lie, certificates included."""
    return home.path / "mosquitto"


def _socket(home: Home) -> Path:
    return home.sockets / "mosquitto.sock"


def _password(home: Home) -> str:
    """The VTN's own: made at random once."""
    path = directory(home) / "password"
    if not path.exists():
        _make_private(path.parent)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(24), encoding="ascii")
    return path.read_text(encoding="ascii")


def _make_private(place: Path) -> None:
    place.mkdir(mode=0o700, parents=True, exist_ok=True)


def _plugins() -> Iterator[Path]:
    """As they lie there, or in a directory for the machine's kind."""
    for library in map(Path, _LIBRARIES):
        yield from (*library.glob(_PLUGIN), *library.glob(f"*/{_PLUGIN}"))


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except OSError:
        return False
    return True


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(path))
    except OSError:
        return False
    return True
