"""One page of events in one statement, as fast in a large table as in a small one.

The ids are picked first, from an index that gives them in the order of lists, and only then are documents read:
from `event_order` or `event_order_in_program` for readers who see everything, and for all others from `target_order`
or `target_order_in_program`, one ordered walk per target, merged.

A time window spoils such a walk: what it admits may lie anywhere, and mostly lies at the far end, for what happens
now was created lately. A GiST index can do both at once: it leaves out what does not overlap and still gives the
rest by distance from a moment, here one before all events (`event_span`, `event_span_in_program`, `target_span`,
`target_span_in_program`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from events.models import EventTarget
from events.period import Period
from vtn.dialect import Dialect
from vtn.paging import Page
from vtn.statements import prepared_cursor
from vtn.visibility import Visibility
from vtn.wire import body
from vtn.wire.targets import Literals

# Each parameter stands in a SELECT of its own, where the planner cannot see it. So one plan serves all questions of a
# kind, and after five uses a connection plans no more. That plan walks in order. Told how few are wanted, the planner
# would collect all events of a target and sort them: it takes each target to have as many as targets have on average,
# and a popular one has a share of the table. Of a number that it cannot see, it takes a tenth to be wanted. For the
# documents of so many it would read the whole table, were it not for the OFFSET, by which each is looked up.
_PAGE = """
    WITH ids AS (
        SELECT DISTINCT id, created_at FROM ({matches}) AS matches
        ORDER BY created_at, id OFFSET (SELECT %(skip)s::bigint) LIMIT (SELECT %(limit)s::bigint)
    )
    SELECT to_json(nullif(event.targets, '{{}}'))::text, {literals}, event.{document}, {ends_at}
    FROM ids CROSS JOIN LATERAL (SELECT * FROM events_event WHERE id = ids.id OFFSET 0) AS event
    ORDER BY ids.created_at, ids.id
"""
_FROM_EVENTS = """
    SELECT id, created_at FROM events_event WHERE {conditions} {first}
"""
_FROM_TARGETS = """
    SELECT found.event_id AS id, found.created_at FROM unnest((SELECT %(ways)s::text[])) AS wanted (way)
    CROSS JOIN LATERAL (
        SELECT event_id, created_at FROM events_eventtarget AS way
        WHERE {conditions} {first}
    ) AS found
"""
_FIRST = "ORDER BY {order} LIMIT (SELECT %(most)s::bigint)"
# No event is older than the moment. The index knows nothing of ids, so all that tie for the last place come along.
_FIRST_BY_GIST = """
    ORDER BY created_at <-> timestamptz '2000-01-01 00:00+00' FETCH FIRST (SELECT %(most)s::bigint) ROWS WITH TIES
"""


@dataclass(frozen=True, slots=True)
class _Walk:
    """Which index is walked: by what is picked and in which order, and by the condition that names the index for a
    window (`events.models`)."""

    source: str
    picked: str
    order: str
    index_for_windows: str


_ALL = _Walk(_FROM_EVENTS, "TRUE", "created_at, id", "id > ''")
# BETWEEN, so that only the program's own index gives this order: told "=", in a table where most events have one
# program, the planner goes through all events for those of another.
_PROGRAM = _Walk(
    _FROM_EVENTS,
    "program_id BETWEEN (SELECT %(program_id)s::text) AND (SELECT %(program_id)s::text)",
    "program_id, created_at, id",
    "program_id > ''",
)
_TARGETS = _Walk(_FROM_TARGETS, "way.target = wanted.way", "created_at, event_id", "target >= ''")
_TARGETS_IN_PROGRAM = _Walk(
    _FROM_TARGETS, "way.target_in_program = wanted.way", "created_at, event_id", "target_in_program > ''"
)


class FoundEvent(NamedTuple):
    """`ends_at` is Unix time, and None where the event never ends or no window was asked for."""

    targets: list[str]
    literals: Literals | None
    document: str
    ends_at: float | None


def read(
    visibility: Visibility,
    *,
    program_id: str | None,
    windows: Sequence[Period],
    page: Page,
    dialect: Dialect,
) -> list[FoundEvent]:
    """The events that are admitted, are in the program and overlap every window (half-open), oldest first."""
    if visibility.is_empty or page.limit == 0 or not all(window.has_time for window in windows):
        return []
    with prepared_cursor() as cursor:
        cursor.execute(*_statement(visibility, program_id, windows, page, dialect))
        return [
            FoundEvent(
                body.decode_text(targets) if targets else [],
                body.decode_text(literals) if literals else None,
                document,
                ends_at,
            )
            for targets, literals, document, ends_at in cursor.fetchall()
        ]


def _statement(
    visibility: Visibility,
    program_id: str | None,
    windows: Sequence[Period],
    page: Page,
    dialect: Dialect,
) -> tuple[str, dict[str, Any]]:
    """The SQL and its parameters. No text of a caller's gets into the SQL."""
    walk, parameters = _walk(visibility, program_id)
    conditions, first = [walk.picked], _FIRST.format(order=walk.order)
    for number, window in enumerate(windows):
        conditions.append(f"span && (SELECT %(window_{number})s::tstzrange)")
        parameters[f"window_{number}"] = window.range
    if windows:
        conditions.append(walk.index_for_windows)
        first = _FIRST_BY_GIST
    parameters |= page.parameters
    return (
        _PAGE.format(
            matches=walk.source.format(conditions=" AND ".join(conditions), first=first),
            literals="event.literals" if dialect is Dialect.V301 else "NULL",
            document=dialect.document_field,
            ends_at="extract(epoch FROM upper(event.span))::float8" if windows else "NULL",
        ),
        parameters,
    )


def _walk(visibility: Visibility, program_id: str | None) -> tuple[_Walk, dict[str, Any]]:
    """The walk, and the parameters that it takes.

    An empty text that somebody asks for is no target, and must not become the way to the untargeted.
    """
    if visibility.everything:
        return (_ALL, {}) if program_id is None else (_PROGRAM, {"program_id": program_id})
    targets = sorted(visibility.targets - {EventTarget.UNTARGETED})
    if visibility.untargeted:
        targets.insert(0, EventTarget.UNTARGETED)
    if program_id is None:
        return _TARGETS, {"ways": targets}
    return _TARGETS_IN_PROGRAM, {"ways": [EventTarget.in_program(program_id, target) for target in targets]}
