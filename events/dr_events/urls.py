"""The paths of Ecosuite's DR API, whose participants are a part of `participants`, and its API document."""

from __future__ import annotations

from typing import Any

import msgspec
from django.urls import URLPattern, path, re_path
from django.views.decorators.common import no_append_slash

from events.dr_events.api import DrEventsView, DrNotificationsView, OneDrEventView
from events.dr_events.wire import DrEvent, DrNotification
from participants.api.ecosuite import OneParticipantView, ParticipantsView
from participants.api.ecosuite_door import NothingHereView, SchemaView, operation, operations
from participants.wire.ecosuite import Participant
from vtn.openapi.document import ApiDocument
from vtn.openapi.operations import Answer

_DESCRIPTION = """\
The demand response part of Ecosuite's Project Data API, served from this server's programs, events and VENs: a DR event
is an OpenADR event, a participant a target that is granted to VENs or resources.

- Required members are those of Ecosuite's own document. Additional members are kept and come back; a null is as good as
  nothing.
- Extensions: PUT of participants and events, and the members `id`, `venID`, `venIDs`, `resourceIDs`, `contactWebhook`.
- A token is sent bare or behind `Bearer`. All of it is for business logic.
- Every refusal is a `message`.
"""


def _schema(name: str, kind: type[msgspec.Struct], what: str) -> Any:
    read = operation(
        name, f"The JSON Schema of {what}", Answer("A JSON Schema", dict), scope=None, tag="schemas"
    )
    return SchemaView.as_view(kind=kind, schema=operations(get=read))


ecosuite: list[URLPattern] = [
    path("dr/participants", ParticipantsView.as_view()),
    path("dr/participants/<str:participant_id>", OneParticipantView.as_view()),
    path("dr/dr-events", DrEventsView.as_view()),
    path("dr/dr-events/<str:event_id>", OneDrEventView.as_view()),
    path("dr/dr-notifications", DrNotificationsView.as_view()),
    path("schemas/participant", _schema("participantSchema", Participant, "a participant")),
    path("schemas/dr-event", _schema("drEventSchema", DrEvent, "a DR event")),
    path("schemas/dr-notification", _schema("drNotificationSchema", DrNotification, "a DR notification")),
    re_path(r"^(?:dr|schemas)(?:/|$)", no_append_slash(NothingHereView.as_view())),
]


def ecosuite_document() -> ApiDocument:
    return ApiDocument(
        name="ecosuite",
        title="Ecosuite DR",
        version="1",
        description=_DESCRIPTION,
        roots=("/",),
        patterns=ecosuite,
    )
