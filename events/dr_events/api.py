"""DR events and DR notifications at Ecosuite's door."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from events.dr_events import queries, services
from events.dr_events.wire import (
    DrEvent,
    DrEvents,
    DrNotifications,
    StoredDrEvent,
    parse_dr_event,
    render_dr_event,
    render_notification,
)
from participants.api.ecosuite_door import EcosuiteView, no_content, operation, operations
from vtn.caller import Scope
from vtn.openapi.operations import Answer, Parameter

_EVENT_ID = (Parameter("eventID", str, "The id of the DR event, and of its OpenADR event", place="path"),)


class DrEventsView(EcosuiteView):
    write_scope = Scope.WRITE_EVENTS
    schema = operations(
        get=operation(
            "drEvents",
            "List the demand response events",
            Answer("The events", DrEvents),
            scope=Scope.READ_ALL,
        ),
        post=operation(
            "drCreateEvent",
            "Create a new demand response event",
            Answer("The event's id", str),
            scope=Scope.WRITE_EVENTS,
            request=DrEvent,
            description="Its participants are told of it at its notificationDate, and their VENs see it at once.",
        ),
    )

    def get(self, request: Request) -> HttpResponse:
        return self.answer({"events": [render_dr_event(each) for each in queries.dr_events()]})

    def post(self, request: Request) -> HttpResponse:
        created = services.create_dr_event(
            caller=self.caller,
            content=parse_dr_event(request.data),
            program_name=settings.ECOSUITE_PROGRAM,
            now=timezone.now(),
        )
        return self.answer(created.id)


class OneDrEventView(EcosuiteView):
    write_scope = Scope.WRITE_EVENTS
    invalid_id = "Invalid event id"
    schema = operations(
        get=operation(
            "drEvent",
            "Get one demand response event",
            Answer("The event", StoredDrEvent),
            scope=Scope.READ_ALL,
            path=_EVENT_ID,
        ),
        put=operation(
            "drUpdateEvent",
            "Extension: replace one demand response event",
            Answer("The event", StoredDrEvent),
            scope=Scope.WRITE_EVENTS,
            path=_EVENT_ID,
            request=DrEvent,
        ),
        delete=operation(
            "drDeleteEvent",
            "Cancel one demand response event",
            Answer("It is gone", None),
            scope=Scope.WRITE_EVENTS,
            path=_EVENT_ID,
        ),
    )

    def get(self, request: Request, event_id: str) -> HttpResponse:
        return self.answer(render_dr_event(queries.dr_event(event_id)))

    def put(self, request: Request, event_id: str) -> HttpResponse:
        changed = services.update_dr_event(
            caller=self.caller,
            event_id=event_id,
            content=parse_dr_event(request.data),
            now=timezone.now(),
        )
        return self.answer(render_dr_event(changed))

    def delete(self, request: Request, event_id: str) -> HttpResponse:
        services.delete_dr_event(caller=self.caller, event_id=event_id, now=timezone.now())
        return no_content()


class DrNotificationsView(EcosuiteView):
    write_scope = Scope.WRITE_EVENTS
    schema = operations(
        get=operation(
            "drNotifications",
            "List who is told of demand response events",
            Answer("The notifications", DrNotifications),
            scope=Scope.READ_ALL,
        )
    )

    def get(self, request: Request) -> HttpResponse:
        return self.answer({"events": [render_notification(each) for each in queries.notifications()]})
