"""A throwaway authority, and a certificate of it for a server on this machine."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from participants.mqtt.certificates import new_authority


class Authority:
    """Signs for 127.0.0.1 and for names; `file` is what its clients have to trust."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._now = directory, datetime.now(UTC)
        self._authority = new_authority(self._now)
        self.file = directory / "authority.pem"
        self.file.write_text(self._authority.text)

    def server(self, *names: str) -> ssl.SSLContext:
        """What a server needs that is reached at 127.0.0.1 and by these names."""
        hosts = [*names, "127.0.0.1"]
        certificate = self._authority.for_server(hosts, now=self._now, lifetime=timedelta(days=1))
        file = self._directory / "server.pem"
        file.write_text(certificate.key + certificate.text)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context
