"""`manage.py run`: the same as `make run`, for those who are in the virtual environment already."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from vtn.launcher.__main__ import main


class Command(BaseCommand):
    help = "Starts everything one machine needs: database, broker, web server, Celery; Ctrl-C stops it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(main())
