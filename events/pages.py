"""One page of events in one statement, as fast in a large table as in a small one.

The ids are picked first, from an index that is already in the order of lists, and only then are documents read:
`event_order` or `event_order_in_program` for readers who see everything, and for all others `target_order` or
`target_order_in_program`, one ordered walk per target, merged.

A time window spoils the order. Where it leaves few events (by `event_span`, `event_span_in_program` or
`target_span`) these are picked and sorted; where it leaves many, the ordered walk meets enough of them soon. The
planner cannot be trusted with that choice: it walks the whole table when it expects matches and there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.range import Range

from events.models import EventTarget
from vtn.dialect import Dialect
from vtn.paging import Page
from vtn.visibility import Visibility
from vtn.wire import body
from vtn.wire.targets import Literals

# So many matches of a window are sorted rather than walked for. Sorting them costs about a millisecond.
_FEW = 1_000

_PAGE = """
    WITH {with_few} ids AS (
        SELECT DISTINCT id, created_at FROM ({matches}) AS matches
        ORDER BY created_at, id OFFSET %(skip)s LIMIT %(limit)s
    )
    SELECT event.targets, {literals}, event.{document}, upper(event.span)
    FROM ids JOIN events_event AS event USING (id)
    ORDER BY ids.created_at, ids.id
"""
_FEW_FIRST = "few AS MATERIALIZED (SELECT * FROM ({candidates}) AS candidates LIMIT %(few)s + 1),"
_FEW_OR_WALK = """
    SELECT * FROM few WHERE (SELECT count(*) FROM few) <= %(few)s
    UNION ALL
    SELECT * FROM ({walk}) AS walk WHERE (SELECT count(*) FROM few) > %(few)s
"""
_FROM_EVENTS = "SELECT id, created_at FROM events_event WHERE {conditions} {order} LIMIT {most}"
_FROM_TARGETS = """
    SELECT found.event_id AS id, found.created_at FROM unnest(%(targets)s::text[]) AS wanted (target)
    CROSS JOIN LATERAL (
        SELECT event_id, created_at FROM events_eventtarget AS way
        WHERE way.target = wanted.target AND {conditions} {order} LIMIT {most}
    ) AS found
"""


@dataclass(frozen=True, slots=True)
class FoundEvent:
    targets: list[str]
    literals: Literals | None
    document: str
    ends_at: datetime | None


def read(
    visibility: Visibility,
    *,
    program_id: str | None,
    windows: Sequence[tuple[datetime | None, datetime | None]],
    page: Page,
    dialect: Dialect,
) -> list[FoundEvent]:
    """The events that are admitted, are in the program and overlap every window (half-open), oldest first."""
    if visibility.is_empty or page.limit == 0 or any(_is_empty(window) for window in windows):
        return []
    with connection.cursor() as cursor:
        cursor.execute(*_statement(visibility, program_id, windows, page, dialect))
        return [
            FoundEvent(targets, body.decode_text(literals) if literals else None, document, ends_at)
            for targets, literals, document, ends_at in cursor.fetchall()
        ]


def _statement(
    visibility: Visibility,
    program_id: str | None,
    windows: Sequence[tuple[datetime | None, datetime | None]],
    page: Page,
    dialect: Dialect,
) -> tuple[str, dict[str, Any]]:
    """The SQL and its parameters. No text of a caller's gets into the SQL."""
    parameters: dict[str, Any] = {"skip": page.skip, "limit": page.limit, "few": _FEW}
    conditions = ["TRUE"]
    if program_id is not None:
        conditions.append("program_id = %(program_id)s")
        parameters["program_id"] = program_id
    for number, window in enumerate(windows):
        conditions.append(f"span && %(window_{number})s")
        parameters[f"window_{number}"] = Range(*window)
    source, order_id = _FROM_EVENTS, "id"
    if not visibility.everything:
        source, order_id = _FROM_TARGETS, "event_id"
        parameters["targets"] = _ways(visibility)

    def matches(order: str, most: str) -> str:
        return source.format(conditions=" AND ".join(conditions), order=order, most=most)

    walk = matches(f"ORDER BY created_at, {order_id}", "%(skip)s + %(limit)s")
    return (
        _PAGE.format(
            with_few=_FEW_FIRST.format(candidates=matches("", "%(few)s + 1")) if windows else "",
            matches=_FEW_OR_WALK.format(walk=walk) if windows else walk,
            literals="event.literals" if dialect is Dialect.V301 else "NULL",
            document=dialect.document_field,
        ),
        parameters,
    )


def _ways(visibility: Visibility) -> list[str]:
    untargeted = [EventTarget.UNTARGETED] if visibility.untargeted else []
    return [*untargeted, *sorted(visibility.targets)]


def _is_empty(window: tuple[datetime | None, datetime | None]) -> bool:
    from_at, to_at = window
    return from_at is not None and to_at is not None and from_at >= to_at
