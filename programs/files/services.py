"""Takes a program out as a file, and makes one from a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from programs.content import ProgramContent
from programs.files.parts import parts
from programs.files.wire import ProgramFile, parse_file, parse_program, render_file, render_object
from programs.models import Program
from programs.queries import NoSuchProgram
from programs.services import ProgramNameTaken, create_program, set_four_eyes
from vtn import errors
from vtn.caller import Caller, Scope

_MOST_TOLD = 20


class FileRefused(errors.Invalid):
    """What is in the file is wrong; as many faults are told as anybody reads."""

    def __init__(self, faults: list[str]) -> None:
        more = len(faults) - _MOST_TOLD
        told = "; ".join(faults[:_MOST_TOLD])
        super().__init__(f"{told}; and {more} more" if more > 0 else told)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file holds: how many objects of each part."""

    name: str
    counts: dict[str, int]


def export_program(program_id: str) -> bytes:
    """As `import_program` takes it. In one transaction, so that nothing of it is of another time. Raises
    `NoSuchProgram`."""
    with transaction.atomic():
        program = Program.objects.select_for_update().filter(id=program_id).first()
        if program is None:
            raise NoSuchProgram(program_id)
        found = {name: list(part.export(program_id)) for name, part in parts().items()}
    return render_file(render_object(program), found, four_eyes=program.four_eyes)


def look_at(document: bytes) -> Loaded:
    """What would come of a file, without doing it. Raises `FileRefused`, `ProgramNameTaken`, `Invalid`."""
    return _checked(document)[2]


@transaction.atomic
def import_program(*, caller: Caller, document: bytes, now: datetime) -> Program:
    """A new program with all that is in the file; new ids, new times of creation. Raises what `look_at` raises, and
    then has made nothing."""
    caller.require_business(Scope.WRITE_PROGRAMS)
    file, content, _loaded = _checked(document)
    program = create_program(caller=caller, content=content, now=now)
    if file.four_eyes:
        program = set_four_eyes(caller=caller, program_id=program.id, four_eyes=True, now=now)
    for name, part in parts().items():
        part.create(file.parts.get(name, []), program_id=program.id, caller=caller, now=now)
    return program


def _checked(document: bytes) -> tuple[ProgramFile, ProgramContent, Loaded]:
    file = parse_file(document)
    content, known = parse_program(file.program), parts()
    faults = [f"parts: there is no '{name[:40]}' here" for name in file.parts if name not in known]
    for name, part in known.items():
        faults += [f"{name}: {fault}" for fault in part.check(file.parts.get(name, []))]
    if faults:
        raise FileRefused(faults)
    if Program.objects.filter(program_name=content.program_name).exists():
        raise ProgramNameTaken(f"There is already a program named '{content.program_name}'")
    counts = {name: len(file.parts.get(name, [])) for name in known}
    return file, content, Loaded(content.program_name, counts)
