"""The table of the participants of Ecosuite's demand response."""

from __future__ import annotations

from django.db import models

from vtn.models import ContentField, StoredObject
from vtn.wire.targets import MAX_TARGET_LENGTH


class Participant(StoredObject):
    """A project that is enrolled in demand response, and how its people are told of events.

    Which VENs and resources it stands for is not here: they are those that hold its `target`
    (`participants.enrolment`). `content` is what was written beside the columns, and comes back.
    """

    code = models.CharField(max_length=MAX_TARGET_LENGTH)
    target = models.CharField(max_length=MAX_TARGET_LENGTH, unique=True, editable=False)
    contact_user = models.TextField("contact", blank=True)
    phone_contact = models.TextField("telephone", blank=True)
    webhook = models.TextField(blank=True)
    sealed_secret = models.TextField(editable=False, blank=True)
    content = ContentField(editable=False, default=dict)

    class Meta:
        constraints = [
            # A DR event may name its participants by their codes.
            models.UniqueConstraint(
                fields=["code"],
                name="participant_code",
                violation_error_message="There is already a participant with this code",
            ),
            models.CheckConstraint(condition=~models.Q(code=""), name="participant_code_not_empty"),
        ]
        indexes = [models.Index(fields=["created_at", "id"], name="participant_order")]

    def __str__(self) -> str:
        return self.code
