"""The table of what the clock has to do."""

from __future__ import annotations

from django.db import models


class Turn(models.Model):
    """How far an event's life has come: its boundaries are seen to until `turned_at`, and the next one is `due_at`
    (null: there is none). The row follows the event by way of the relay, so that writing an event costs no more."""

    event_id = models.CharField(primary_key=True, max_length=128)
    turned_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="turn_due")]
