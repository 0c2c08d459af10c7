"""Readings as the rows of a table, in the time zone of the admin."""

from __future__ import annotations

from typing import Any

from events.reports.across import Told
from events.reports.models import Reading
from vtn.shown_moments import moment_text


def cells_of(reading: Reading | Told) -> tuple[Any, ...]:
    """Its resource, interval, both ends, type and value: of a number all its digits."""
    return (
        reading.resource_name,
        reading.interval_id,
        moment_text(reading.starts_at),
        moment_text(reading.ends_at),
        reading.payload_type,
        reading.text if reading.number is None else f"{reading.number:f}",
    )
