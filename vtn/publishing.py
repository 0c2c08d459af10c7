"""What every write of a program or an event does beside its own columns: metadata, targets, and the record of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from vtn import outbox
from vtn.caller import Caller
from vtn.content import Content
from vtn.documents import recorded
from vtn.models import OutboxEntry, TargetedObject, later_than
from vtn.polling import keys

Operation = OutboxEntry.Operation


class Kind(NamedTuple):
    """A type of object, as the outbox and as kept answers call it."""

    object_type: str
    collection: str


@dataclass(frozen=True, slots=True)
class Write:
    """A change in the making: what is done, by whom, and when."""

    operation: OutboxEntry.Operation
    caller: Caller
    now: datetime

    @property
    def is_new(self) -> bool:
        return self.operation is Operation.CREATE


class Before(NamedTuple):
    """An object as it was: its document for the record, and its targets, whose readers have to be told."""

    document: str | None
    targets: list[list[str]]


def begin(stored: TargetedObject, content: Content, members: dict[str, Any], write: Write) -> Before:
    """Gives the object its content, and tells what it was before."""
    before = Before(None, []) if write.is_new else Before(recorded(stored), [stored.targets])
    stored.targets, stored.literals = list(content.targets), content.literals or None
    stored.content = members
    stored.modified_at = write.now if write.is_new else later_than(stored.modified_at, write.now)
    return before


def finish(stored: TargetedObject, kind: Kind, write: Write, before: Before, *, program_id: str = "") -> None:
    """Records the object as it is now, rendered and saved."""
    _record(stored, kind, write, before.document, recorded(stored), before.targets, program_id)


def record_deletion(stored: TargetedObject, kind: Kind, write: Write, *, program_id: str = "") -> None:
    """Records that the object is gone."""
    _record(stored, kind, write, recorded(stored), None, [], program_id)


def _record(
    stored: TargetedObject,
    kind: Kind,
    write: Write,
    before: str | None,
    after: str | None,
    targets_before: list[list[str]],
    program_id: str,
) -> None:
    targets = [*targets_before, stored.targets]
    outbox.record(
        object_type=kind.object_type,
        object_id=stored.id,
        operation=write.operation,
        before=before,
        after=after,
        caller=write.caller,
        now=write.now,
        moves=keys.changed(kind.collection, stored.id, targets=targets, program_id=program_id),
    )
