"""Subscriptions in OpenADR 3.1.0."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from participants.content import SubscriptionContent
from participants.wire.subscriptions.operations import ObjectOperation, members_without_tokens, wanted
from vtn.wire import body
from vtn.wire.metadata import metadata
from vtn.wire.schema import Name, ObjectID, Schema, Target
from vtn.wire.targets import require_few


class SubscriptionRequest(Schema, frozen=True):
    """A subscription as a client writes it."""

    client_name: Name
    object_operations: list[ObjectOperation]
    program_id: ObjectID | None = None
    targets: list[Target] | None = None


class Subscription(Schema, frozen=True):
    """What stands beside the metadata of a subscription in an answer."""

    client_name: Name
    object_operations: list[ObjectOperation]
    client_id: Name
    program_id: ObjectID | None = None
    targets: list[Target] | None = None


def parse_subscription(written: Any) -> SubscriptionContent:
    """Raises `Invalid` that names the member at fault."""
    request = body.conform(written, SubscriptionRequest)
    require_few(request.targets or ())
    return SubscriptionContent(
        client_name=request.client_name,
        program_id=request.program_id,
        object_operations=wanted(written["objectOperations"], request.object_operations),
        targets=tuple(request.targets or ()),
        members=members_without_tokens(written),
    )


def render_subscription(
    *,
    subscription_id: str,
    created_at: datetime,
    modified_at: datetime,
    client_id: str,
    members: dict[str, Any],
) -> dict[str, Any]:
    """The subscription less its targets and its tokens."""
    return {
        **metadata("SUBSCRIPTION", subscription_id, created_at, modified_at),
        "clientID": client_id,
        **members,
    }
