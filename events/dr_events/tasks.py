"""What is done for DR events outside of requests."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from events.dr_events import clock


@shared_task
def notify() -> None:
    """Has those told whose time has come."""
    clock.notify(now=timezone.now())
