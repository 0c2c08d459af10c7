"""Reads of programs, one query each."""

from __future__ import annotations

from programs.models import Program
from vtn import errors
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.documents import joined, with_targets
from vtn.paging import Page
from vtn.polling import keys
from vtn.polling.answers import Answer
from vtn.polling.state import polling


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
    return Answer(body, seen=seen, may_age=not caller.is_business)


def visible_program(caller: Caller, program_id: str, dialect: Dialect) -> Answer:
    """One program. Raises `NoSuchProgram`."""
    visibility = caller.visibility()
    seen = polling().see(keys.object_dependency("programs", program_id))
    row = (
        Program.objects.visible_to(visibility)
        .filter(id=program_id)
        .values_list("targets", "literals", dialect.document_field)
        .first()
    )
    if row is None:
        raise NoSuchProgram(program_id)
    targets, literals, document = row
    whole = with_targets(document, visibility.shown(targets), literals, dialect)
    return Answer(whole.encode(), seen=seen, may_age=not caller.is_business)
