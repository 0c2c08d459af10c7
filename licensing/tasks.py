"""What is done for licences outside of requests."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from licensing.services import reminders


@shared_task
def remind() -> None:
    """Tells staff of licences that end soon."""
    reminders.remind(to=settings.LICENCE_REMINDER_TO, days=settings.LICENCE_REMINDER_DAYS, now=timezone.now())
