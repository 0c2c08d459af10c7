"""`manage.py import_timings`: CGRateS' Timings.csv into a tariff plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tariffs.timings.importing import Line, Report, import_file
from vtn.caller import Caller
from vtn.errors import VtnError


class Command(BaseCommand):
    help = (
        "Reads a Timings.csv of any version into a tariff plan, and says what becomes of each line. A file that cannot "
        "be read as a whole changes nothing. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--tpid", required=True, help="the tariff plan")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument(
            "--replace", action="store_true", help="delete the plan's timings that the file does not have"
        )

    def handle(self, *args: Any, file: Path, tpid: str, dry_run: bool, replace: bool, **options: Any) -> None:
        try:
            report = import_file(
                caller=Caller.staff("manage.py"),
                tpid=tpid,
                document=file.read_bytes(),
                is_replacing=replace,
                is_dry_run=dry_run,
                now=timezone.now(),
            )
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except VtnError as error:
            raise CommandError(error.detail) from error
        if report.errors:
            told = "\n".join(f"{file}, line {each.line}: {each.text}" for each in report.errors)
            raise CommandError(f"{told}\nNothing is stored.")
        self._tell(report, dry_run)

    def _tell(self, report: Report, is_dry_run: bool) -> None:
        for line in report.lines:
            self.stdout.write(_told(line))
        for tag in report.deleted:
            self.stdout.write(f"{tag}: deleted")
        counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items())
        self.stdout.write(counts + (". A dry run: nothing is stored." if is_dry_run else ""))
        if report.refused_in_2013:
            self.stdout.write(
                f"The loader of 2013 would have refused {len(report.refused_in_2013)} of these lines."
            )


def _told(line: Line) -> str:
    return "; ".join((f"line {line.number}: {line.tag}: {line.outcome}", *line.warnings))
