"""What is announced: pure rules (3.1.0 Definition, "Discovery and Configuration of Local VTNs")."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

SERVICE_TYPE = "_openadr3._tcp.local."

_VERSION, _BASE_PATH = "3.1.0", "openadr3/3.1.0"
_OPENAPI_PATH = "openapi/openadr-3.1.0.json"
# A TXT record holds strings of at most so many bytes, `key=value` each (RFC 6763 §6.1).
_LONGEST_STRING = 255
# Of the 63 bytes of an instance's name (RFC 6763 §4.1.1), which has the port behind the host.
_LONGEST_HOST = 57
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Announcement:
    """One VTN: the host and port that it answers at, its addresses, and the texts beside."""

    host: str
    port: int
    addresses: tuple[str, ...]
    texts: Mapping[str, str]

    @property
    def instance(self) -> str:
        """By host and port, where nobody else is."""
        return f"{self.host.partition('.')[0]}-{self.port}.{SERVICE_TYPE}"


def announcement(url: str, *, addresses: Iterable[str], program_names: Iterable[str]) -> Announcement:
    """Of the VTN at this URL, whose host ends in `.local`, with the keys that 3.1.0's Definition names."""
    parts, root = urlsplit(url), url.rstrip("/")
    return Announcement(
        host=(parts.hostname or "").rstrip("."),
        port=parts.port or _PORTS[parts.scheme],
        addresses=tuple(sorted(addresses)),
        texts={
            "version": _VERSION,
            "base_path": _BASE_PATH,
            "local_url": f"{root}/{_BASE_PATH}",
            "program_names": _cut("program_names", program_names),
            "requires_auth": "True",
            "openapi_url": f"{root}/{_OPENAPI_PATH}",
        },
    )


def local_url(port: int) -> str:
    """Of a VTN that nobody gave a URL to: by the name of this machine."""
    name = socket.gethostname().partition(".")[0].lower() or "vtn"
    return f"http://{name}.local:{port}"


def fault_of(url: str) -> str | None:
    """Why a URL cannot be announced; None if it can. "SHOULD announce its `.local` hostname" (as above)."""
    try:
        parts = urlsplit(url)
        is_whole = parts.port is None or parts.port > 0
    except ValueError as error:
        return str(error)
    if parts.scheme not in _PORTS or not is_whole or parts.path.strip("/") or parts.query or parts.fragment:
        return "it is to be like https://vtn.local:8443"
    name, _, rest = (parts.hostname or "").partition(".")
    if rest.rstrip(".") != "local" or not 1 <= len(name) <= _LONGEST_HOST:
        return "its host has to be one name before .local"
    return None


def _cut(key: str, names: Iterable[str]) -> str:
    """As many whole names as there is room for, from the front.

    Interpretation: "a comma separated string" says nothing of names that have a comma. They are left out: they would be
    read as two others.
    """
    room = _LONGEST_STRING - len(f"{key}=")
    listed = ""
    for name in names:
        if "," in name:
            continue
        longer = f"{listed},{name}" if listed else name
        if len(longer.encode()) > room:
            break
        listed = longer
    return listed
