"""The table of programs."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from vtn.models import TargetedObject, TargetedQuerySet


class Program(TargetedObject):
    """A demand-response programme, which events belong to.

    `four_eyes` is of the admin alone: no document shows it, and business logic is not bound by it (docs/composer.md).
    """

    program_name = models.CharField("name", max_length=128)
    four_eyes = models.BooleanField(
        _("four eyes"),
        default=False,
        help_text=_("What a member of staff writes about its events is published by another one."),
    )

    objects = models.Manager.from_queryset(TargetedQuerySet)()

    class Meta:
        permissions = [("set_four_eyes", "Can switch the four-eyes rule of programs")]
        constraints = [
            # 3.1.0 Definition, "Object names": unique within a VTN.
            models.UniqueConstraint(fields=["program_name"], name="program_name_per_vtn"),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="program_order"),
            models.Index(fields=["modified_at", "id"], name="program_modified"),
            GinIndex(fields=["targets"], name="program_targets"),
        ]

    def __str__(self) -> str:
        return self.program_name
