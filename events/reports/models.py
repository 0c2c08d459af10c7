"""The tables of reports and of the readings in them, both cut into months (`events.reports.partitions`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, Q

from vtn.models import OwnedQuerySet, StoredObject


def _key(**options: Any) -> models.TextField[str, str]:
    """A text that is compared and never sorted for people: letter by letter, which is quicker than a language's way."""
    return models.TextField(db_collation="C", **options)


def _number() -> models.DecimalField[Any, Any]:
    """Any that a body may hold; null is a text's."""
    return models.DecimalField(null=True, max_digits=10_000, decimal_places=5_000)


def _in_a_window(name: str, *columns: str) -> GistIndex:
    """What overlaps a window, in the order of lists. The condition always holds and serves only queries that state it:
    `events.models` tells why."""
    return GistIndex(
        *(OpClass(column, name="gist_text_ops") for column in columns),
        F("span"),
        F("created_at"),
        condition=Q(**{f"{column}__gt": "" for column in columns or ("id",)}),
        name=name,
    )


class Report(StoredObject):
    """What a VEN reports on an event. It outlives the event, so its event and program are names and no references.

    The id is made from `created_at`: it names the month that the row lies in, and its order is that of lists.
    `document` is what the client wrote, as JSON in the 3.1 model; metadata and owner are put in front at a read.
    `document_301` is there only where 3.0.1 writes it differently. `span` is the time of all its intervals,
    half-open, and unbounded where the report speaks of none.
    """

    id = models.TextField(primary_key=True, db_collation="C", editable=False)
    event_id = _key()
    program_id = _key()
    client_id = _key()
    client_name = _key()
    report_name = models.TextField("name", blank=True)
    resource_names = ArrayField(models.TextField(), default=list)
    span = DateTimeRangeField()
    document = models.TextField()
    document_301 = models.TextField(null=True)  # noqa: DJ001 - null is none of its own

    objects = models.Manager.from_queryset(OwnedQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["event_id", "id"], name="report_of_event"),
            models.Index(fields=["program_id", "id"], name="report_of_program"),
            models.Index(fields=["client_name", "id"], name="report_of_name"),
            models.Index(fields=["client_id", "id"], name="report_of_client"),
            models.Index(fields=["client_id", "event_id", "id"], name="report_of_client_on_event"),
            models.Index(fields=["client_id", "program_id", "id"], name="report_of_client_on_program"),
            models.Index(fields=["modified_at", "id"], name="report_modified"),
            GinIndex(fields=["resource_names"], name="report_resources"),
            _in_a_window("report_span"),
            _in_a_window("report_span_of_event", "event_id"),
            _in_a_window("report_span_of_program", "program_id"),
            _in_a_window("report_span_of_name", "client_name"),
            _in_a_window("report_span_of_client", "client_id"),
        ]

    def __str__(self) -> str:
        return self.report_name or self.id

    @property
    def starts_at(self) -> datetime | None:
        return self.span.lower

    @property
    def ends_at(self) -> datetime | None:
        return self.span.upper


class ReadingColumns(models.Model):
    """All readings of a report in one row, each column of them an array: a row for each would take twice the time to
    write and eight times the place. Read through `Reading`.

    Derived at every write of the report. Lies in the same month as its report, with which alone it is written and
    deleted.
    """

    report = models.OneToOneField(
        Report, on_delete=models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    resource_names = ArrayField(models.TextField())
    interval_ids = ArrayField(models.IntegerField())
    starts_at = ArrayField(models.DateTimeField(null=True))
    ends_at = ArrayField(models.DateTimeField(null=True))
    payload_types = ArrayField(models.TextField())
    numbers = ArrayField(_number())
    texts = ArrayField(models.TextField(null=True))


class Reading(models.Model):
    """One value of a report with its window: what charts and exports read. A view of `ReadingColumns`.

    Both ends are null where nothing says when, `ends_at` alone where the window is open. `number` is exact; what is no
    number stands in `text`.
    """

    pk = models.CompositePrimaryKey("report_id", "position")
    report = models.ForeignKey(
        Report, on_delete=models.DO_NOTHING, related_name="readings", db_index=False, db_constraint=False
    )
    position = models.IntegerField()
    resource_name = models.TextField()
    interval_id = models.IntegerField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    payload_type = models.TextField()
    number = _number()
    text = models.TextField(null=True)  # noqa: DJ001 - null is a number's

    class Meta:
        managed = False
