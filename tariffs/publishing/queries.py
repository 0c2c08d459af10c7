"""Reads of publications."""

from __future__ import annotations

from datetime import datetime

from tariffs.publishing.models import Publication


def count_due(*, now: datetime) -> int:
    return Publication.objects.filter(is_enabled=True, next_at__lte=now).count()
