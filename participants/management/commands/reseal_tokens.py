"""Puts the secrets of subscriptions under the newest sealing key, before an older one is taken away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from participants.mqtt import certificates
from participants.services import subscriptions


class Command(BaseCommand):
    help = (
        "Seals the bearer tokens and signing keys of subscriptions anew, with the first of SEALING_KEYS or with "
        "SECRET_KEY"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        certificates.reseal()
        count = subscriptions.reseal_tokens()
        self.stdout.write(f"Subscriptions whose secrets were sealed anew: {count}")
