"""`manage.py report_months`: makes and drops months of reports by hand; the workers do it every day."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser
from django.utils import timezone

from events.reports import partitions


class Command(BaseCommand):
    help = "Makes the partitions for the months to come, and drops months of reports that need not be kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--ahead", type=int, default=settings.REPORT_MONTHS_AHEAD, help="months to make after this one"
        )
        parser.add_argument(
            "--keep",
            type=int,
            default=settings.REPORT_RETENTION_MONTHS,
            help="whole months to keep before this one; 0 keeps all",
        )

    def handle(self, *args: Any, ahead: int, keep: int, **options: Any) -> None:
        made, dropped = partitions.look_after(now=timezone.now(), ahead=ahead, kept=keep)
        self.stdout.write(f"made: {_listed(made)}")
        self.stdout.write(f"dropped: {_listed(dropped)}")
        self.stdout.write(f"there are: {_listed(partitions.made_months())}")


def _listed(months: list[partitions.Month]) -> str:
    return ", ".join(map(str, months)) or "none"
