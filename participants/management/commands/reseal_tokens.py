"""Puts all that is sealed under the newest sealing key, before an older one is taken away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from vtn.wiring import all_wired


class Command(BaseCommand):
    help = "Seals all secrets that can be opened anew, with the first of SEALING_KEYS or with SECRET_KEY"

    def handle(self, *args: Any, **options: Any) -> None:
        count = sum(reseal() for reseal in all_wired("reseals"))
        self.stdout.write(f"Objects whose secrets were sealed anew: {count}")
