"""Imports a document of day-ahead prices from the command line, by hand or from cron."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tariffs.prices import PriceSeries, Unit, UnreadablePrices
from tariffs.publishing.days import Outcome
from tariffs.services import import_day_ahead_prices
from tariffs.wire.documents import FORMATS, format_of, read
from vtn.caller import Caller
from vtn.errors import VtnError
from vtn.local_time import NoSuchZone, zone_named


class Command(BaseCommand):
    help = (
        "Makes a programme and one event per day out of a document of day-ahead prices, and prints one JSON object. "
        "Safe to repeat: days whose prices did not change are not touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--program", required=True, metavar="NAME", help="created when it is missing")
        # The day of the coupled European market, in every country that takes part.
        parser.add_argument(
            "--zone", type=_zone, default="Europe/Brussels", help="whose days and times; default: %(default)s"
        )
        parser.add_argument("--format", choices=FORMATS, help="default: by the file's ending")
        parser.add_argument(
            "--currency",
            help="of a CSV (default: EUR); of an ENTSO-E document, which says it itself, a check",
        )
        parser.add_argument(
            "--unit", choices=[unit.value for unit in Unit], help="of a CSV (default: KWH); else a check"
        )
        parser.add_argument(
            "--attribute",
            type=_attribute,
            action="append",
            default=[],
            metavar="TYPE=VALUE",
            help="of a programme that is created, such as COUNTRY=BE; may be repeated",
        )
        parser.add_argument("--dry-run", action="store_true", help="stores nothing, and tells what would be")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            series = _read(options)
            imported = import_day_ahead_prices(
                caller=Caller.staff("manage.py"),
                program_name=options["program"],
                series=series,
                zone=options["zone"],
                attributes=dict(options["attribute"]),
                now=timezone.now(),
                is_dry_run=options["dry_run"],
            )
        except UnreadablePrices as error:
            raise CommandError(f"{options['file']}: {error.detail}") from error
        except VtnError as error:
            raise CommandError(error.detail) from error
        counts = {outcome.value: imported.days[outcome] for outcome in Outcome}
        report = {"program_id": imported.program.id, **counts, "remarks": series.remarks}
        self.stdout.write(json.dumps(report))


def _read(options: dict[str, Any]) -> PriceSeries:
    path: Path = options["file"]
    kind = options["format"] or format_of(path.name)
    if kind is None:
        raise CommandError(f"{path}: the ending does not tell the format; say --format")
    try:
        document = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    return read(
        document, kind, zone=options["zone"], currency=options["currency"] or "", unit=options["unit"] or ""
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return zone_named(name)
    except NoSuchZone as refusal:
        raise ArgumentTypeError(refusal.detail) from None


def _attribute(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise ArgumentTypeError(f"'{text}' is not of the form TYPE=VALUE")
    return name, value
