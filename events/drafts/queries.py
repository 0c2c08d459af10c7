"""Reads that staff need before they save an event: what else there is at the time, and which systems will follow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from psycopg.types.range import Range

from events.bindings.models import Binding
from events.composer.conflicts import Claim, Span, runs
from events.drafts.models import EventDraft
from events.models import Event
from vtn.wire.body import decode_text

MOST_NEIGHBOURS, _MOST_INTERVALS = 100, 10_000
# A month of prices by the quarter is one run, and `runs` joins what the order of its types keeps apart here.
_RUNS = """
    SELECT event_id, min(starts_at), nullif(max(coalesce(ends_at, 'infinity')), 'infinity'), types::text
    FROM (
        SELECT *, count(*) FILTER (WHERE is_new) OVER (PARTITION BY event_id ORDER BY starts_at, position) AS run
        FROM (
            SELECT *, lag(ends_at) OVER before IS DISTINCT FROM starts_at
                OR lag(types) OVER before IS DISTINCT FROM types AS is_new
            FROM (
                SELECT event_id, position, starts_at, ends_at,
                    jsonb_path_query_array(payloads, '$[*].type') AS types
                FROM events_interval
                WHERE event_id = ANY(%(events)s) AND (event_id = ANY(%(repeated)s)
                    OR starts_at < %(ends_at)s AND (ends_at > %(starts_at)s OR ends_at IS NULL))
                ORDER BY event_id, starts_at, position LIMIT %(most)s
            ) AS intervals
            WINDOW before AS (PARTITION BY event_id ORDER BY starts_at, position)
        ) AS compared
    ) AS counted
    GROUP BY event_id, run, types ORDER BY event_id, min(starts_at), run
"""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another event of the program at the time."""

    id: str
    name: str
    starts_at: datetime | None
    ends_at: datetime | None
    claim: Claim


def neighbours(
    program_id: str, starts_at: datetime, ends_at: datetime, *, but: str | None
) -> tuple[list[Neighbour], bool]:
    """Those that overlap a stretch of time, and whether there are more of them. Two queries."""
    # The second condition names the index for windows (events/models.py).
    found = Event.objects.filter(
        program_id=program_id, program_id__gt="", span__overlap=Range(starts_at, ends_at)
    )
    rows = list(
        found.exclude(id=but or "").only("id", "event_name", "priority", "targets", "span", "repeats_every")[
            : MOST_NEIGHBOURS + 1
        ]
    )
    shown = rows[:MOST_NEIGHBOURS]
    spans = _spans(shown, starts_at, ends_at)
    return [_neighbour(event, spans.get(event.id, [])) for event in shown], len(rows) > len(shown)


def bindings_of(program_id: str, targets: Collection[str]) -> list[Binding]:
    """Those that will follow an event of this program with these targets (`events.bindings.fan_out`)."""
    followed = Binding.objects.filter(is_enabled=True).filter(
        Q(program_ids=[]) | Q(program_ids__contains=[program_id])
    )
    return list(followed.filter(Q(targets=[]) | Q(targets__overlap=list(targets))).order_by("name"))


def draft_with(token: str) -> EventDraft | None:
    """What came of a form that was sent before."""
    return EventDraft.objects.filter(token=token).first()


def drafts_of(event_id: str) -> list[EventDraft]:
    """What staff have done about an event, and want to, newest first."""
    changes = EventDraft.objects.filter(Q(event_id=event_id) | Q(made__contains=[event_id]))
    return list(changes.order_by("-modified_at")[:20])


def _spans(events: list[Event], starts_at: datetime, ends_at: datetime) -> dict[str, list[Span]]:
    """What their intervals claim, in runs; of those that are repeated, all intervals, wherever they first were."""
    if not events:
        return {}
    asked: dict[str, Any] = {
        "events": [event.id for event in events],
        "repeated": [event.id for event in events if event.repeats_every is not None],
        "starts_at": starts_at,
        "ends_at": ends_at,
        "most": _MOST_INTERVALS,
    }
    found: dict[str, list[Span]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, asked)
        for event_id, begins, ends, types in cursor:
            found.setdefault(event_id, []).append((begins, ends, frozenset(decode_text(types))))
    return found


def _neighbour(event: Event, spans: list[Span]) -> Neighbour:
    if event.repeats_every is not None and event.starts_at is not None:
        types = frozenset(each for span in spans for each in span[2])
        spans = [(event.starts_at, event.ends_at, types)]
    claim = Claim(event.priority, tuple(event.targets), tuple(runs(spans)))
    return Neighbour(event.id, str(event), event.starts_at, event.ends_at, claim)
