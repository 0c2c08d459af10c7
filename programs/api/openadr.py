"""Programs in OpenADR, both dialects."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request

from programs import queries, services
from programs.queries import ProgramFilter
from programs.wire import v301, v310
from vtn.api.openadr import PolledView, stored
from vtn.api.targets import asked_targets
from vtn.caller import Caller, Scope
from vtn.dialect import Dialect
from vtn.documents import written
from vtn.mirror import Since
from vtn.openapi.objects import MIRROR, READ_BY_TARGETS, TARGETS, ObjectKind, collection, single
from vtn.openapi.operations import Parameter
from vtn.paging import Page, parse_flag
from vtn.polling.answers import Answer
from vtn.wire.schema import Name
from vtn.wiring import wired

WIRE: dict[Dialect, ModuleType] = {Dialect.V301: v301, Dialect.V310: v310}

PROGRAM = ObjectKind(
    "program",
    requests={Dialect.V301: v301.ProgramRequest, Dialect.V310: v310.ProgramRequest},
    read=READ_BY_TARGETS,
    write=Scope.WRITE_PROGRAMS,
)
FILTERS = (
    Parameter("programName", Name, "Only the program of this name", is_extension=True),
    *TARGETS,
    *MIRROR,
)
CASCADE = Parameter("cascade", bool, "Delete the program's events with it", is_extension=True)


class Programs(PolledView):
    schema = collection(PROGRAM, search="searchAllPrograms", create="createProgram", filters=FILTERS)
    write_scope = Scope.WRITE_PROGRAMS

    def read(self, caller: Caller, query: QueryDict) -> Answer:
        self.require_read(caller)
        return queries.visible_programs(
            caller,
            _filter(query, self.dialect),
            page=Page.parse(query),
            dialect=self.dialect,
        )

    def post(self, request: Request) -> HttpResponse:
        program = services.create_program(
            caller=self.caller,
            content=WIRE[self.dialect].parse_program(request.data),
            now=timezone.now(),
        )
        return stored(written(program, self.dialect), status.HTTP_201_CREATED)


class OneProgram(PolledView):
    schema = single(
        PROGRAM,
        search="searchProgramByProgramId",
        update="updateProgram",
        delete="deleteProgram",
        delete_parameters=(CASCADE,),
        delete_conflict="The program has events, and cascade was not asked for",
    )
    write_scope = Scope.WRITE_PROGRAMS

    def read(self, caller: Caller, query: QueryDict, program_id: str) -> Answer:
        self.require_read(caller)
        return queries.visible_program(caller, program_id, self.dialect)

    def put(self, request: Request, program_id: str) -> HttpResponse:
        program = services.update_program(
            caller=self.caller,
            program_id=program_id,
            content=WIRE[self.dialect].parse_program(request.data),
            now=timezone.now(),
        )
        return stored(written(program, self.dialect))

    def delete(self, request: Request, program_id: str) -> HttpResponse:
        """`?cascade=true` deletes the program's events with it: an extension, for BL as the whole method is."""
        cascade: Any = wired("program_dependents") if parse_flag(request.query_params, "cascade") else None
        program = services.delete_program(
            caller=self.caller, program_id=program_id, delete_dependents=cascade, now=timezone.now()
        )
        return stored(written(program, self.dialect))


def _filter(query: QueryDict, dialect: Dialect) -> ProgramFilter:
    return ProgramFilter(
        asked=asked_targets(query, dialect),
        program_name=query.get("programName"),
        since=Since.parse(query, now=timezone.now()),
    )
