"""What is done for all kinds of objects outside of requests."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from vtn.publishing import delete_tombstones


@shared_task
def delete_old_tombstones() -> None:
    delete_tombstones(before=timezone.now() - timedelta(days=settings.TOMBSTONE_DAYS))
