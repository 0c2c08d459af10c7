"""The tables of drafts of events, and of the holidays that a series of events leaves out."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models import Program
from vtn.models import ContentField, OutboxEntry

Operation = OutboxEntry.Operation


class HolidayCalendar(models.Model):
    """Days on which a series of events has none, by date (`2026-12-25`), with their names."""

    name = models.CharField(_("name"), max_length=128, unique=True)
    days = models.JSONField(_("days"), default=dict, blank=True)

    class Meta:
        verbose_name = _("holiday calendar")
        verbose_name_plural = _("holiday calendars")

    def __str__(self) -> str:
        return self.name


class EventDraft(models.Model):
    """What becomes of an event, or of several, when it is published: they are made, changed or deleted.

    `content` is a whole request of 3.1.0. A draft that changes or deletes names its event and the version that it was
    begun from (`modified_at` of then); the event may be gone since, so there is no constraint. `days` are those of a
    series. `action` is the button of an event's page that it was begun with, if it was one. `authors` are all who had a
    hand in it, as the record of changes names them. `made` are the events that came of it. `token` is that of the form
    that wrote it last: what is sent twice is done once.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        WAITING = "waiting", _("waiting for approval")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPERATIONS = [
        (Operation.CREATE.value, _("new event")),
        (Operation.UPDATE.value, _("change of an event")),
        (Operation.DELETE.value, _("end of an event")),
    ]

    class Action(models.TextChoices):
        SHIFT = "shift", _("shift")
        SHORTEN = "shorten", _("shortening")
        CANCEL = "cancel", _("cancellation")
        WITHDRAW = "withdraw", _("withdrawal")

    program = models.ForeignKey(Program, models.CASCADE, related_name="+", verbose_name=_("program"))
    operation = models.CharField(_("what it is"), max_length=8, choices=OPERATIONS)
    action = models.CharField(_("done as"), max_length=8, choices=Action, blank=True, default="")
    name = models.CharField(_("name"), max_length=128, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.DRAFT)
    is_template = models.BooleanField(_("template"), default=False)
    content = ContentField()
    zone = models.CharField(_("time zone"), max_length=64)
    weekdays = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    until = models.DateField(null=True, blank=True)
    calendar = models.ForeignKey(HolidayCalendar, models.SET_NULL, null=True, blank=True, related_name="+")
    days = ArrayField(models.DateField(), default=list, blank=True)
    event_id = models.CharField(max_length=128, null=True, blank=True)  # noqa: DJ001 - null is none, as on the wire
    began_from = models.DateTimeField(null=True, blank=True)
    made = ArrayField(models.CharField(max_length=128), default=list, blank=True)
    authors = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=160, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    token = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("created"))
    modified_at = models.DateTimeField(_("last changed"))

    class Meta:
        verbose_name = _("event draft")
        verbose_name_plural = _("event drafts")
        permissions = [("publish_eventdraft", "Can publish drafts of others")]
        indexes = [
            models.Index(fields=["status", "modified_at"], name="draft_by_status"),
            models.Index(fields=["event_id", "modified_at"], name="draft_of_event"),
            GinIndex(fields=["made"], name="draft_made"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(operation="CREATE", event_id__isnull=True)
                | models.Q(
                    operation__in=["UPDATE", "DELETE"], event_id__isnull=False, began_from__isnull=False
                ),
                name="draft_names_its_event",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.content.get("eventName") or f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        """Nothing has come of it yet."""
        return self.status in (self.Status.DRAFT, self.Status.WAITING)

    @property
    def what_it_is(self) -> str:
        """In words, for whoever looks for the change that was a cancellation."""
        return self.get_action_display() or self.get_operation_display()

    @property
    def targets(self) -> list[str]:
        return self.content.get("targets", [])

    def described(self) -> dict[str, Any]:
        """For the record of changes."""
        days = [day.isoformat() for day in self.days]
        return {
            "id": self.pk,
            "name": self.name,
            "operation": self.operation,
            "action": self.action,
            "status": self.status,
            "template": self.is_template,
            "eventID": self.event_id,
            "days": days,
            "authors": self.authors,
            "decidedBy": self.decided_by,
            "reason": self.reason,
            "made": self.made,
            "content": self.content,
        }
