"""Participants at Ecosuite's door."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from participants.api.ecosuite_door import EcosuiteView, no_content, operation, operations
from participants.queries.participants import participant, participants
from participants.services.participants import delete_participant, enrol_participant, update_participant
from participants.wire.ecosuite import (
    Participant,
    Participants,
    StoredParticipant,
    parse_participant,
    render_participant,
)
from vtn.caller import Scope
from vtn.openapi.operations import Answer, Parameter

_PARTICIPANT_ID = (Parameter("participantID", str, "The id of the participant", place="path"),)


class ParticipantsView(EcosuiteView):
    write_scope = Scope.WRITE_VENS
    schema = operations(
        get=operation(
            "drParticipants",
            "List the demand response participants",
            Answer("The participants", Participants),
            scope=Scope.READ_ALL,
        ),
        post=operation(
            "drCreateParticipants",
            "Create a new demand response participant",
            Answer("The participant's id", str),
            scope=Scope.WRITE_VENS,
            request=Participant,
            description="Without links, it stands for the VEN that is named like its code, if there is one.",
        ),
    )

    def get(self, request: Request) -> HttpResponse:
        return self.answer({"events": [render_participant(each) for each in participants()]})

    def post(self, request: Request) -> HttpResponse:
        created = enrol_participant(
            caller=self.caller, content=parse_participant(request.data), now=timezone.now()
        )
        return self.answer(created.id)


class OneParticipantView(EcosuiteView):
    write_scope = Scope.WRITE_VENS
    invalid_id = "Invalid participant id"
    schema = operations(
        get=operation(
            "drParticipant",
            "Get one participant",
            Answer("The participant", StoredParticipant),
            scope=Scope.READ_ALL,
            path=_PARTICIPANT_ID,
        ),
        put=operation(
            "drUpdateParticipant",
            "Extension: replace one participant",
            Answer("The participant", StoredParticipant),
            scope=Scope.WRITE_VENS,
            path=_PARTICIPANT_ID,
            request=Participant,
            description="Its code does not change. Links that are not written stay, as does the secret.",
        ),
        delete=operation(
            "drDeleteParticipant",
            "Delete one participant",
            Answer("It is gone", None),
            scope=Scope.WRITE_VENS,
            path=_PARTICIPANT_ID,
        ),
    )

    def get(self, request: Request, participant_id: str) -> HttpResponse:
        return self.answer(render_participant(participant(participant_id)))

    def put(self, request: Request, participant_id: str) -> HttpResponse:
        update_participant(
            caller=self.caller,
            participant_id=participant_id,
            content=parse_participant(request.data),
            now=timezone.now(),
        )
        return self.answer(render_participant(participant(participant_id)))

    def delete(self, request: Request, participant_id: str) -> HttpResponse:
        delete_participant(caller=self.caller, participant_id=participant_id, now=timezone.now())
        return no_content()
