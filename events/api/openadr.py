"""Events in OpenADR, both dialects."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request

from events import queries, services
from events.models import Event
from events.queries import EventFilter
from events.wire import v301, v310
from vtn.api.openadr import OpenAdrView, PolledView, stored
from vtn.api.targets import asked_targets
from vtn.batch import create_all
from vtn.caller import Caller, Scope
from vtn.dialect import Dialect
from vtn.documents import list_of, written
from vtn.mirror import Since
from vtn.openapi.objects import (
    MIRROR,
    ONLY_310,
    READ_BY_TARGETS,
    TARGETS,
    ObjectKind,
    batch,
    collection,
    single,
)
from vtn.openapi.operations import Parameter
from vtn.paging import Page, parse_flag, parse_object_id, parse_time
from vtn.polling.answers import Answer
from vtn.wire.schema import CheckedMoment, ObjectID

WIRE: dict[Dialect, ModuleType] = {Dialect.V301: v301, Dialect.V310: v310}

EVENT = ObjectKind(
    "event",
    requests={Dialect.V301: v301.EventRequest, Dialect.V310: v310.EventRequest},
    read=READ_BY_TARGETS,
    write=Scope.WRITE_EVENTS,
)
FILTERS = (
    Parameter("programID", ObjectID, "Only events of this program"),
    *TARGETS,
    Parameter("active", bool, "Leave out events that are over", dialects=ONLY_310),
    Parameter("x-start", CheckedMoment, "Only events that end after this", is_extension=True),
    Parameter("x-end", CheckedMoment, "Only events that start before this", is_extension=True),
    *MIRROR,
)


class Events(PolledView):
    schema = collection(EVENT, search="searchAllEvents", create="createEvent", filters=FILTERS)
    write_scope = Scope.WRITE_EVENTS

    def read(self, caller: Caller, query: QueryDict) -> Answer:
        self.require_read(caller)
        return queries.visible_events(
            caller,
            _filter(query, self.dialect),
            page=Page.parse(query),
            dialect=self.dialect,
            now=timezone.now(),
        )

    def post(self, request: Request) -> HttpResponse:
        event = services.create_event(
            caller=self.caller,
            content=WIRE[self.dialect].parse_event(request.data),
            now=timezone.now(),
        )
        return stored(written(event, self.dialect), status.HTTP_201_CREATED)


class EventsBatch(OpenAdrView):
    """An extension: events of a list in one transaction, for those who publish a day at once."""

    schema = batch(EVENT, create="createEvents")
    write_scope = Scope.WRITE_EVENTS

    def post(self, request: Request) -> HttpResponse:
        events = create_all(request.data, self._create)
        return stored(list_of(written(event, self.dialect) for event in events), status.HTTP_201_CREATED)

    def _create(self, item: Any) -> Event:
        content = WIRE[self.dialect].parse_event(item)
        return services.create_event(caller=self.caller, content=content, now=timezone.now())


class OneEvent(PolledView):
    schema = single(EVENT, search="searchEventsByID", update="updateEvent", delete="deleteEvent")
    write_scope = Scope.WRITE_EVENTS

    def read(self, caller: Caller, query: QueryDict, event_id: str) -> Answer:
        self.require_read(caller)
        return queries.visible_event(caller, event_id, self.dialect)

    def put(self, request: Request, event_id: str) -> HttpResponse:
        event = services.update_event(
            caller=self.caller,
            event_id=event_id,
            content=WIRE[self.dialect].parse_event(request.data),
            now=timezone.now(),
        )
        return stored(written(event, self.dialect))

    def delete(self, request: Request, event_id: str) -> HttpResponse:
        event = services.delete_event(caller=self.caller, event_id=event_id, now=timezone.now())
        return stored(written(event, self.dialect))


def _filter(query: QueryDict, dialect: Dialect) -> EventFilter:
    """`active` is 3.1.0's; `x-start` and `x-end` are an extension that 3.0.1 VTNs have, taken everywhere."""
    return EventFilter(
        asked=asked_targets(query, dialect),
        program_id=parse_object_id(query, "programID"),
        active=parse_flag(query, "active") if dialect is Dialect.V310 else False,
        from_at=parse_time(query, "x-start"),
        to_at=parse_time(query, "x-end"),
        since=Since.parse(query, now=timezone.now()),
    )
