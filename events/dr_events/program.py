"""The program that the DR events of Ecosuite's API belong to."""

from __future__ import annotations

from datetime import datetime

from events.dr_events.content import descriptor
from events.dr_events.goals import UNITS
from programs.models import Program
from programs.services import ProgramNameTaken, create_program
from programs.wire.v310 import parse_program
from vtn.caller import Caller

# Whoever writes the first event need not be one who may write programs.
_DOOR = Caller.staff("Ecosuite's door")


def program_named(name: str, now: datetime) -> str:
    """The id of the program. Where there is none of this name it is made, for all to see."""
    known = Program.objects.filter(program_name=name).values_list("id", flat=True)
    if (program_id := known.first()) is not None:
        return program_id
    request = {"programName": name, "payloadDescriptors": [descriptor(each) for each in UNITS]}
    try:
        return create_program(caller=_DOOR, content=parse_program(request), now=now).id
    except ProgramNameTaken:  # by somebody who had the same in mind at the same moment
        return known.get()
