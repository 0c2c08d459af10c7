"""What every stored object has, and the record of every change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import pgettext_lazy
from psycopg.types.json import Jsonb

from vtn.dialect import Dialect
from vtn.ids import new_id
from vtn.visibility import Ownership, Visibility
from vtn.wire import body
from vtn.wire.targets import MAX_TARGET_LENGTH


class ContentField(models.JSONField):
    """A jsonb column that gives back each number as it was written (as a Decimal of its own text)."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else body.decode_text(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return None if value is None else Jsonb(value, dumps=body.encode)


class StoredObject(models.Model):
    """An addressable object, of which this much is metadata."""

    id = models.CharField(primary_key=True, max_length=128, default=new_id, editable=False)
    created_at = models.DateTimeField("created", editable=False)
    modified_at = models.DateTimeField("last changed", editable=False)

    class Meta:
        abstract = True


class DocumentedObject(StoredObject):
    """An object with its rendering in each dialect.

    A document is complete but for the targets, which differ from reader to reader and are put in front at a read.
    """

    document_301 = models.TextField(editable=False)
    document_310 = models.TextField(editable=False)

    class Meta:
        abstract = True

    def document(self, dialect: Dialect) -> str:
        return getattr(self, dialect.document_field)


Stored = TypeVar("Stored", bound=models.Model)


class TargetedQuerySet(models.QuerySet[Stored]):
    """Objects that are meant for some readers only."""

    def visible_to(self, visibility: Visibility) -> Self:
        """`Visibility.admits` in SQL."""
        if visibility.everything:
            return self
        # The cast to the column's type would cut off a longer text, and so match what it begins with.
        targets = sorted(target for target in visibility.targets if len(target) <= MAX_TARGET_LENGTH)
        admitted = models.Q(targets__overlap=targets) if targets else models.Q()
        if visibility.untargeted:
            return self.filter(models.Q(targets=[]) | admitted) if admitted else self.filter(targets=[])
        return self.filter(admitted) if admitted else self.none()


def named_in_program(program_id: str, way: str) -> str:
    """The way to something inside a program, as one text. The length is there so that no two pairs give the same,
    whatever a query names as a program: who asks for `a b` and may see `c` must not find the `b c` of program `a`."""
    return f"{len(program_id)} {program_id} {way}"


def later_than(modified_at: datetime, now: datetime) -> datetime:
    """The time of a change that was begun `now` and may have waited for another one: readers compare these."""
    return max(now, modified_at + timedelta(microseconds=1))


class OwnedQuerySet(models.QuerySet[Stored]):
    """Objects that belong to a client, whose id is in their column `client_id`."""

    def owned_by(self, ownership: Ownership) -> Self:
        """`Ownership.admits` in SQL."""
        return self if ownership.client_id is None else self.filter(client_id=ownership.client_id)


class TargetedObject(DocumentedObject):
    """An object with targets: what the client wrote, in the 3.1 model, with its targets beside it.

    `literals` maps a target to the number or boolean that a 3.0.1 client wrote for its value, so that it reads
    back what it wrote; 3.1 targets are text. Those of an event's report descriptors stand there under a prefix.
    """

    targets = ArrayField(models.CharField(max_length=MAX_TARGET_LENGTH), default=list, blank=True)
    content = ContentField(editable=False)
    literals = ContentField(editable=False, null=True)

    class Meta:
        abstract = True


class OutboxEntry(models.Model):
    """One change of one object, written in the transaction that makes it: the promise to tell whoever asked, and
    the audit of who did what when.

    Of one object a later change has a higher id, since whoever changes it holds its lock when the id is given out; of
    different objects nothing is said. `program_id` is the program that the object is, or is of. `literals` are those
    of its targets, before and after (`TargetedObject`), with documents that `vtn.wire.v301.kept_documents` keeps.
    """

    class Operation(models.TextChoices):
        # In a context: Django has texts like these on its buttons.
        CREATE = "CREATE", pgettext_lazy("operation", "Create")
        UPDATE = "UPDATE", pgettext_lazy("operation", "Update")
        DELETE = "DELETE", pgettext_lazy("operation", "Delete")
        PHASE = "PHASE", "clock"

    id = models.BigAutoField(primary_key=True)
    object_type = models.CharField(max_length=16)
    object_id = models.CharField(max_length=128)
    operation = models.CharField(max_length=8, choices=Operation.choices)
    program_id = models.CharField(max_length=128, null=True)  # noqa: DJ001 - null is none, as on the wire
    literals = ContentField(null=True)
    before = ContentField(null=True)
    after = ContentField(null=True)
    made_by = models.CharField(max_length=160)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "change"
        verbose_name_plural = "changes"
        indexes = [models.Index(fields=["object_id", "id"], name="outbox_by_object")]

    def __str__(self) -> str:
        return f"{self.operation} {self.object_type} {self.object_id}"


class Untold(models.Model):
    """A change that nobody has been told of yet; the relay takes the row away when it has seen to that.

    A table of its own, not a column: the entries stay for years and are never written again. One that cannot be told,
    for some fault of ours, is set aside, so that it keeps no other waiting, and tried again from time to time.
    """

    entry = models.OneToOneField(OutboxEntry, models.CASCADE, primary_key=True, db_constraint=False)
    set_aside_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)


# Of two classes of querysets mypy cannot combine the managers, which nobody makes from this one alone.
class TombstoneQuerySet(OwnedQuerySet["Tombstone"], TargetedQuerySet["Tombstone"]):  # type: ignore[override]
    """What is left of objects of all kinds: those with an owner have no targets, and the other way round."""

    def inside(self, kind: str, object_id: str) -> Self:
        """Those that were part of this object."""
        return self.filter(inside__contains=[f"{kind}:{object_id}"])


class Tombstone(models.Model):
    """What is remembered of a deleted object for a while, for those who keep a mirror: who could see it, and, in
    `inside`, what it was part of, as in `program:…`."""

    object_id = models.CharField(primary_key=True, max_length=128)
    object_type = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField()
    targets = ArrayField(models.CharField(max_length=MAX_TARGET_LENGTH), default=list)
    client_id = models.CharField(max_length=128, null=True)  # noqa: DJ001 - null is nobody, as at the object
    inside = ArrayField(models.CharField(max_length=140), default=list)

    objects = models.Manager.from_queryset(TombstoneQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "deleted_at", "object_id"], name="tombstone_order"),
            models.Index(fields=["deleted_at"], name="tombstone_age"),
        ]


from vtn.deliveries.models import Circuit, Delivery, Notification, Tally  # noqa: E402, F401 - they refer to the above
from vtn.polling.models import Poll, Poller  # noqa: E402, F401 - one place where Django looks for all tables
