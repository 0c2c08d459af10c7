"""Resources in OpenADR: on their own in 3.1, as parts of their VEN in 3.0.1."""

from __future__ import annotations

from functools import partial
from types import ModuleType

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request

from participants.queries import resources as queries
from participants.queries.resources import ResourceFilter
from participants.services import resources as services
from participants.wire.resources import v301, v310
from vtn.api.openadr import PolledView, stored
from vtn.api.targets import asked_targets
from vtn.caller import Caller, Scope
from vtn.dialect import Dialect
from vtn.documents import written
from vtn.mirror import Since
from vtn.openapi.objects import MIRROR, ONLY_301, ONLY_310, READ_OWN, TARGETS, ObjectKind, collection, single
from vtn.openapi.operations import Parameter
from vtn.paging import Page, parse_object_id
from vtn.polling.answers import Answer
from vtn.wire.schema import Name, ObjectID

WIRE: dict[Dialect, ModuleType] = {Dialect.V301: v301, Dialect.V310: v310}

RESOURCE = ObjectKind(
    "resource",
    requests={Dialect.V301: v301.ResourceRequest, Dialect.V310: v310.ResourceRequest},
    answers={Dialect.V301: v301.Resource, Dialect.V310: v310.Resource},
    read=READ_OWN,
    write=Scope.WRITE_VENS,
    is_part=True,
)
FILTERS = (
    Parameter("resourceName", Name, "Only resources of this name", dialects=ONLY_310),
    Parameter("resourceName", str, "Only resources of this name", dialects=ONLY_301),
    Parameter("venID", ObjectID, "Only resources of this VEN", dialects=ONLY_310),
    *TARGETS,
    *MIRROR,
)
OF_VEN = (Parameter("venID", ObjectID, "The id of the VEN", place="path"),)
_collection = partial(
    collection, RESOURCE, search="searchVenResources", create="createResource", filters=FILTERS
)
_single = partial(
    single,
    RESOURCE,
    search="searchVenResourceByID",
    update="updateVenResource",
    delete="deleteVenResource",
)


class _ResourceList(PolledView):
    own_scope = Scope.WRITE_VENS

    def post(self, request: Request, ven_id: str | None = None) -> HttpResponse:
        """Its VEN is in the path or in the body."""
        resource = services.create_resource(
            caller=self.caller,
            content=WIRE[self.dialect].parse_resource(request.data, self.caller.role),
            ven_id=ven_id,
            now=timezone.now(),
        )
        return stored(written(resource, self.dialect), status.HTTP_201_CREATED)


class Resources(_ResourceList):
    """Those of all VENs, in 3.1."""

    schema = _collection(dialects=ONLY_310)

    def read(self, caller: Caller, query: QueryDict) -> Answer:
        self.require_read_own(caller)
        return queries.visible_resources(
            caller,
            _filter(query, self.dialect, ven_id=parse_object_id(query, "venID")),
            page=Page.parse(query),
            dialect=self.dialect,
        )


class ResourcesOfVen(_ResourceList):
    """Those of one VEN, in 3.0.1."""

    schema = _collection(inside=OF_VEN, dialects=ONLY_301)

    def read(self, caller: Caller, query: QueryDict, ven_id: str) -> Answer:
        self.require_read_own(caller)
        return queries.visible_resources_of(
            caller,
            ven_id,
            _filter(query, self.dialect, ven_id=ven_id),
            page=Page.parse(query),
            dialect=self.dialect,
        )


class OneResource(PolledView):
    """In 3.0.1 its VEN is in the path, and another VEN's resource is not there."""

    schema = _single(dialects=ONLY_310)
    own_scope = Scope.WRITE_VENS

    def read(self, caller: Caller, query: QueryDict, resource_id: str, ven_id: str | None = None) -> Answer:
        self.require_read_own(caller)
        return queries.visible_resource(caller, resource_id, self.dialect, ven_id=ven_id)

    def put(self, request: Request, resource_id: str, ven_id: str | None = None) -> HttpResponse:
        resource = services.update_resource(
            caller=self.caller,
            resource_id=resource_id,
            content=WIRE[self.dialect].parse_resource(request.data, self.caller.role),
            ven_id=ven_id,
            now=timezone.now(),
        )
        return stored(written(resource, self.dialect))

    def delete(self, request: Request, resource_id: str, ven_id: str | None = None) -> HttpResponse:
        resource = services.delete_resource(
            caller=self.caller, resource_id=resource_id, ven_id=ven_id, now=timezone.now()
        )
        return stored(written(resource, self.dialect))


class OneResourceOfVen(OneResource):
    schema = _single(inside=OF_VEN, dialects=ONLY_301)


def _filter(query: QueryDict, dialect: Dialect, *, ven_id: str | None) -> ResourceFilter:
    return ResourceFilter(
        asked=asked_targets(query, dialect),
        resource_name=query.get("resourceName"),
        ven_id=ven_id,
        since=Since.parse(query, now=timezone.now()),
    )
