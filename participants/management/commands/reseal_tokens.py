"""Puts bearer tokens of subscriptions under the newest key, before an older one is taken away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from participants.services import subscriptions


class Command(BaseCommand):
    help = "Seals the bearer tokens of subscriptions anew, with the first of SEALING_KEYS or with SECRET_KEY"

    def handle(self, *args: Any, **options: Any) -> None:
        count = subscriptions.reseal_tokens()
        self.stdout.write(f"Subscriptions whose tokens were sealed anew: {count}")
