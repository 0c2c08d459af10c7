"""What is done for events and reports outside of requests."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from events.life import clock
from events.reports import partitions


@shared_task
def look_after_report_months() -> None:
    partitions.look_after(
        now=timezone.now(),
        ahead=settings.REPORT_MONTHS_AHEAD,
        kept=settings.REPORT_RETENTION_MONTHS,
    )


@shared_task
def turn() -> None:
    """Sees to what the clock changes about events."""
    clock.turn(now=timezone.now())
