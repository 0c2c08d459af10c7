"""The table of callbacks."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from participants.models.subscriptions import Subscription

# `Callback.health` in SQL, the worst first. Each begins with what few callbacks have, which has an index.
HEALTH = {
    "gone": Q(failing_since__isnull=False, gone_at__isnull=False),
    "broken": Q(failing_since__isnull=False, gone_at=None, broken_at__isnull=False),
    "failing": Q(failing_since__isnull=False, gone_at=None, broken_at=None),
    "working": Q(failing_since=None),
}


class Callback(models.Model):
    """One of a subscription's objectOperations: what is told where, derived at each write of the subscription, and how
    that goes.

    `wants` are as in `ven EVENT CREATE *` (`participants.callbacks`): with one look into one index a change finds who
    asked for it.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="callbacks", db_index=False)
    place = models.IntegerField()
    url = models.TextField()
    host = models.CharField(max_length=300)
    wants = ArrayField(models.CharField(max_length=200))
    told_at = models.DateTimeField("last told", null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0, help_text="in a row")
    failure = models.TextField(blank=True, help_text="the last one, if it has not been told since")
    broken_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "place"], name="callback_place")]
        indexes = [
            GinIndex(fields=["wants"], name="callback_wants"),
            models.Index(fields=["failing_since"], name="callback_failing"),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def health(self) -> str:
        """In a word."""
        if self.gone_at is not None:
            return "gone"
        if self.broken_at is not None:
            return "broken"
        return "failing" if self.failing_since is not None else "working"
