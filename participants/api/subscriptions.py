"""Subscriptions in OpenADR, both dialects."""

from __future__ import annotations

from types import ModuleType
from typing import get_args

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request

from participants.queries import subscriptions as queries
from participants.queries.subscriptions import SubscriptionFilter
from participants.services import subscriptions as services
from participants.wire.subscriptions import v301, v310
from participants.wire.subscriptions.operations import ObjectType
from vtn import errors
from vtn.api.openadr import PolledView, stored
from vtn.api.targets import asked_targets
from vtn.caller import Caller, Scope
from vtn.dialect import Dialect
from vtn.mirror import Since
from vtn.openapi.objects import MIRROR, ONLY_301, READ_OWN, TARGETS, ObjectKind, collection, single
from vtn.openapi.operations import Parameter
from vtn.paging import Page, parse_object_id
from vtn.polling.answers import Answer
from vtn.wire.schema import ObjectID
from vtn.wiring import wired

WIRE: dict[Dialect, ModuleType] = {Dialect.V301: v301, Dialect.V310: v310}

SUBSCRIPTION = ObjectKind(
    "subscription",
    requests={Dialect.V301: v301.SubscriptionRequest, Dialect.V310: v310.SubscriptionRequest},
    answers={Dialect.V301: v301.Subscription, Dialect.V310: v310.Subscription},
    read=READ_OWN,
    write=Scope.WRITE_SUBSCRIPTIONS,
)
FILTERS = (
    Parameter("programID", ObjectID, "Only subscriptions of this program"),
    Parameter("clientName", str, "Only subscriptions with this clientName"),
    # 3.1.0 has dropped the targets here, and nowhere else.
    *(parameter for parameter in TARGETS if parameter.dialects == ONLY_301),
    Parameter("objects", list[ObjectType], "Only subscriptions to one of these types of objects"),
    *MIRROR,
)
_OBJECT_TYPES = frozenset(get_args(ObjectType))


class Subscriptions(PolledView):
    schema = collection(
        SUBSCRIPTION, search="searchSubscriptions", create="createSubscription", filters=FILTERS
    )
    own_scope = Scope.WRITE_SUBSCRIPTIONS

    def read(self, caller: Caller, query: QueryDict) -> Answer:
        self.require_read_own(caller)
        return queries.visible_subscriptions(
            caller,
            _filter(query, self.dialect),
            page=Page.parse(query),
            dialect=self.dialect,
        )

    def post(self, request: Request) -> HttpResponse:
        subscription = services.create_subscription(
            caller=self.caller,
            content=WIRE[self.dialect].parse_subscription(request.data),
            dialect=self.dialect,
            sees_program=wired("sees_program"),
            clock=timezone.now,
        )
        return stored(queries.shown(subscription, self.caller, self.dialect), status.HTTP_201_CREATED)


class OneSubscription(PolledView):
    schema = single(
        SUBSCRIPTION,
        search="searchSubscriptionByID",
        update="updateSubscription",
        delete="deleteSubscription",
    )
    own_scope = Scope.WRITE_SUBSCRIPTIONS

    def read(self, caller: Caller, query: QueryDict, subscription_id: str) -> Answer:
        self.require_read_own(caller)
        return queries.visible_subscription(caller, subscription_id, self.dialect)

    def put(self, request: Request, subscription_id: str) -> HttpResponse:
        subscription = services.update_subscription(
            caller=self.caller,
            subscription_id=subscription_id,
            content=WIRE[self.dialect].parse_subscription(request.data),
            dialect=self.dialect,
            sees_program=wired("sees_program"),
            clock=timezone.now,
        )
        return stored(queries.shown(subscription, self.caller, self.dialect))

    def delete(self, request: Request, subscription_id: str) -> HttpResponse:
        subscription = services.delete_subscription(
            caller=self.caller, subscription_id=subscription_id, now=timezone.now()
        )
        return stored(queries.shown_deleted(subscription, self.caller, self.dialect))


def _filter(query: QueryDict, dialect: Dialect) -> SubscriptionFilter:
    return SubscriptionFilter(
        asked=asked_targets(query, dialect) if dialect is Dialect.V301 else None,
        program_id=parse_object_id(query, "programID"),
        client_name=query.get("clientName"),
        object_types=_object_types(query),
        since=Since.parse(query, now=timezone.now()),
    )


def _object_types(query: QueryDict) -> frozenset[str] | None:
    """Several mean any of them (decisions/openadr.md §4). Raises `Invalid`."""
    named = query.getlist("objects")
    unknown = next((name for name in named if name not in _OBJECT_TYPES), None)
    if unknown is not None:
        raise errors.Invalid(f"objects: '{unknown[:40]}' is not one of {', '.join(sorted(_OBJECT_TYPES))}")
    return frozenset(named) or None
