"""Writes a program with everything in it to a file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from programs.files.services import export_program
from programs.models import Program


class Command(BaseCommand):
    help = "Writes a program and its events as one JSON file, which import_program reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("program", help="the name or the id of the program")
        parser.add_argument("--output", default="-", help="a file, or - for standard output (the default)")

    def handle(self, *args: Any, program: str, output: str, **options: Any) -> None:
        found = Program.objects.filter(Q(id=program) | Q(program_name=program)).order_by("created_at").first()
        if found is None:
            raise CommandError(f"There is no program '{program}'")
        if output == "-":
            export_program(found.id, sys.stdout.buffer)
        else:
            with Path(output).open("wb") as file:
                export_program(found.id, file)
