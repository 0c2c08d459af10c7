"""What is known of the events that publications have written, and how a look at publications ends."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection

from events.models import Event
from tariffs.publishing.models import PublishedDay
from tariffs.publishing.plan import DayPlan, Key

_KEPT = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Published:
    """What is there of a day; `modified_at` is None where the event is gone."""

    row: PublishedDay
    modified_at: datetime | None

    def is_as_planned(self, plan: DayPlan) -> bool:
        """Whether the event is as it was written for an equal plan: seen without reading its intervals."""
        return self.row.digest == plan.digest and self.modified_at == self.row.modified_at


def published_days(plans: Sequence[DayPlan]) -> dict[Key, Published]:
    """By the keys of the plans, without those of which there is nothing; two queries."""
    wanted = {plan.key for plan in plans}
    rows = PublishedDay.objects.filter(
        program_id__in={program_id for program_id, _, _ in wanted}, day__in={day for _, _, day in wanted}
    )
    found = {(row.program_id, row.kind, row.day): row for row in rows}
    ids = [row.event_id for row in found.values()]
    modified = dict(Event.objects.filter(id__in=ids).values_list("id", "modified_at"))
    return {key: Published(row, modified.get(row.event_id)) for key, row in found.items() if key in wanted}


def locked_events(published: Sequence[Published]) -> dict[str, Event]:
    """By id. Locked, so that what somebody else writes in the meantime is not lost; in one order, so that no two wait
    for each other."""
    ids = [each.row.event_id for each in published if each.modified_at is not None]
    if not ids:
        return {}
    events = Event.objects.select_for_update().filter(id__in=ids).order_by("id").prefetch_related("intervals")
    return {event.id: event for event in events}


def remember(written: Sequence[tuple[DayPlan, Event]]) -> None:
    rows = [
        PublishedDay(
            program_id=plan.publication.program_id,
            kind=plan.publication.kind,
            day=plan.day,
            event_id=event.id,
            digest=plan.digest,
            modified_at=event.modified_at,
        )
        for plan, event in written
    ]
    PublishedDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["program", "kind", "day"],
        update_fields=["event_id", "digest", "modified_at"],
    )


def forget_old_days(program_ids: Collection[str], today: date) -> None:
    PublishedDay.objects.filter(program_id__in=program_ids, day__lt=today - _KEPT).delete()


class Conclusion(NamedTuple):
    """Of a look at one publication."""

    publication_id: int
    next_at: datetime
    trouble: str
    has_written: bool


# One statement of ours: `bulk_update` takes longer to put its together than all rows take to be written.
_CONCLUDE = """
    UPDATE tariffs_publication AS publication SET next_at = look.next_at, looked_at = %(now)s, trouble = look.trouble,
        published_at = CASE WHEN look.has_written THEN %(now)s ELSE publication.published_at END
    FROM unnest(%(publication_id)s::bigint[], %(next_at)s::timestamptz[], %(trouble)s::text[],
        %(has_written)s::boolean[]) AS look (publication_id, next_at, trouble, has_written)
    WHERE publication.id = look.publication_id
"""


def conclude(conclusions: Sequence[Conclusion], now: datetime) -> None:
    columns = zip(Conclusion._fields, map(list, zip(*conclusions, strict=True)), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_CONCLUDE, {**dict(columns), "now": now})
