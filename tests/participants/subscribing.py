"""What stories about subscriptions begin with."""

from __future__ import annotations

from typing import Any

from participants.services.subscriptions import create_subscription
from participants.wire.subscriptions.v310 import parse_subscription
from tests.conftest import NOON
from vtn.caller import ROLE_SCOPES, Caller, Role
from vtn.dialect import Dialect

URL = "https://receiver.example/notifications"


def subscription_request(**members: Any) -> dict[str, Any]:
    """A subscription to new events, in 3.1.0 and without a program."""
    return {"clientName": "my client", "objectOperations": [object_operation()], **members}


def object_operation(**members: Any) -> dict[str, Any]:
    return {"objects": ["EVENT"], "operations": ["CREATE"], "callbackUrl": URL, **members}


def plant(client_id: str, role: Role = Role.VEN, **members: Any) -> str:
    """A subscription of this client, by way of the service."""
    caller = Caller(client_id, role, ROLE_SCOPES[role])
    content = parse_subscription(subscription_request(**members))
    return create_subscription(
        caller=caller,
        content=content,
        dialect=Dialect.V310,
        sees_program=lambda *_: True,
        clock=lambda: NOON,
    ).id
