"""The project's table of events, as a plain model sees it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PlainEvent(models.Model):
    id = models.CharField(primary_key=True, max_length=128)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    program_id = models.CharField(max_length=128)
    targets = ArrayField(models.CharField(max_length=128))
    content = models.JSONField()

    class Meta:
        managed = False
        db_table = "events_event"
