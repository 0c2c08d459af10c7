"""Readings as the rows of a table, in the time zone of the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from events.reports.across import Told
from events.reports.models import Reading


def cells_of(reading: Reading | Told) -> tuple[Any, ...]:
    """Its resource, interval, both ends, type and value: of a number all its digits."""
    return (
        reading.resource_name,
        reading.interval_id,
        _moment(reading.starts_at),
        _moment(reading.ends_at),
        reading.payload_type,
        reading.text if reading.number is None else f"{reading.number:f}",
    )


def _moment(moment: datetime | None) -> str:
    return "–" if moment is None else timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S %Z")
