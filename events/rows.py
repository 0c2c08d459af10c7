"""The rows that are derived from an event: its intervals, and the way to it from each of its targets.

Written with one statement each, not row by row: the rows are what makes a write slow.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from events.models import Event, EventTarget
from events.timeline import Schedule
from vtn.wire import body

# Intervals come as one JSON text instead of an array per column: it is made in C, and the arrays would not be.
_WRITE = """
    WITH ways AS (
        INSERT INTO events_eventtarget (event_id, created_at, span, target, target_in_program)
        SELECT id, created_at, span, way.* FROM events_event,
            unnest(%(targets)s::text[], %(targets_in_program)s::text[]) AS way
        WHERE id = %(id)s
    )
    INSERT INTO events_interval (event_id, position, interval_id, starts_at, ends_at, length, payloads)
    SELECT %(id)s, * FROM json_to_recordset(%(intervals)s) AS interval (
        position int, interval_id int, starts_at timestamptz, ends_at timestamptz, length interval, payloads jsonb)
"""


def write(event: Event, planned: Schedule, *, is_new: bool) -> None:
    """Makes the derived rows of a saved event those of its content."""
    targets = sorted(set(event.targets)) or [EventTarget.UNTARGETED]
    with connection.cursor() as cursor:
        if not is_new:
            cursor.execute("DELETE FROM events_interval WHERE event_id = %s", [event.id])
            cursor.execute("DELETE FROM events_eventtarget WHERE event_id = %s", [event.id])
        cursor.execute(
            _WRITE,
            {
                "id": event.id,
                "targets": targets,
                "targets_in_program": [
                    EventTarget.in_program(event.program_id, target) for target in targets
                ],
                "intervals": body.encode_text(_interval_rows(event, planned)),
            },
        )


def _interval_rows(event: Event, planned: Schedule) -> list[dict[str, Any]]:
    intervals = event.content.get("intervals", [])
    return [
        {**window._asdict(), "payloads": [] if window.is_implied else intervals[window.position]["payloads"]}
        for window in planned.windows
    ]
