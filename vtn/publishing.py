"""What every write of an object does beside its own columns: metadata, targets, and the record of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from vtn import outbox
from vtn.caller import Caller
from vtn.content import Content
from vtn.documents import recorded
from vtn.models import OutboxEntry, StoredObject, TargetedObject, Tombstone, later_than
from vtn.outbox import NOTHING, Along, Entry
from vtn.polling import keys
from vtn.wire import body
from vtn.wire.targets import Literals
from vtn.wire.v301 import kept_documents

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
    literals: Literals
    document_301: str | None = None


_NOT_THERE = Before(None, [], {})


def begin(stored: TargetedObject, content: Content, members: dict[str, Any], write: Write) -> Before:
    """Gives the object its content, and tells what it was before."""
    before = _NOT_THERE if write.is_new else _as_it_was(stored)
    stored.targets, stored.literals = list(content.targets), content.literals or None
    stored.content = members
    stored.modified_at = write.now if write.is_new else later_than(stored.modified_at, write.now)
    return before


def _as_it_was(stored: TargetedObject) -> Before:
    return Before(recorded(stored), [stored.targets], stored.literals or {}, stored.document_301)


def finish(
    stored: TargetedObject,
    kind: Kind,
    write: Write,
    before: Before,
    *,
    program_id: str = "",
    along: Along = NOTHING,
) -> bool:
    """Records a program or an event as it is now, rendered, and saved before or along with the record. False if it was
    not."""
    moves = _moves(stored, kind, program_id, before.targets)
    literals = before.literals | (stored.literals or {})
    return record(
        kind,
        stored.id,
        write,
        before=before.document,
        after=recorded(stored),
        moves=moves,
        program_id=program_id or stored.id,
        literals=literals | kept_documents(before=before.document_301, after=stored.document_301),
        along=along,
    )


def record_deletion(stored: TargetedObject, kind: Kind, write: Write, *, program_id: str = "") -> None:
    """Records that a program or an event is gone."""
    moves = _moves(stored, kind, program_id, [])
    record(
        kind,
        stored.id,
        write,
        before=recorded(stored),
        after=None,
        moves=moves,
        program_id=program_id or stored.id,
        literals=(stored.literals or {}) | kept_documents(before=stored.document_301, after=None),
    )
    bury(stored, kind, write, targets=stored.targets, inside=[f"program:{program_id}"] if program_id else [])


def record(
    kind: Kind,
    object_id: str,
    write: Write,
    *,
    before: str | None,
    after: str | None,
    moves: Iterable[str],
    program_id: str | None = None,
    literals: Literals | None = None,
    along: Along = NOTHING,
) -> bool:
    """The outbox entry, whose documents are JSON text of the 3.1.0 dialect, and the end of all kept answers that depend
    on one of `moves` (`vtn.polling.keys`). False if the condition of `along` did not hold."""
    return outbox.record(
        object_type=kind.object_type,
        object_id=object_id,
        operation=write.operation,
        before=before,
        after=after,
        caller=write.caller,
        now=write.now,
        moves=moves,
        program_id=program_id,
        literals=body.encode_text(literals) if literals else None,
        along=along,
    )


def entry(
    kind: Kind,
    object_id: str,
    write: Write,
    *,
    before: str | None,
    after: str | None,
    moves: Iterable[str],
    literals: Literals | None = None,
) -> Entry:
    """What `record` writes of an object that is of no program, for `outbox.record_all`."""
    return Entry(
        kind.object_type,
        object_id,
        write.operation,
        before,
        after,
        tuple(moves),
        literals=body.encode_text(literals) if literals else None,
    )


def bury(
    stored: StoredObject,
    kind: Kind,
    write: Write,
    *,
    targets: Iterable[str] = (),
    client_id: str | None = None,
    inside: Iterable[str] = (),
) -> None:
    """Leaves a tombstone of an object that is being deleted, for those who could see it."""
    Tombstone.objects.create(
        object_id=stored.id,
        object_type=kind.object_type,
        created_at=stored.created_at,
        deleted_at=later_than(stored.modified_at, write.now),
        targets=list(targets),
        client_id=client_id,
        inside=list(inside),
    )


def _moves(stored: TargetedObject, kind: Kind, program_id: str, targets_before: list[list[str]]) -> list[str]:
    targets = [*targets_before, stored.targets]
    return keys.changed(kind.collection, stored.id, targets=targets, program_id=program_id)


def delete_tombstones(*, before: datetime) -> int:
    """Forgets what was deleted before this; tells how many objects that were."""
    forgotten, _ = Tombstone.objects.filter(deleted_at__lt=before).delete()
    return forgotten
