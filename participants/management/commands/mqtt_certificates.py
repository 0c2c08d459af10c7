"""Writes what a broker needs to know its clients by certificates of the VTN's, and to be known itself."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from participants.mqtt.certificates import authority


class Command(BaseCommand):
    help = "Writes ca.pem, and with --host a new server.pem and server.key, for an MQTT broker"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="where to; it is created if it is missing")
        parser.add_argument(
            "--host",
            action="append",
            default=[],
            help="a name or an address by which VENs reach the broker; may be repeated",
        )
        parser.add_argument("--days", type=int, default=397, help="how long server.pem is good for")

    def handle(self, *args: Any, directory: Path, host: list[str], days: int, **options: Any) -> None:
        now = timezone.now()
        ours = authority(now=now)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(directory / "ca.pem", ours.text)
        if host:
            server = ours.for_server(host, now=now, lifetime=timedelta(days=days))
            _write(directory / "server.pem", server.text)
            _write(directory / "server.key", server.key)


def _write(path: Path, text: str) -> None:
    """For the account that runs this alone, from the start."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
