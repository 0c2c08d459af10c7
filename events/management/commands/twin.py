"""Runs a twin of another system, so that a backend can be tried without that system."""

from __future__ import annotations

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.backends.twins import TWINS, twin_named


class Command(BaseCommand):
    help = "Runs a harmless server that answers as another system does, until it is interrupted"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(TWINS))
        parser.add_argument("--host", default="127.0.0.1", help="the address it listens on")
        parser.add_argument("--port", type=int, default=0, help="without it, one that is free")

    def handle(self, *args: Any, name: str, host: str, port: int, **options: Any) -> None:
        try:
            twin = twin_named(name)(host=host, port=port)
        except (OSError, OverflowError) as error:
            raise CommandError(f"It cannot listen on {host}:{port}: {error}") from error
        with twin.running():
            self.stdout.write(f"{twin.title}: {twin.url}\n{twin.advice()}")
            self.stdout.flush()
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                self.stdout.write("Stopped")
