"""The table of resources, and the way to them from their targets."""

from __future__ import annotations

from typing import Self

from django.db import models

from participants.locations import LOCATION
from participants.models.vens import Ven
from vtn.models import TargetedObject
from vtn.visibility import Ownership

_LOCATED = models.Q(content__attributes__contains=[{"type": LOCATION}])


class ResourceQuerySet(models.QuerySet["Resource"]):
    def owned_by(self, ownership: Ownership) -> Self:
        """`Ownership.admits` in SQL: a resource belongs to the client of its VEN."""
        return self if ownership.client_id is None else self.filter(ven__client_id=ownership.client_id)

    def located(self) -> Self:
        """Those that say where they are, however well, VEN by VEN, as an index has them."""
        return self.filter(_LOCATED).order_by("ven_id", "created_at", "id")


class Resource(TargetedObject):
    """A device or system behind a VEN, with targets of its own."""

    ven = models.ForeignKey(Ven, models.CASCADE, related_name="resources", db_index=False)
    resource_name = models.CharField("name", max_length=128)

    objects = models.Manager.from_queryset(ResourceQuerySet)()

    class Meta:
        constraints = [
            # 3.1.0 Definition, "Object names": unique within a VEN.
            models.UniqueConstraint(
                fields=["ven", "resource_name"],
                name="resource_name_per_ven",
                violation_error_message="This VEN already has a resource of this name",
            ),
            models.CheckConstraint(condition=~models.Q(resource_name=""), name="resource_name_not_empty"),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="resource_order"),
            models.Index(fields=["modified_at", "id"], name="resource_modified"),
            models.Index(fields=["ven", "created_at", "id"], name="resource_order_in_ven"),
            models.Index(fields=["resource_name", "created_at", "id"], name="resource_order_by_name"),
            models.Index(fields=["ven", "created_at", "id"], condition=_LOCATED, name="resource_located"),
        ]

    def __str__(self) -> str:
        return self.resource_name


class ResourceTarget(models.Model):
    """The way from a target to its resources in the order of lists, as `VenTarget` is to VENs.

    It knows their names, because many VENs call what they have the same: a list of the resources of a common name that
    have a rare target would have to look at all of that name. And it knows their VENs: that of an aggregator has many
    thousand, of which few may have a target.
    """

    pk = models.CompositePrimaryKey("resource_id", "target")
    resource = models.ForeignKey(
        Resource, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    target = models.CharField(max_length=128)
    ven_id = models.CharField(max_length=128)
    resource_name = models.CharField(max_length=128)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["target", "created_at", "resource"], name="resource_target_order"),
            models.Index(
                fields=["target", "resource_name", "created_at", "resource"],
                name="resource_target_order_by_name",
            ),
            models.Index(
                fields=["ven_id", "target", "created_at", "resource"], name="resource_target_order_in_ven"
            ),
        ]
