"""The row of an event and the rows that are derived from it: its intervals, and the way to it from each of its targets.

All are written in the statement that records the change (`vtn.outbox`). A statement that has to be waited for costs as
much as a dozen rows.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection

from events.models import Event, EventTarget
from events.timeline import Schedule, Window
from vtn.outbox import Along
from vtn.statements import array, by_column, time_range
from vtn.wire import body

# A program that is there cannot be deleted until the transaction ends; one that is not leaves nothing to write.
_NEW = """
    program AS (SELECT FROM programs_program WHERE id = %(program_id)s FOR KEY SHARE),
    event AS (INSERT INTO events_event ({columns}) SELECT {values} FROM program RETURNING id, created_at, span)
"""
_STORED = """
    event AS (SELECT id, created_at, span FROM events_event WHERE id = %(id)s)
"""
_DERIVED = """
    ways AS (
        INSERT INTO events_eventtarget (event_id, created_at, span, target, target_in_program)
        SELECT id, created_at, span, way.*
        FROM event, unnest(%(ways)s::text[], %(ways_in_program)s::text[]) AS way
    ),
    intervals AS (
        INSERT INTO events_interval (event_id, position, interval_id, starts_at, ends_at, length, payloads)
        SELECT id, interval.* FROM event, ROWS FROM (
            unnest(%(window_position)s::int[], %(window_interval_id)s::int[], %(window_starts_at)s::timestamptz[],
                %(window_ends_at)s::timestamptz[], %(window_length)s::interval[]),
            jsonb_array_elements(%(payloads)s)
        ) AS interval
    )
"""
_DELETE = """
    DELETE FROM events_interval WHERE event_id = %(id)s; DELETE FROM events_eventtarget WHERE event_id = %(id)s
"""


def of_new(event: Event, planned: Schedule) -> Along:
    """Writes the event with all its rows; its condition is that there is such a program."""
    columns = {column: getattr(event, column) for column in _columns()}
    columns["span"] = time_range(event.span)
    columns["content"] = body.encode_text(event.content)
    columns["literals"] = body.encode_text(event.literals) if event.literals else None
    return Along(_new(), "event", {**columns, **_derived(event, planned)})


def of_changed(event: Event, planned: Schedule) -> Along:
    """Writes the derived rows of a saved event, once those from before are gone."""
    return Along(f"{_STORED}, {_DERIVED}", "event", {"id": event.id, **_derived(event, planned)})


def delete_derived(event: Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, {"id": event.id})


@cache
def _new() -> str:
    values = ", ".join(f"%({column})s" for column in _columns())
    return f"{_NEW.format(columns=', '.join(_columns()), values=values)}, {_DERIVED}"


@cache
def _columns() -> list[str]:
    return [field.attname for field in Event._meta.concrete_fields]


def _derived(event: Event, planned: Schedule) -> dict[str, Any]:
    targets = sorted(set(event.targets)) or [EventTarget.UNTARGETED]
    windows = by_column(planned.windows, Window._fields)
    return {
        "ways": targets,
        "ways_in_program": [EventTarget.in_program(event.program_id, target) for target in targets],
        "payloads": body.encode_text(_payloads(event, planned)),
        **{f"window_{name}": array(of_all) for name, of_all in windows.items()},
    }


def _payloads(event: Event, planned: Schedule) -> list[Any]:
    """Those of each window's interval."""
    intervals = event.content.get("intervals", [])
    return [[] if window.is_implied else intervals[window.position]["payloads"] for window in planned.windows]
