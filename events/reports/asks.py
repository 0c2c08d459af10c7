"""Reads what events ask to be told: their report descriptors and their intervals. Two queries, however many events."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from events.models import Event, EventTarget, Interval
from events.reports.charts.curves import Curve, Span, nothing_of
from events.reports.wanted import Asked, wanted

Expected = Callable[[str], Sequence[Span]]

MOST_INTERVALS = 3_000
_LOOKED_AT, _MOST_TARGETS = 500, 200
# One ordered walk for each target (`target_order`), merged; of the newest events, those that have begun and ask.
_ASKING = """
    WITH newest AS (
        SELECT DISTINCT found.event_id, found.created_at FROM unnest(%(targets)s::text[]) AS granted (target)
        CROSS JOIN LATERAL (
            SELECT event_id, created_at FROM events_eventtarget AS way
            WHERE way.target >= granted.target AND way.target <= granted.target
            ORDER BY way.target DESC, created_at DESC, event_id DESC LIMIT %(looked_at)s
        ) AS found
        ORDER BY created_at DESC, event_id DESC LIMIT %(looked_at)s
    )
    SELECT event.id FROM newest JOIN events_event AS event ON event.id = newest.event_id
    WHERE jsonb_array_length(coalesce(event.content -> 'reportDescriptors', '[]')) > 0
        AND (lower_inf(event.span) OR lower(event.span) <= %(now)s)
    ORDER BY newest.created_at DESC, newest.event_id DESC LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Asks:
    """An event with what it asks for and its intervals but an open one, which nobody can tell all of. It has none where
    it is repeated, for then only its first pass has rows. `is_cut`: it may have more."""

    event_id: str
    event_name: str
    asked: tuple[Asked, ...]
    intervals: tuple[Span, ...]
    is_cut: bool = False

    @property
    def payload_types(self) -> list[str]:
        return list(dict.fromkeys(each.payload_type for each in self.asked))


def asks_of(event_ids: Sequence[str]) -> list[Asks]:
    """Of those that are there still, in this order; all together have `MOST_INTERVALS` intervals at most."""
    found = Event.objects.filter(id__in=event_ids).values_list(
        "id", "event_name", "content__reportDescriptors"
    )
    events = {id_: (name, descriptors or ()) for id_, name, descriptors in found}
    rows = Interval.objects.filter(event_id__in=event_ids, event__repeats_every=None)
    spans: dict[str, list[Span]] = {}
    ordered = rows.order_by("event_id", "position").values_list("event_id", "starts_at", "ends_at")
    read = list(ordered[: MOST_INTERVALS + 1])
    for id_, starts_at, ends_at in read[:MOST_INTERVALS]:
        if ends_at is not None:
            spans.setdefault(id_, []).append(Span(starts_at, ends_at))
    cut_from = read[-1][0] if len(read) > MOST_INTERVALS else None
    return [
        Asks(
            id_,
            events[id_][0] or id_,
            tuple(map(Asked.of, events[id_][1])),
            tuple(spans.get(id_, ())),
            is_cut=cut_from is not None and id_ >= cut_from,
        )
        for id_ in event_ids
        if id_ in events
    ]


def expected_of(asks: Iterable[Asks], *, over_by: datetime, window: Span | None = None) -> Expected:
    """By payload type: the intervals that were over at a moment, and in the window if there is one, each once."""
    asks = tuple(asks)

    def expected(payload_type: str) -> list[Span]:
        intervals = {span for each in asks for span in wanted(each.intervals, each.asked, payload_type)}
        return sorted(
            span
            for span in intervals
            if span.ends_at <= over_by
            and (window is None or (span.starts_at < window.ends_at and span.ends_at > window.starts_at))
        )

    return expected


def silent_of(
    asks: Iterable[Asks], come: Collection[str], resource_name: str, expected: Expected
) -> list[Curve]:
    """What is asked for and of which nothing has come; `come` are the payload types of which something has."""
    types = dict.fromkeys(type_ for each in asks for type_ in each.payload_types if type_ not in come)
    return [nothing_of(resource_name, type_, spans) for type_ in types if (spans := expected(type_))]


def asking(granted: Collection[str], *, now: datetime, most: int) -> list[str]:
    """The ids of the newest events that have begun, ask for reports, and are seen by a VEN that is granted these
    targets (3.1.0 Definition, `reportDescriptors`). The newest 500 that it sees are looked through."""
    targets = [EventTarget.UNTARGETED, *sorted(granted)[:_MOST_TARGETS]]
    given: dict[str, Any] = {"targets": targets, "looked_at": _LOOKED_AT, "now": now, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_ASKING, given)
        return [id_ for (id_,) in cursor.fetchall()]
