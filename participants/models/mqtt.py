"""The tables of MQTT: what the broker has not been told of, and whose signature its clients are known by."""

from __future__ import annotations

from typing import Self

from django.db import models

from vtn.models import OutboxEntry


class PublicationQuerySet(models.QuerySet["Publication"]):
    def waiting(self) -> Self:
        """Those that are still to be published, in their order."""
        return self.filter(refused_at=None).order_by("entry_id")


class Publication(models.Model):
    """A change that the broker has not, or not wholly, taken receipt of. There is none once it has.

    One row, however many VENs get a copy: `told_until` says how far it got. None is nowhere, empty is up to the
    copies, and anything else the last VEN whose copy has its receipt. What the broker refuses for good stays, with its
    reason, until somebody publishes it again.
    """

    entry = models.OneToOneField(
        OutboxEntry, models.CASCADE, primary_key=True, db_constraint=False, related_name="+"
    )
    told_until = models.CharField("told until", max_length=128, null=True, editable=False)  # noqa: DJ001 - see above
    refused_at = models.DateTimeField("refused", null=True, editable=False)
    reason = models.TextField(default="", editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "MQTT publication"
        verbose_name_plural = "MQTT publications"

    def __str__(self) -> str:
        return f"publication of change {self.pk}"


class MqttAuthority(models.Model):
    """The certificate authority that signs for the clients of the broker, and for the broker of `make run`."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    certificate = models.TextField()
    sealed_key = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="mqtt_authority_is_one"),
        ]

    def __str__(self) -> str:
        return "certificate authority of MQTT"
