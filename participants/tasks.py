"""What is done for clients outside of requests."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from participants.services import client_secrets

# An operator who asks why a device is refused still finds the secret that has run out.
_KEPT_AFTER_EXPIRY = timedelta(days=30)


@shared_task
def delete_expired_secrets() -> None:
    client_secrets.delete_expired_secrets(before=timezone.now() - _KEPT_AFTER_EXPIRY)
