"""Which VENs and resources the controllers that licences are of stand for."""

from __future__ import annotations

from django.db import models

from licensing.models import Controller
from participants.models.resources import Resource
from participants.models.vens import Ven


class ControllerLink(models.Model):
    """A controller that is a VEN, or one of the resources behind one. A VEN or resource may be several controllers."""

    controller = models.OneToOneField(Controller, models.CASCADE, related_name="link")
    ven = models.ForeignKey(
        Ven, models.CASCADE, related_name="controller_links", null=True, blank=True, verbose_name="VEN"
    )
    resource = models.ForeignKey(
        Resource, models.CASCADE, related_name="controller_links", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ven=None) ^ models.Q(resource=None),
                name="controller_link_of_one",
                violation_error_message="A controller is one VEN or one resource",
            )
        ]

    def __str__(self) -> str:
        return f"{self.controller} is {self.resource or self.ven}"
