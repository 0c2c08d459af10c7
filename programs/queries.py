"""Reads of programs, one query each."""

from __future__ import annotations

from programs.models import Program
from vtn import errors
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.documents import joined
from vtn.paging import Page
from vtn.polling import keys
from vtn.polling.answers import Answer
from vtn.polling.state import polling
from vtn.queries import answer_to, read_one


class NoSuchProgram(errors.NotFound):
    """No program has this id, or none that the caller may see."""

    def __init__(self, program_id: str) -> None:
        super().__init__(f"There is no program '{program_id}'")


def visible_programs(caller: Caller, *, asked: frozenset[str] | None, page: Page, dialect: Dialect) -> Answer:
    """A page of the programs that the caller sees, oldest first, as the dialect writes them."""
    visibility = caller.visibility(asked)
    seen = polling().see(keys.list_dependencies("programs", visibility))
    programs = Program.objects.visible_to(visibility)
    rows = programs.order_by("created_at", "id").values_list("targets", "literals", dialect.document_field)
    body = joined(rows[page.skip : page.skip + page.limit], visibility, dialect)
    return answer_to(caller, body, seen)


def visible_program(caller: Caller, program_id: str, dialect: Dialect) -> Answer:
    """One program. Raises `NoSuchProgram`."""
    answer = read_one(Program.objects.all(), "programs", program_id, caller=caller, dialect=dialect)
    if answer is None:
        raise NoSuchProgram(program_id)
    return answer
