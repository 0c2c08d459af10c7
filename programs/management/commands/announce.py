"""`manage.py announce`: lets VENs on the local network find this VTN, until it is stopped."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

import zeroconf
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from programs.queries import public_program_names
from vtn.discovery.announcement import Announcement, announcement, local_url
from vtn.discovery.announcer import Announcer, addresses_of

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Announces this VTN on the local network by multicast DNS, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="0.0.0.0", help="what the web server listens on")  # noqa: S104
        parser.add_argument("--port", type=int, default=8000, help="and the port")
        parser.add_argument("--look-every", type=float, default=5.0, help="seconds between looks for changes")

    def handle(self, *args: Any, host: str, port: int, look_every: float, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with Announcer() as announcer:
            while not stop.is_set():
                _look(announcer, host, port)
                stop.wait(look_every)


def _look(announcer: Announcer, host: str, port: int) -> None:
    """Networks and databases come back; until then this is not worth an end, which others would take for a fault."""
    try:
        wanted = _wanted(host, port)
        if announcer.announce(wanted):
            logger.info("Announced %s at %s", wanted.texts["local_url"], ", ".join(wanted.addresses))
    except (OSError, zeroconf.Error, DatabaseError) as error:
        logger.warning("The VTN cannot be announced now: %s", error)
    finally:
        connection.close()


def _wanted(host: str, port: int) -> Announcement:
    return announcement(
        settings.MDNS_URL or local_url(port),
        addresses=settings.MDNS_ADDRESSES or addresses_of(host),
        program_names=public_program_names(),
    )
