"""Events in OpenADR, both dialects."""

from __future__ import annotations

from types import ModuleType

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request

from events import queries, services
from events.queries import EventFilter
from events.wire import v301, v310
from vtn.api.openadr import OpenAdrView, stored
from vtn.api.targets import asked_targets
from vtn.dialect import Dialect
from vtn.documents import written
from vtn.paging import Page, parse_flag, parse_time

WIRE: dict[Dialect, ModuleType] = {Dialect.V301: v301, Dialect.V310: v310}


class Events(OpenAdrView):
    def get(self, request: Request) -> HttpResponse:
        self.require_read(request.user)
        answer = queries.visible_events(
            request.user,
            _filter(request.query_params, self.dialect),
            page=Page.parse(request.query_params),
            dialect=self.dialect,
            now=timezone.now(),
        )
        return self.answer(request, answer)

    def post(self, request: Request) -> HttpResponse:
        event = services.create_event(
            caller=request.user,
            content=WIRE[self.dialect].parse_event(request.data),
            now=timezone.now(),
        )
        return stored(written(event, self.dialect), status.HTTP_201_CREATED)


class OneEvent(OpenAdrView):
    def get(self, request: Request, event_id: str) -> HttpResponse:
        self.require_read(request.user)
        return self.answer(request, queries.visible_event(request.user, event_id, self.dialect))

    def put(self, request: Request, event_id: str) -> HttpResponse:
        event = services.update_event(
            caller=request.user,
            event_id=event_id,
            content=WIRE[self.dialect].parse_event(request.data),
            now=timezone.now(),
        )
        return stored(written(event, self.dialect))

    def delete(self, request: Request, event_id: str) -> HttpResponse:
        event = services.delete_event(caller=request.user, event_id=event_id, now=timezone.now())
        return stored(written(event, self.dialect))


def _filter(query: QueryDict, dialect: Dialect) -> EventFilter:
    """`active` is 3.1.0's; `x-start` and `x-end` are an extension that 3.0.1 VTNs have, taken everywhere."""
    return EventFilter(
        asked=asked_targets(query, dialect),
        program_id=query.get("programID"),
        active=parse_flag(query, "active") if dialect is Dialect.V310 else False,
        from_at=parse_time(query, "x-start"),
        to_at=parse_time(query, "x-end"),
    )
