"""The tables of DR events: what OpenADR has no place for, and who was told of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vtn.models import ContentField


class DrEvent(models.Model):
    """What an Ecosuite DR event is beside its OpenADR event, which has its name, times, priority and targets.

    `written_as` has the participants by their targets, as they were named, so that they come back like that.
    `notify_at` is when the clock has to look at it (null: never), `notified_at` when its participants were written to,
    `round` which of the notificationDates that was for. `was_sent`: all were told, and who they were is forgotten
    (events/dr_events/retention.py). Without a constraint in the database, which would look for it at each deletion of
    an event: what is left of one that is gone is shown to nobody, and taken away soon.
    """

    event = models.OneToOneField(
        "events.Event", models.DO_NOTHING, primary_key=True, related_name="dr_event", db_constraint=False
    )
    goal = models.TextField(blank=True)
    notification_at = models.DateTimeField("notification date")
    written_as = ContentField(default=dict, editable=False)
    content = ContentField(default=dict, editable=False)
    round = models.IntegerField(default=1, editable=False)
    notify_at = models.DateTimeField(null=True, editable=False)
    notified_at = models.DateTimeField("notified", null=True, editable=False)
    was_sent = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = "DR event"
        indexes = [
            models.Index(fields=["notify_at"], condition=Q(notify_at__isnull=False), name="dr_event_due")
        ]

    def __str__(self) -> str:
        return str(self.event)


class DrNotification(models.Model):
    """One contact that is told of a DR event, for one or several of its participants; `targets` are their codes."""

    id = models.BigAutoField(primary_key=True)
    dr_event = models.ForeignKey(DrEvent, models.CASCADE, "notifications", db_index=False)
    round = models.IntegerField()
    user = models.TextField()
    protocol = models.CharField(max_length=16)
    endpoint = models.TextField()
    targets = ArrayField(models.TextField())
    made_at = models.DateTimeField("made")
    sent_at = models.DateTimeField("arrived", null=True)

    class Meta:
        verbose_name = "DR notification"
        constraints = [
            # Whoever is told for two participants is told once, however often the clock looks.
            models.UniqueConstraint(
                fields=["dr_event", "round", "protocol", "endpoint"], name="dr_notification_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.protocol} to {self.endpoint}"
