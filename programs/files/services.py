"""Takes a program out as a file, and makes one from a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

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
    """What is in the file is wrong; `faults` are as many as anybody reads."""

    def __init__(self, faults: list[str]) -> None:
        more = len(faults) - _MOST_TOLD
        told = [_("and %(count)s more") % {"count": more}] if more > 0 else []
        self.faults = (*faults[:_MOST_TOLD], *told)
        super().__init__("; ".join(self.faults))


class TooManyObjects(errors.Invalid):
    """There is more in the file than whoever asked has the time for."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _("There is more in it than a page makes (%(most)s): use manage.py import_program.")
            % {"most": most}
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file holds: how many objects of each part."""

    name: str
    four_eyes: bool
    counts: dict[str, int]


def export_program(program_id: str, file: IO[bytes]) -> Program:
    """Writes it as `import_program` takes it, to a file that is not slow: meanwhile nobody changes the program. The
    objects of a part are all of one time. Raises `NoSuchProgram`."""
    with transaction.atomic():
        program = Program.objects.select_for_update(no_key=True).filter(id=program_id).first()
        if program is None:
            raise NoSuchProgram(program_id)
        found = {name: part.export(program_id) for name, part in parts().items()}
        file.writelines(render_file(render_object(program), found, four_eyes=program.four_eyes))
    return program


def look_at(document: bytes, *, most: int | None = None) -> Loaded:
    """What would come of a file, without doing it. Of one with more than `most` objects nothing else is asked. Raises
    `TooManyObjects`, `FileRefused`, `ProgramNameTaken`, `Invalid`."""
    return _checked(document, most)[2]


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


def _checked(document: bytes, most: int | None = None) -> tuple[ProgramFile, ProgramContent, Loaded]:
    file = parse_file(document)
    if most is not None and sum(map(len, file.parts.values())) > most:
        raise TooManyObjects(most)
    content, known = parse_program(file.program), parts()
    unknown = (name[:40] for name in file.parts if name not in known)
    faults = [_("parts: there is no '%(name)s' here") % {"name": name} for name in unknown]
    for name, part in known.items():
        faults += [f"{name}: {fault}" for fault in part.check(file.parts.get(name, []))]
    if faults:
        raise FileRefused(faults)
    if Program.objects.filter(program_name=content.program_name).exists():
        raise ProgramNameTaken(f"There is already a program named '{content.program_name}'")
    counts = {name: len(file.parts.get(name, [])) for name in known}
    return file, content, Loaded(content.program_name, file.four_eyes, counts)
