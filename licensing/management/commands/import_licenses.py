"""Imports licences from a table, from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from licensing.importing.services import import_licenses
from licensing.importing.verdicts import Found
from licensing.wire import table
from vtn.caller import Caller
from vtn.errors import VtnError


class Command(BaseCommand):
    help = (
        f"Creates the licences of a CSV table whose first line names the columns: {', '.join(table.COLUMNS)}. Prints a "
        "line for each; if one is at fault nothing is created. Safe to repeat: what is there as written stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            imported = import_licenses(
                caller=Caller.staff("manage.py"),
                lines=table.read(path.read_bytes()),
                is_dry_run=options["dry_run"],
                now=timezone.now(),
            )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except VtnError as error:
            raise CommandError(f"{path}: {error.detail}") from error
        for verdict in imported.verdicts:
            words = filter(None, [verdict.key, verdict.found.value, verdict.text])
            self.stdout.write(f"line {verdict.number}: {': '.join(words)}")
        if not imported.is_good:
            raise CommandError(f"{imported.count(Found.FAULT)} lines are at fault; nothing was created")
        created = imported.count(Found.NEW)
        self.stdout.write(f"{created} licences {'were created' if imported.is_done else 'would be created'}")
