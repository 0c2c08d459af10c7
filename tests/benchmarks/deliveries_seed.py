"""Subscribers in their thousands, each a VEN of its own with the grant that the events of the scene are for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from participants.callbacks import host_of, wants
from participants.models import Callback, Client, Subscription, Ven
from participants.sealed_tokens import sealed
from participants.signing_keys import new_key
from tests.benchmarks import scene
from vtn.caller import ROLE_SCOPES, Role
from vtn.dialect import Dialect
from vtn.ids import new_id

_WAYS = """
    INSERT INTO participants_ventarget (ven_id, created_at, target)
    SELECT id, created_at, unnest(targets) FROM participants_ven WHERE ven_name LIKE 'subscriber-%'
"""


def fill(url: str, count: int) -> None:
    """All are told at this URL of new events, with a token of their own."""
    now = datetime.now(UTC)
    names = [f"subscriber-{number}" for number in range(count)]
    times = {"created_at": now, "modified_at": now}
    scopes = sorted(ROLE_SCOPES[Role.VEN])
    _save([Client(client_id=name, name=name, role=Role.VEN.value, scopes=scopes, **times) for name in names])
    documents: dict[str, Any] = {"document_301": "{}", "document_310": "{}", "content": {}, **times}
    _save(
        [
            Ven(id=new_id(), client_id=name, ven_name=name, targets=[scene.GRANTED], **documents)
            for name in names
        ]
    )
    subscriptions = [_subscription(name, documents) for name in names]
    _save(subscriptions)
    _save([_callback(subscription, url) for subscription in subscriptions])
    with connection.cursor() as cursor:
        cursor.execute(_WAYS)
        cursor.execute("ANALYZE")


def _subscription(name: str, documents: dict[str, Any]) -> Subscription:
    subscription_id = new_id()
    return Subscription(
        id=subscription_id,
        client_id=name,
        client_name=name,
        role=Role.VEN.value,
        dialect=Dialect.V310.value,
        object_types=["EVENT"],
        verified_urls=[],
        sealed_tokens=sealed([f"token of {name}".replace(" ", "-")], subscription_id),
        sealed_keys=[new_key(subscription_id)],
        **documents,
    )


def _callback(subscription: Subscription, url: str) -> Callback:
    return Callback(
        subscription=subscription,
        place=0,
        url=url,
        host=host_of(url),
        wants=wants(Role.VEN.value, ["EVENT"], ["CREATE"], None),
    )


def _save(rows: Sequence[Model]) -> None:
    type(rows[0])._base_manager.bulk_create(rows, batch_size=2_000)
