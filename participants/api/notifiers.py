"""How clients can be told of changes: `/notifiers` of 3.1.0, and the topics of MQTT."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from participants.mqtt.credentials import authentication_of
from participants.queries import notifiers as queries
from vtn import errors
from vtn.api.openadr import OpenAdrView
from vtn.caller import Scope
from vtn.dialect import Dialect
from vtn.notifiers import topics
from vtn.notifiers.topics import Topics
from vtn.openapi.answers import refused
from vtn.openapi.operations import Answer, Operation, OperationSchema, Parameter
from vtn.wire.notifiers import NotifiersResponse, NotifierTopicsResponse, render_notifiers
from vtn.wire.schema import ObjectID
from vtn.wiring import wired

# What is told of the broker is the operator's to change, and may be a client's own key.
_NOT_KEPT = {"Cache-Control": "no-store"}


class NoBroker(errors.NotFound):
    """MQTT is not configured."""


class Notifiers(OpenAdrView):
    """Any client may ask, with whatever scopes: a VEN has to know how it can be told."""

    schema = OperationSchema(
        {
            Dialect.V310: {
                "get": Operation(
                    "listAllNotifiers",
                    "notifiers",
                    "The ways in which clients can be told of changes",
                    {HTTPStatus.OK: Answer("The notifiers", NotifiersResponse)} | refused(401, 500),
                    scopes={Dialect.V310: Scope.READ_ALL},
                )
            }
        }
    )

    def get(self, request: Request) -> Response:
        uris = settings.MQTT_URIS
        authentication = authentication_of(self.caller.client_id, now=timezone.now()) if uris else {}
        return Response(render_notifiers(uris=uris, authentication=authentication), headers=_NOT_KEPT)


@dataclass(frozen=True)
class TopicsOf:
    """The topics of one path below `/notifiers/mqtt/topics`; `inside` is what the path's id is of.

    3.1.0 lets both roles ask for the topics of programs, and for those of events in one. What has targets is never
    published where VENs read, so business logic is told other topics, with all of them (docs/decisions/mqtt.md).
    """

    path: str
    operation_id: str
    scope: Scope
    topics: Callable[..., Topics]
    inside: str = ""

    def names(self, *object_ids: str, for_business: bool) -> dict[str, str]:
        found = self.topics(*object_ids)
        is_shared = self.scope is Scope.READ_ALL
        return (found.for_business if for_business and is_shared else found).names

    @property
    def schema(self) -> OperationSchema:
        operation = Operation(
            self.operation_id,
            "MQTT_notifier",
            "The names of MQTT topics",
            {HTTPStatus.OK: Answer("The topics, by operation", NotifierTopicsResponse)}
            | refused(400, 401, 403, 404, 500),
            scopes={Dialect.V310: self.scope},
            parameters=(
                Parameter(f"{self.inside}ID", ObjectID, f"The id of the {self.inside}", place="path"),
            )
            if self.inside
            else (),
        )
        return OperationSchema({Dialect.V310: {"get": operation}})


TOPICS = (
    TopicsOf(
        "programs",
        "listAllMqttNotifierTopicsPrograms",
        Scope.READ_ALL,
        partial(topics.of_all, "programs"),
    ),
    TopicsOf(
        "programs/<object_id:program_id>",
        "listAllMqttNotifierTopicsProgram",
        Scope.READ_ALL,
        partial(topics.of_one, "programs"),
        inside="program",
    ),
    TopicsOf(
        "programs/<object_id:program_id>/events",
        "listAllMqttNotifierTopicsProgramEvents",
        Scope.READ_ALL,
        topics.of_events_in_program,
        inside="program",
    ),
    *(
        TopicsOf(
            collection,
            f"listAllMqttNotifierTopics{collection.capitalize()}",
            Scope.READ_BL,
            partial(topics.of_all, collection),
        )
        for collection in ("events", "reports", "subscriptions", "vens", "resources")
    ),
    TopicsOf(
        "vens/<object_id:ven_id>",
        "listAllMqttNotifierTopicsVen",
        Scope.READ_VEN_OBJECTS,
        partial(topics.of_one, "vens"),
        inside="ven",
    ),
    *(
        TopicsOf(
            f"vens/<object_id:ven_id>/{collection}",
            f"listAllMqttNotifierTopicsVen{collection.capitalize()}",
            Scope.READ_VEN_OBJECTS,
            partial(topics.of_ven, collection),
            inside="ven",
        )
        for collection in ("events", "programs", "resources")
    ),
)


class MqttTopics(OpenAdrView):
    """The topics of one path. The scope comes first, so that who may not ask learns nothing of the broker."""

    topics_of = TOPICS[0]

    def get(self, request: Request, program_id: str = "", ven_id: str = "") -> Response:
        self._require_scope()
        if not settings.MQTT_URIS:
            raise NoBroker("There is no MQTT broker")
        if program_id:
            queries.require_program(self.caller, program_id, wired("sees_program"))
        if ven_id:
            queries.require_ven(self.caller, ven_id)
        object_ids = filter(None, (program_id, ven_id))
        names = self.topics_of.names(*object_ids, for_business=self.caller.is_business)
        return Response({"topics": names}, headers=_NOT_KEPT)

    def _require_scope(self) -> None:
        """3.1.0's file asks for `read_bl` without declaring it, so BL may come with `read_all`, as elsewhere
        (decisions/openadr.md §1)."""
        accepted = [self.topics_of.scope, *([Scope.READ_ALL] if self.caller.is_business else [])]
        self.caller.require(*accepted)
