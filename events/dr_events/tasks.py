"""What is done for DR events outside of requests."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from events.dr_events import clock, retention


@shared_task
def notify() -> None:
    """Has those told whose time has come."""
    clock.notify(now=timezone.now())


@shared_task
def forget_old_notifications() -> None:
    if settings.DR_NOTIFICATION_DAYS:
        retention.forget(before=timezone.now() - timedelta(days=settings.DR_NOTIFICATION_DAYS))
