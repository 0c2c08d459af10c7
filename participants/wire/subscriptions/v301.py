"""Subscriptions in OpenADR 3.0.1, which are of one program and belong to no client in so many words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from participants.content import SubscriptionContent
from participants.wire.subscriptions.operations import (
    BearerToken,
    ObjectType,
    WrittenOperation,
    members_without_tokens,
    wanted,
)
from vtn.wire import body
from vtn.wire.metadata import metadata
from vtn.wire.schema import Name, ObjectID, Schema, ValuesMap
from vtn.wire.targets import from_values_maps


class ObjectOperation(Schema, frozen=True):
    """Operations on types of objects, and the URL that is told of them."""

    objects: list[ObjectType]
    operations: list[WrittenOperation]
    callback_url: Annotated[str, Meta(extra_json_schema={"format": "uri"})]
    bearer_token: BearerToken | None = None


class SubscriptionRequest(Schema, frozen=True):
    """A subscription as a client writes it."""

    client_name: Name
    program_id: ObjectID
    object_operations: list[ObjectOperation]
    targets: list[ValuesMap] | None = None


class Subscription(Schema, frozen=True):
    """What stands beside the metadata of a subscription in an answer. One that was written in 3.1.0 need not be of a
    program."""

    client_name: Name
    object_operations: list[ObjectOperation]
    program_id: ObjectID | None = None
    targets: list[ValuesMap] | None = None


def parse_subscription(written: Any) -> SubscriptionContent:
    """Raises `Invalid` that names the member at fault."""
    request = body.conform(written, SubscriptionRequest)
    targets, literals = from_values_maps(written.get("targets") or ())
    return SubscriptionContent(
        client_name=request.client_name,
        program_id=request.program_id,
        object_operations=wanted(written["objectOperations"], request.object_operations),
        targets=tuple(targets),
        members=members_without_tokens(written),
        literals=literals,
    )


def render_subscription(
    *,
    subscription_id: str,
    created_at: datetime,
    modified_at: datetime,
    client_id: str,
    members: dict[str, Any],
) -> dict[str, Any]:
    """The subscription less its targets and its tokens; 3.0.1 knows no `clientID`."""
    return {**metadata("SUBSCRIPTION", subscription_id, created_at, modified_at), **members}
