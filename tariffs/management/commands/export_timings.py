"""`manage.py export_timings`: a tariff plan's timings as CGRateS' Timings.csv."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tariffs.timings import queries
from tariffs.timings.wire import csv_table
from vtn.caller import Caller


class Command(BaseCommand):
    help = "Writes the timings of a tariff plan as a Timings.csv to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tpid", required=True, help="the tariff plan")

    def handle(self, *args: Any, tpid: str, **options: Any) -> None:
        found = queries.timings_in(Caller.staff("manage.py"), tpid)
        if not found.exists():
            raise CommandError(f"There is no tariff plan '{tpid}'")
        contents = (stored.content for stored in found.iterator())
        for line in csv_table.write(contents):
            self.stdout.write(line, ending="")
