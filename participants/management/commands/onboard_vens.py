"""Onboards the VENs of a table from the command line."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from participants.onboarding.download import as_csv
from participants.onboarding.looking import Report, look_at
from participants.onboarding.services import OnboardingRefused, onboard
from vtn.caller import Caller
from vtn.errors import VtnError


class Command(BaseCommand):
    help = (
        "Creates a client with a secret, a VEN and its resources for each line of a CSV table, or none of them. The "
        "columns are name, client_id, targets, resources and attributes, as the first line names them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", type=Path, help="the CSV file, in UTF-8")
        then = parser.add_mutually_exclusive_group(required=True)
        then.add_argument("--dry-run", action="store_true", help="only tell what would come of each line")
        then.add_argument(
            "--credentials", type=Path, help="a new file for the credentials; they cannot be read again"
        )

    def handle(self, *args: Any, table: Path, credentials: Path | None, **options: Any) -> None:
        try:
            document = table.read_bytes()
            if credentials is None:
                self._tell(look_at(document))
            else:
                self._onboard(document, credentials)
        except OnboardingRefused as refusal:
            self._tell(refusal.report)
            raise CommandError(refusal.detail) from refusal
        except VtnError as error:
            raise CommandError(error.detail) from error
        except OSError as error:
            raise CommandError(str(error)) from error

    def _onboard(self, document: bytes, path: Path) -> None:
        """What is made is committed once the file is on the disk: without it the secrets would be lost."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with transaction.atomic(), os.fdopen(descriptor, "wb") as file:
                made = onboard(
                    caller=Caller.staff("manage.py"),
                    document=document,
                    now=timezone.now(),
                    tell=self._tell_progress,
                )
                file.write(as_csv(made))
                file.flush()
                os.fsync(descriptor)
        except (VtnError, OSError):
            path.unlink()
            raise
        self.stdout.write(f"{len(made)} VENs were created; their credentials are in {path}")

    def _tell_progress(self, done: int) -> None:
        self.stderr.write(f"{done} VENs are written, and not committed yet")

    def _tell(self, report: Report) -> None:
        for fault in report.faults:
            self.stdout.write(f"line {fault.line}: {fault.name}: {fault.text}")
        self.stdout.write(f"{report.good} lines are good, {len(report.faults)} are refused")
