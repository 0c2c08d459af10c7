"""VENs in OpenADR, both dialects."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import msgspec
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request

from participants.api.resources import RESOURCE
from participants.queries import vens as queries
from participants.queries.vens import VenFilter
from participants.services import vens as services
from participants.services.vens import WrittenVen
from participants.wire.vens import v301, v310
from vtn.api.openadr import OpenAdrView, PolledView, stored
from vtn.api.targets import asked_targets
from vtn.batch import create_all
from vtn.caller import Caller, Scope
from vtn.dialect import Dialect
from vtn.documents import list_of, written
from vtn.mirror import Since
from vtn.openapi.objects import (
    MIRROR,
    ONLY_301,
    ONLY_310,
    READ_OWN,
    TARGETS,
    ObjectKind,
    batch,
    collection,
    single,
)
from vtn.openapi.operations import Parameter
from vtn.paging import Page
from vtn.polling.answers import Answer
from vtn.wire.schema import Name

WIRE: dict[Dialect, ModuleType] = {Dialect.V301: v301, Dialect.V310: v310}

_Resource: Any = RESOURCE.stored(Dialect.V301)
_Ven301 = msgspec.defstruct("Ven", [("resources", list[_Resource] | None, None)], bases=(v301.Ven,))
VEN = ObjectKind(
    "ven",
    requests={Dialect.V301: v301.VenRequest, Dialect.V310: v310.VenRequest},
    answers={Dialect.V301: _Ven301, Dialect.V310: v310.Ven},
    read=READ_OWN,
    write=Scope.WRITE_VENS,
)
FILTERS = (
    Parameter("venName", Name, "Only the VEN of this name", dialects=ONLY_310),
    Parameter("venName", str, "Only the VEN of this name", dialects=ONLY_301),
    *TARGETS,
    *MIRROR,
)


class Vens(PolledView):
    schema = collection(VEN, search="searchVens", create="createVen", filters=FILTERS)
    own_scope = Scope.WRITE_VENS

    def read(self, caller: Caller, query: QueryDict) -> Answer:
        self.require_read_own(caller)
        return queries.visible_vens(
            caller,
            _filter(query, self.dialect),
            page=Page.parse(query),
            dialect=self.dialect,
        )

    def post(self, request: Request) -> HttpResponse:
        made = services.create_ven(
            caller=self.caller,
            content=WIRE[self.dialect].parse_ven(request.data, self.caller.role),
            now=timezone.now(),
        )
        return stored(_whole(made, self.dialect), status.HTTP_201_CREATED)


class VensBatch(OpenAdrView):
    """An extension: VENs of a list in one transaction, for those who bring a whole fleet."""

    schema = batch(VEN, create="createVens")
    write_scope = Scope.WRITE_VENS

    def post(self, request: Request) -> HttpResponse:
        made = create_all(request.data, self._create)
        return stored(list_of(_whole(ven, self.dialect) for ven in made), status.HTTP_201_CREATED)

    def _create(self, item: Any) -> WrittenVen:
        content = WIRE[self.dialect].parse_ven(item, self.caller.role)
        return services.create_ven(caller=self.caller, content=content, now=timezone.now())


class OneVen(PolledView):
    schema = single(VEN, search="searchVenByID", update="updateVen", delete="deleteVen")
    own_scope = Scope.WRITE_VENS

    def read(self, caller: Caller, query: QueryDict, ven_id: str) -> Answer:
        self.require_read_own(caller)
        return queries.visible_ven(caller, ven_id, self.dialect)

    def put(self, request: Request, ven_id: str) -> HttpResponse:
        changed = services.update_ven(
            caller=self.caller,
            ven_id=ven_id,
            content=WIRE[self.dialect].parse_ven(request.data, self.caller.role),
            now=timezone.now(),
        )
        return stored(_whole(changed, self.dialect))

    def delete(self, request: Request, ven_id: str) -> HttpResponse:
        """With its resources; 3.0.1 shows them in the answer."""
        deleted = services.delete_ven(caller=self.caller, ven_id=ven_id, now=timezone.now())
        return stored(_whole(deleted, self.dialect))


def _whole(ven: WrittenVen, dialect: Dialect) -> str:
    document = written(ven.ven, dialect)
    if dialect is Dialect.V310:
        return document
    return v301.with_resources(document, [written(resource, dialect) for resource in ven.resources])


def _filter(query: QueryDict, dialect: Dialect) -> VenFilter:
    return VenFilter(
        asked=asked_targets(query, dialect),
        ven_name=query.get("venName"),
        since=Since.parse(query, now=timezone.now()),
    )
