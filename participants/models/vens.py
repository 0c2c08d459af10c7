"""The table of VENs, and the way to them from what is granted to them."""

from __future__ import annotations

from django.db import models

from vtn.models import OwnedQuerySet, TargetedObject


class Ven(TargetedObject):
    """A VEN. Its targets and those of its resources are the grant of its client (3.1.0 Definition, "BL created
    object privacy").

    The client need not be there yet: business logic may name it before it is enrolled. Null is nobody's.
    """

    client_id = models.CharField("client id", max_length=128, null=True, blank=True)  # noqa: DJ001 - null is nobody
    ven_name = models.CharField("name", max_length=128)

    objects = models.Manager.from_queryset(OwnedQuerySet)()

    class Meta:
        verbose_name = "VEN"
        constraints = [
            # 3.1.0 Definition, "Object names": unique within a VTN.
            models.UniqueConstraint(
                fields=["ven_name"],
                name="ven_name_per_vtn",
                violation_error_message="There is already a VEN of this name",
            ),
            # decisions/openadr.md §4: a client's grant is that of its one VEN.
            models.UniqueConstraint(
                fields=["client_id"],
                name="ven_per_client",
                violation_error_message="This client has a VEN already",
            ),
            models.CheckConstraint(condition=~models.Q(ven_name=""), name="ven_name_not_empty"),
            models.CheckConstraint(condition=~models.Q(client_id=""), name="ven_client_id_not_empty"),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="ven_order"),
            models.Index(fields=["modified_at", "id"], name="ven_modified"),
        ]

    def __str__(self) -> str:
        return self.ven_name


class VenTarget(models.Model):
    """The way from a target to the VENs that it is granted to, in the order of lists; one row per target of a VEN.

    Without a constraint in the database, as with events: these rows are only ever written and deleted together with
    their VEN.
    """

    pk = models.CompositePrimaryKey("ven_id", "target")
    ven = models.ForeignKey(
        Ven, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    target = models.CharField(max_length=128)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["target", "created_at", "ven"], name="ven_target_order")]
