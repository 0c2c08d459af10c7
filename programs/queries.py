"""Reads of programs, one query each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from programs.models import Program
from vtn import errors
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.documents import by_id, joined
from vtn.mirror import Since, changed_since
from vtn.models import Tombstone
from vtn.paging import Page
from vtn.polling import keys
from vtn.polling.answers import Answer
from vtn.polling.state import polling
from vtn.queries import answer_to, read_one
from vtn.visibility import Visibility

_MANY = 255  # more than the longest text of an announcement has room for


class NoSuchProgram(errors.NoSuchObject):
    """No program has this id, or none that the caller may see."""

    kind = "program"


@dataclass(frozen=True, slots=True)
class ProgramFilter:
    """What a list of programs is narrowed to."""

    asked: frozenset[str] | None = None
    program_name: str | None = None
    since: Since | None = None


def visible_programs(caller: Caller, wanted: ProgramFilter, *, page: Page, dialect: Dialect) -> Answer:
    """A page of the programs that the caller sees, oldest first, as the dialect writes them."""
    visibility = caller.visibility(wanted.asked)
    seen = polling().see(keys.list_dependencies("programs", visibility))
    programs = Program.objects.visible_to(visibility)
    if wanted.program_name is not None:
        programs = programs.filter(program_name=wanted.program_name)
    if wanted.since is not None:
        body = changed_since(
            wanted.since,
            page,
            object_type="PROGRAM",
            objects=programs,
            deleted=Tombstone.objects.visible_to(visibility),
            documents=partial(by_id, programs, visibility, dialect),
        )
        return answer_to(caller, body, seen)
    rows = programs.order_by("created_at", "id").values_list("targets", "literals", dialect.document_field)
    return answer_to(caller, joined(rows[page.skip : page.skip + page.limit], visibility, dialect), seen)


def visible_program(caller: Caller, program_id: str, dialect: Dialect) -> Answer:
    """One program. Raises `NoSuchProgram`."""
    answer = read_one(Program.objects.all(), "programs", program_id, caller=caller, dialect=dialect)
    if answer is None:
        raise NoSuchProgram(program_id)
    return answer


def sees_program(caller: Caller, program_id: str) -> bool:
    """Whether there is such a program for this caller: for objects of other apps that name one."""
    return Program.objects.visible_to(caller.visibility()).filter(id=program_id).exists()


def public_program_names() -> list[str]:
    """The first of those that everybody sees, oldest first: the names of others are not for a whole network."""
    to_everybody = Visibility.of(frozenset(), None)
    found = Program.objects.visible_to(to_everybody).order_by("created_at", "id")
    return list(found.values_list("program_name", flat=True)[:_MANY])
