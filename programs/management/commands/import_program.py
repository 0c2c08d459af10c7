"""Makes a program from a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from programs.files.services import import_program, look_at
from vtn.caller import Caller
from vtn.errors import VtnError


class Command(BaseCommand):
    help = "Makes a program and its events from a file that export_program wrote, or nothing of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the JSON file")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would come of it")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            document = file.read_bytes()
            loaded = look_at(document)
            counts = ", ".join(f"{count} {name}" for name, count in loaded.counts.items())
            if dry_run:
                self.stdout.write(f"“{loaded.name}” can be made, with {counts}")
                return
            program = import_program(caller=Caller.staff("manage.py"), document=document, now=timezone.now())
        except VtnError as error:
            raise CommandError(error.detail) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"“{loaded.name}” is {program.id}, with {counts}")
