"""`manage.py export_reports`: readings into a file, for whoever settles accounts or draws charts."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from events.reports.export import FORMATS, Selection
from vtn.wire.moments import NOW, parse_moment


class Command(BaseCommand):
    help = "Writes the readings of reports, one line or row each. What is not named is not narrowed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument("--output", required=True, help="a file, or - for standard output")
        parser.add_argument("--program", help="id of a program")
        parser.add_argument("--event", help="id of an event")
        parser.add_argument("--client", help="client id of a VEN")
        parser.add_argument("--resource", help="name of a resource")
        parser.add_argument(
            "--from", dest="from_at", help="readings that end after this, as 2026-06-01T00:00:00Z"
        )
        parser.add_argument("--to", dest="to_at", help="readings that start before this")

    def handle(self, *args: Any, format: str, output: str, **options: Any) -> None:
        wanted = Selection(
            program_id=options["program"],
            event_id=options["event"],
            client_id=options["client"],
            resource_name=options["resource"],
            from_at=_moment("--from", options["from_at"]),
            to_at=_moment("--to", options["to_at"]),
        )
        pieces = FORMATS[format](wanted)
        if output == "-":
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            return
        target = Path(output)
        # Under another name until it is whole: nobody takes the beginning of an export for all of it.
        unfinished = target.with_name(f"{target.name}.part")
        with unfinished.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        unfinished.replace(target)


def _moment(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parse_moment(text)
    except ValueError as error:
        raise CommandError(f"{option}: {error}") from None
    if moment is NOW:
        raise CommandError(f"{option}: '{text}' is not a moment")
    return moment
