"""Everything that changes programs. One function is one transaction: row, documents and outbox entry together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction

from programs.content import ProgramContent
from programs.models import Program
from programs.queries import NoSuchProgram
from programs.wire import v301, v310
from vtn import errors, outbox
from vtn.caller import Caller, Scope
from vtn.constraints import refused_by
from vtn.documents import recorded
from vtn.ids import new_id
from vtn.models import OutboxEntry, later_than
from vtn.polling import keys
from vtn.wire import body

Operation = OutboxEntry.Operation


class ProgramNameTaken(errors.Conflict):
    """3.1.0 Definition, "Object names": a programName is unique within the VTN."""


class ProgramHasEvents(errors.Conflict):
    """A program with events is not deleted by accident."""


class DeleteDependents(Protocol):
    """Deletes what hangs on a program, inside the caller's transaction."""

    def __call__(self, *, program_id: str, caller: Caller, now: datetime) -> None: ...


def create_program(*, caller: Caller, content: ProgramContent, now: datetime) -> Program:
    caller.require_business(Scope.WRITE_PROGRAMS)
    with _unique_name(content), transaction.atomic():
        program = Program(id=new_id(), created_at=now)
        return _publish(program, content, content.members, Operation.CREATE, caller, now)


def update_program(*, caller: Caller, program_id: str, content: ProgramContent, now: datetime) -> Program:
    """Replaces the program. Raises `NoSuchProgram`, `ProgramNameTaken`."""
    caller.require_business(Scope.WRITE_PROGRAMS)
    with _unique_name(content), transaction.atomic():
        program = _locked(program_id)
        return _publish(program, content, content.replacing(program.content), Operation.UPDATE, caller, now)


@transaction.atomic
def delete_program(
    *, caller: Caller, program_id: str, delete_dependents: DeleteDependents | None, now: datetime
) -> Program:
    """Deletes the program and returns it as it was. Its events are refused (`ProgramHasEvents`), or deleted with
    it when `delete_dependents` is given; no version of the standard says which."""
    caller.require_business(Scope.WRITE_PROGRAMS)
    program = _locked(program_id)
    if delete_dependents is not None:
        delete_dependents(program_id=program_id, caller=caller, now=now)
    elif program.events.exists():
        raise ProgramHasEvents("The program has events; delete them first, or say ?cascade=true")
    Program.objects.filter(id=program_id).delete()
    _record(program, Operation.DELETE, caller, now, before=recorded(program), after=None)
    return program


def hold_program(program_id: str) -> bool:
    """Whether there is such a program; if so it cannot be deleted until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM programs_program WHERE id = %s FOR KEY SHARE", [program_id])
        return cursor.fetchone() is not None


def _publish(
    program: Program,
    content: ProgramContent,
    members: dict[str, Any],
    operation: OutboxEntry.Operation,
    caller: Caller,
    now: datetime,
) -> Program:
    """Row, documents and outbox entry."""
    is_new = operation is Operation.CREATE
    before = None if is_new else recorded(program)
    targets_before = None if is_new else program.targets
    program.program_name = content.program_name
    program.targets = list(content.targets)
    program.literals = content.literals or None
    program.content = members
    program.modified_at = now if is_new else later_than(program.modified_at, now)
    program.document_310 = body.encode_text(_rendered(program, v310.render_program))
    program.document_301 = body.encode_text(_rendered(program, v301.render_program))
    program.save(force_insert=is_new)
    _record(
        program,
        operation,
        caller,
        now,
        before=before,
        after=recorded(program),
        targets_before=targets_before,
    )
    return program


def _rendered(program: Program, render: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return render(
        program_id=program.id,
        created_at=program.created_at,
        modified_at=program.modified_at,
        members=program.content,
    )


def _record(
    program: Program,
    operation: OutboxEntry.Operation,
    caller: Caller,
    now: datetime,
    *,
    before: str | None,
    after: str | None,
    targets_before: list[str] | None = None,
) -> None:
    """The outbox entry, and the versions of what readers keep."""
    targets = [program.targets] if targets_before is None else [targets_before, program.targets]
    outbox.record(
        object_type="PROGRAM",
        object_id=program.id,
        operation=operation,
        before=before,
        after=after,
        caller=caller,
        now=now,
        moves=keys.changed("programs", program.id, targets=targets),
    )


def _locked(program_id: str) -> Program:
    program = Program.objects.select_for_update().filter(id=program_id).first()
    if program is None:
        raise NoSuchProgram(program_id)
    return program


def _unique_name(content: ProgramContent) -> Any:
    taken = ProgramNameTaken(f"There is already a program named '{content.program_name}'")
    return refused_by("program_name_per_vtn", taken)
