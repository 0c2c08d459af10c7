"""The table of subscriptions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from vtn.caller import Role
from vtn.dialect import Dialect
from vtn.models import OwnedQuerySet, TargetedObject, named_in_program


class Subscription(TargetedObject):
    """What a client wants to be told of, and where.

    It belongs to `client_id`, which wrote it as `role`, the last time in `dialect`: by these it is decided what its
    notifications may hold and how they are spelled. `program_id` need not name a program any more: a subscription
    outlives it. `verified_urls` are those that have answered the challenge, `sealed_tokens` the bearer tokens by their
    places in objectOperations. `sealed_keys` sign what is sent: the newest first, behind it the one from before, which
    is used as well until `old_key_until`.
    """

    client_id = models.CharField("client id", max_length=128)
    role = models.CharField(max_length=3, choices=[(role.value, role.name) for role in Role])
    dialect = models.CharField(max_length=5, choices=[(each.value, each.value) for each in Dialect])
    client_name = models.CharField("name", max_length=128)
    program_id = models.CharField("program", max_length=128, null=True)  # noqa: DJ001 - null is none, as on the wire
    object_types = ArrayField(models.CharField(max_length=16))
    verified_urls = ArrayField(models.TextField(), editable=False)
    sealed_tokens = ArrayField(models.TextField(null=True), editable=False)
    sealed_keys = ArrayField(models.TextField(), default=list, editable=False)
    old_key_until = models.DateTimeField(null=True, editable=False)

    objects = models.Manager.from_queryset(OwnedQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="subscription_order"),
            models.Index(fields=["client_id", "created_at", "id"], name="subscription_order_of_client"),
            models.Index(fields=["program_id", "created_at", "id"], name="subscription_order_of_program"),
            models.Index(fields=["client_name", "created_at", "id"], name="subscription_order_of_name"),
            models.Index(fields=["modified_at", "id"], name="subscription_modified"),
            GinIndex(fields=["targets"], name="subscription_targets"),
            GinIndex(fields=["object_types"], name="subscription_object_types"),
        ]

    def __str__(self) -> str:
        return self.client_name


class SubscriptionWay(models.Model):
    """The way to a subscription from each of its targets, and from each type of object that it is about, in the order
    of lists, as `VenTarget` is to VENs. `way_in_program` is empty for one of no program."""

    pk = models.CompositePrimaryKey("subscription_id", "way")
    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    way = models.CharField(max_length=140)
    way_in_program = models.CharField(max_length=280)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["way", "created_at", "subscription"], name="subscription_way_order"),
            models.Index(
                fields=["way_in_program", "created_at", "subscription"],
                name="subscription_way_in_program",
            ),
        ]

    @staticmethod
    def from_type(object_type: str) -> str:
        return f"type {object_type}"

    @staticmethod
    def from_target(target: str) -> str:
        return f"target {target}"

    in_program = staticmethod(named_in_program)  # the value of `way_in_program`
