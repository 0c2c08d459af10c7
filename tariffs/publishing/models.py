"""The tables of what is published where, and of what has been."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import Q

from programs.models import Program
from tariffs.publishing.cutting import Cut
from tariffs.rates.kinds import Kind
from tariffs.rates.models import AmountField, Tariff


class Publication(models.Model):
    """A tariff whose days become events of a program: today's at once, tomorrow's from `publish_at` on, which is local
    time. The defaults apply where no rate does.

    At `next_at` it is looked at again; whatever changes its tariff sets that to now. `published_at` is when an event
    was written last, `looked_at` when all was found or made as it should be; `trouble` says why it could not.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="publications", db_index=False)
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="publications")
    kind = models.CharField(max_length=24, choices=Kind.choices, editable=False)
    cut = models.CharField("intervals", max_length=8, choices=Cut.choices, default=Cut.HOURS)
    publish_at = models.TimeField("tomorrow is published at", default=time(14))
    default_imported = AmountField("default", null=True, blank=True)
    default_exported = AmountField("default for export", null=True, blank=True)
    is_enabled = models.BooleanField("enabled", default=True)
    next_at = models.DateTimeField("next look", editable=False)
    looked_at = models.DateTimeField("last look", null=True, editable=False)
    published_at = models.DateTimeField("last published", null=True, editable=False)
    trouble = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    modified_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            # VENs could not tell which of two prices for one moment is theirs.
            models.UniqueConstraint(
                fields=["program", "kind"], condition=Q(is_enabled=True), name="publication_per_kind"
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(is_enabled=True), name="publication_due"),
            models.Index(fields=["program"], name="publication_by_program"),
        ]

    def __str__(self) -> str:
        return f"{self.tariff} in {self.program}"


class PublishedDay(models.Model):
    """The event that holds a local day of one curve of a program, whichever publication has written it: of which plan
    (`digest`), and when the event was changed by that. Rows of days that are over are taken away."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=24)
    day = models.DateField()
    event_id = models.CharField(max_length=128)
    digest = models.CharField(max_length=32)
    modified_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "kind", "day"], name="published_day")]
