"""Reads that staff need before they save an event: what else there is at the time, and which systems will follow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from psycopg.types.range import Range

from events.bindings.models import Binding
from events.composer.conflicts import Claim, Span, runs
from events.drafts.models import EventDraft
from events.models import Event, Interval

MOST_NEIGHBOURS, _MOST_INTERVALS = 100, 3_000


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
    """What their intervals claim; of those that are repeated, all intervals, wherever they first were."""
    repeated = [event.id for event in events if event.repeats_every is not None]
    at_the_time = Q(starts_at__lt=ends_at) & (Q(ends_at__gt=starts_at) | Q(ends_at=None))
    rows = Interval.objects.filter(event_id__in=[event.id for event in events])
    rows = rows.filter(at_the_time | Q(event_id__in=repeated)).order_by("event_id", "starts_at")
    found: dict[str, list[Span]] = {}
    for event_id, begins, ends, payloads in rows.values_list("event_id", "starts_at", "ends_at", "payloads")[
        :_MOST_INTERVALS
    ]:
        types = frozenset(payload["type"] for payload in payloads)
        found.setdefault(event_id, []).append((begins, ends, types))
    return found


def _neighbour(event: Event, spans: list[Span]) -> Neighbour:
    if event.repeats_every is not None and event.starts_at is not None:
        types = frozenset(each for span in spans for each in span[2])
        spans = [(event.starts_at, event.ends_at, types)]
    claim = Claim(event.priority, tuple(event.targets), tuple(runs(spans)))
    return Neighbour(event.id, str(event), event.starts_at, event.ends_at, claim)
