"""The tables of deliveries: what is sent to whom, how that goes, and which hosts are not to be called for now."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from vtn.models import OutboxEntry


class Notification(models.Model):
    """The body of one change as some recipients see it. Stored once for all of them, who may be ten thousand."""

    id = models.BigAutoField(primary_key=True)
    body = models.TextField()

    def __str__(self) -> str:
        return f"notification {self.id}"


class Delivery(models.Model):
    """One notification on its way to one recipient of one channel, or arrived, or given up.

    What keeps its order is in one `lane`: the changes of one object on their way to one recipient. Only the oldest of
    a lane that waits is due; `due_at` is null for those behind it. While one is being sent, it is when its sender is
    taken for dead.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        DEAD = "dead", "given up"
        DROPPED = "dropped", "no longer wanted"

    id = models.BigAutoField(primary_key=True)
    channel = models.CharField(max_length=16)
    recipient_id = models.BigIntegerField()
    lane = models.CharField(max_length=180)
    host = models.CharField(max_length=300)
    entry = models.ForeignKey(
        OutboxEntry, models.CASCADE, "+", db_index=False, db_constraint=False, null=True
    )
    object_type = models.CharField(max_length=16)
    object_id = models.CharField(max_length=128)
    operation = models.CharField(max_length=8, choices=OutboxEntry.Operation.choices)
    notification = models.ForeignKey(Notification, models.CASCADE, "+", db_constraint=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField("changed")
    replayed_at = models.DateTimeField("sent again by hand", null=True)
    tried_at = models.DateTimeField("last tried", null=True)
    ended_at = models.DateTimeField("ended", null=True)
    status = models.IntegerField(null=True)
    reason = models.TextField(blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["lane", "id"], condition=Q(state="waiting"), name="delivery_lane"),
            models.Index(fields=["host"], condition=Q(state="waiting"), name="delivery_host"),
            models.Index(fields=["channel", "recipient_id", "id"], name="delivery_recipient"),
            # Changes are told in their order, so this grows at its end, which costs next to nothing.
            models.Index(fields=["entry"], name="delivery_entry"),
            models.Index(fields=["ended_at"], condition=~Q(state="waiting"), name="delivery_age"),
            models.Index(fields=["id"], condition=Q(state="dead"), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.object_type} {self.object_id}"


class Circuit(models.Model):
    """A host that has failed lately, and until when it is left alone. One that answers has no row."""

    host = models.CharField(primary_key=True, max_length=300)
    failures = models.IntegerField(help_text="in a row")
    open_until = models.DateTimeField(null=True)
    reason = models.TextField()

    def __str__(self) -> str:
        return self.host


class Tally(models.Model):
    """What was sent within an hour, by channel; counted on, and never worked out anew from the deliveries, which go."""

    pk = models.CompositePrimaryKey("hour", "channel")
    hour = models.DateTimeField()
    channel = models.CharField(max_length=16)
    attempts = models.BigIntegerField(default=0)
    failures = models.BigIntegerField(default=0)
    delivered = models.BigIntegerField(default=0)
    dead = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0.0, help_text="from the changes to their arrival, all told")
