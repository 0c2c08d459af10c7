"""Everything that changes programs. One function is one transaction: row, documents and outbox entry together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from programs.content import ProgramContent
from programs.models import Program
from programs.queries import NoSuchProgram
from programs.wire import v301, v310
from vtn import errors, publishing
from vtn.audit import record_described
from vtn.caller import Caller, Scope
from vtn.constraints import refused_by
from vtn.ids import new_id
from vtn.publishing import Kind, Operation, Write
from vtn.wire import body

_PROGRAM = Kind("PROGRAM", "programs")


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
        return _publish(program, content, content.members, Write(Operation.CREATE, caller, now))


def update_program(*, caller: Caller, program_id: str, content: ProgramContent, now: datetime) -> Program:
    """Replaces the program. Raises `NoSuchProgram`, `ProgramNameTaken`."""
    caller.require_business(Scope.WRITE_PROGRAMS)
    with _unique_name(content), transaction.atomic():
        program = _locked(program_id)
        return _publish(
            program,
            content,
            content.replacing(program.content, written_at=program.modified_at),
            Write(Operation.UPDATE, caller, now),
        )


@transaction.atomic
def set_four_eyes(*, caller: Caller, program_id: str, four_eyes: bool, now: datetime) -> Program:
    """Whether what staff write about its events is published by somebody else. It is no part of the program as others
    see it, so it is recorded for the audit and told to nobody. Raises `NoSuchProgram`."""
    caller.require_business(Scope.WRITE_PROGRAMS)
    program = _locked(program_id)
    if program.four_eyes == four_eyes:
        return program
    Program.objects.filter(id=program_id).update(four_eyes=four_eyes)
    before, after = {"fourEyes": program.four_eyes}, {"fourEyes": four_eyes}
    record_described("FOUR_EYES", program_id, before, after, caller=caller, now=now, program_id=program_id)
    program.four_eyes = four_eyes
    return program


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
    publishing.record_deletion(program, _PROGRAM, Write(Operation.DELETE, caller, now))
    return program


def _publish(program: Program, content: ProgramContent, members: dict[str, Any], write: Write) -> Program:
    """Row, documents and outbox entry."""
    before = publishing.begin(program, content, members, write)
    program.program_name = content.program_name
    program.document_310 = body.encode_text(_rendered(program, v310.render_program))
    program.document_301 = body.encode_text(_rendered(program, v301.render_program))
    program.save(force_insert=write.is_new)
    publishing.finish(program, _PROGRAM, write, before)
    return program


def _rendered(program: Program, render: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return render(
        program_id=program.id,
        created_at=program.created_at,
        modified_at=program.modified_at,
        members=program.content,
    )


def _locked(program_id: str) -> Program:
    program = Program.objects.select_for_update().filter(id=program_id).first()
    if program is None:
        raise NoSuchProgram(program_id)
    return program


def _unique_name(content: ProgramContent) -> AbstractContextManager[None]:
    taken = ProgramNameTaken(f"There is already a program named '{content.program_name}'")
    return refused_by({"program_name_per_vtn": taken})
