"""Licences, whose they are, and the controllers that they are claimed for; the words are Eniris'."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from licensing.terms import Term, end_of, why_not
from licensing.wire.eniris import LONGEST_KEY, LONGEST_NODE_ID
from vtn.caller import Caller

_plain = RegexValidator(r"^[^\x00-\x1f\x7f]+\Z", "Control characters are not allowed.")


def _name(label: str, longest: int = 128, **options: Any) -> models.CharField:
    return models.CharField(label, max_length=longest, validators=[_plain], **options)


class Customer(models.Model):
    """Somebody who has ordered licences, or has controllers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = _name("name", unique=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A client that acts for a customer. It need not be there yet: it may be enrolled later."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="memberships", db_index=False)
    client_id = _name("client id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "client_id"], name="membership_once")]
        indexes = [models.Index(fields=["client_id"], name="membership_client")]

    def __str__(self) -> str:
        return self.client_id


class Order(models.Model):
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders", db_index=False)
    reference = _name("reference")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "reference"],
                name="order_reference",
                violation_error_message="This customer has an order of this reference already",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} of {self.customer}"


class LicenseQuerySet(models.QuerySet["License"]):
    def of_members(self, caller: Caller) -> Self:
        """Those that the caller may act on: business logic on all, others on those of their customers."""
        if caller.is_business:
            return self
        mine = Membership.objects.filter(client_id=caller.client_id).values("customer")
        return self.filter(order__customer__in=mine)


class License(models.Model):
    """Leave to run a controller, up to some kW, from its activation to its end.

    `deactivated_at` is a date that was imported or that staff have set, and is never changed by us. The end that
    follows from `duration` is not stored: what it is counted in is a setting, and one that may be put right.
    """

    class Type(models.TextChoices):
        RESIDENTIAL = "residential"
        COMMERCIAL = "commercial"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = _name("key", LONGEST_KEY, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="licenses")
    grid_kw = models.PositiveIntegerField("grid, kW", null=True, blank=True)
    solar_kw = models.PositiveIntegerField("solar, kW", null=True, blank=True)
    battery_kw = models.PositiveIntegerField("battery, kW", null=True, blank=True)
    ev_kw = models.PositiveIntegerField("charging, kW", null=True, blank=True)
    type = models.CharField(max_length=11, choices=Type.choices, default=Type.RESIDENTIAL)
    created_at = models.DateTimeField("created", editable=False)
    activated_at = models.DateTimeField("activated", null=True, blank=True)
    duration = models.PositiveIntegerField(default=0, help_text="0: without end")
    deactivated_at = models.DateTimeField(
        "deactivated",
        null=True,
        blank=True,
        help_text="Set, it ends the licence whatever its duration says.",
    )

    objects = models.Manager.from_queryset(LicenseQuerySet)()

    class Meta:
        verbose_name = "licence"
        constraints = [
            models.CheckConstraint(condition=~models.Q(key=""), name="license_key_not_empty"),
            models.CheckConstraint(
                condition=models.Q(type__in=["residential", "commercial"]), name="license_type"
            ),
        ]
        indexes = [models.Index(fields=["created_at", "id"], name="license_order")]

    def __str__(self) -> str:
        return self.key

    @property
    def term(self) -> Term:
        return Term(self.activated_at, self.deactivated_at, self.duration)

    @property
    def ends_at(self) -> datetime | None:
        """`licensing.terms.end_of`, counted as the settings say."""
        return end_of(self.term, settings.LICENCE_DURATION_UNIT)

    def why_not(self, at: datetime) -> str:
        """What keeps it from holding then, in words; nothing if it does."""
        return why_not(self.term, at=at, unit=settings.LICENCE_DURATION_UNIT)


class Controller(models.Model):
    """What stands at a customer's; nobody but staff may claim for one that is nobody's yet."""

    node_id = _name("node id", LONGEST_NODE_ID, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="controllers", null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(node_id=""), name="node_id_not_empty")]

    def __str__(self) -> str:
        return self.node_id


class Datalink(models.Model):
    """A licence that is claimed for a controller. It is claimed once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    license = models.OneToOneField(License, models.CASCADE, related_name="datalink")
    controller = models.ForeignKey(Controller, models.PROTECT, related_name="datalinks")
    created_at = models.DateTimeField("claimed")
    claimed_by = models.CharField(max_length=160)

    def __str__(self) -> str:
        return f"{self.license} for {self.controller}"


class Reminder(models.Model):
    """A mail to staff that a licence ends within so many days. A licence whose end is moved is told of anew."""

    license = models.ForeignKey(License, models.CASCADE, related_name="reminders", db_index=False)
    ends_at = models.DateTimeField()
    days = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["license", "ends_at", "days"], name="reminder_once")]
        indexes = [models.Index(fields=["id"], condition=models.Q(sent_at=None), name="reminder_unsent")]
