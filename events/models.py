"""The tables of events: what was written, when it applies, and the two shapes that reads need."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex, OpClass
from django.db import models
from django.db.models import F, Q

from events.bindings.models import Binding as Binding
from events.dr_events.models import DrEvent as DrEvent
from events.dr_events.models import DrNotification as DrNotification
from events.drafts.models import EventDraft as EventDraft
from events.drafts.models import HolidayCalendar as HolidayCalendar
from events.life.models import Turn as Turn
from events.reports.models import Reading as Reading
from events.reports.models import ReadingColumns as ReadingColumns
from events.reports.models import Report as Report
from programs.models import Program
from vtn.models import ContentField, TargetedObject, TargetedQuerySet, named_in_program

# What overlaps a window, in the order of lists: `events.pages` tells how. Each of these indexes has a condition that
# always holds, and serves only queries that state it. Where statistics lag behind, no window of today seems to have
# any event, all indexes with a span in them look equally good, and the planner would take the wrong one.
_IN_A_WINDOW = F("span"), F("created_at")


class Event(TargetedObject):
    """A demand-response event.

    `span` is its life from first start to last end, half-open, unbounded where it has none; an event that is an
    instant has both bounds included. `repeats_every` is the distance at which its intervals come round again.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="events", db_index=False)
    event_name = models.TextField("name", blank=True)
    priority = models.PositiveBigIntegerField(null=True, blank=True)
    span = DateTimeRangeField()
    repeats_every = models.DurationField(null=True, editable=False)

    objects = models.Manager.from_queryset(TargetedQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="event_order"),
            models.Index(fields=["modified_at", "id"], name="event_modified"),
            models.Index(fields=["program", "created_at", "id"], name="event_order_in_program"),
            GistIndex(fields=["span", "created_at"], condition=Q(id__gt=""), name="event_span"),
            GistIndex(
                OpClass("program_id", name="gist_text_ops"),
                *_IN_A_WINDOW,
                condition=Q(program_id__gt=""),
                name="event_span_in_program",
            ),
        ]

    def __str__(self) -> str:
        return self.event_name or self.id

    @property
    def starts_at(self) -> datetime | None:
        return self.span.lower

    @property
    def ends_at(self) -> datetime | None:
        return self.span.upper


def _derived_from_event(related_name: str) -> models.ForeignKey[Event, Event]:
    """Without a constraint in the database, which would look for the event once per row, for a fifth of what a write
    costs: these rows are only ever written and deleted together with it."""
    return models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name=related_name, db_index=False, db_constraint=False
    )


class Interval(models.Model):
    """An interval of an event with its absolute window, derived at every write of the event.

    Of a repeated event this is the first pass. `ends_at` is null where the window is open; `length` is what a
    payload of several values is divided by; `interval_id` is null for an interval that is only implied.
    """

    pk = models.CompositePrimaryKey("event_id", "position")
    event = _derived_from_event("intervals")
    position = models.IntegerField()
    interval_id = models.IntegerField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    length = models.DurationField(null=True)
    payloads = ContentField()


class EventTarget(models.Model):
    """The way from a target to its events in the order of lists, one row per target of an event.

    An event without targets has one row with the empty text, which no target can be. With it, a reader's page is
    the merge of a few ordered walks, as fast among a million events as among ten thousand.

    A walk inside a program has a column of its own and not a condition more, so that here too only one index will do.
    """

    UNTARGETED = ""

    pk = models.CompositePrimaryKey("event_id", "target")
    event = _derived_from_event("+")
    target = models.CharField(max_length=128)
    target_in_program = models.CharField(max_length=262)
    created_at = models.DateTimeField()
    span = DateTimeRangeField()

    class Meta:
        indexes = [
            models.Index(fields=["target", "created_at", "event"], name="target_order"),
            models.Index(fields=["target_in_program", "created_at", "event"], name="target_order_in_program"),
            GistIndex(
                OpClass("target", name="gist_text_ops"),
                *_IN_A_WINDOW,
                include=["event"],
                condition=Q(target__gte=""),
                name="target_span",
            ),
            GistIndex(
                OpClass("target_in_program", name="gist_text_ops"),
                *_IN_A_WINDOW,
                include=["event"],
                condition=Q(target_in_program__gt=""),
                name="target_span_in_program",
            ),
        ]

    in_program = staticmethod(named_in_program)  # the value of `target_in_program`
