"""Reads of those who may have to be told of a change, with what the rule needs of them (`sight`).

One query per kind of audience: business logic; of VENs all, those with a target of the object, or its owner. Each
begins with what it can find fewest by, so that a change for one VEN costs nothing for the ten thousand others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from participants.callbacks import wanted
from participants.notifications.sight import TARGETED, Subscriber, owner_of, targets_of
from participants.wire.subscriptions.operations import told_as
from vtn.caller import Role
from vtn.dialect import Dialect
from vtn.relay.changes import Change

# Those of one subscription and URL are in one line, called by the oldest of them, which stays as long as the URL does
# (`participants.callbacks.write`): what is told there keeps its order. Most are alone, which their tokens show.
_LISTENER = """
    SELECT callback.id, CASE WHEN cardinality(subscription.sealed_tokens) = 1 THEN callback.id ELSE (
            SELECT min(alike.id) FROM participants_callback alike
            WHERE alike.subscription_id = callback.subscription_id AND alike.url = callback.url
        ) END,
        callback.subscription_id, callback.url, callback.host, callback.wants,
        subscription.dialect, subscription.client_id, subscription.role, client.scopes, subscription.targets, {granted}
    FROM {source}
    JOIN participants_client client ON client.client_id = subscription.client_id AND client.is_enabled
    WHERE callback.wants && %(wanted)s::varchar[] AND callback.gone_at IS NULL
        AND client.role = subscription.role {condition}
    ORDER BY callback.subscription_id, callback.place
"""
_BY_WISH = """
    participants_callback callback
    JOIN participants_subscription subscription ON subscription.id = callback.subscription_id
"""
_BY_CLIENT = """
    participants_subscription subscription
    JOIN participants_callback callback ON callback.subscription_id = subscription.id
"""
# Of the grants only what the object has: what else a VEN was granted says nothing of it.
_GRANTED = """
    WITH granted AS MATERIALIZED (
        SELECT ven.client_id, array_agg(DISTINCT way.target) AS targets
        FROM (
            SELECT ven_id, target FROM participants_ventarget WHERE target = ANY(%(targets)s)
            UNION ALL
            SELECT ven_id, target FROM participants_resourcetarget WHERE target = ANY(%(targets)s)
        ) AS way JOIN participants_ven ven ON ven.id = way.ven_id
        WHERE ven.client_id IS NOT NULL GROUP BY ven.client_id
    )
"""
_NO_GRANT = "'{}'::varchar[]"
_GRANT = f"coalesce(granted.targets, {_NO_GRANT})"

_BUSINESS = _LISTENER.format(granted=_NO_GRANT, source=_BY_WISH, condition="")
_OF_OWNER = _LISTENER.format(
    granted=_NO_GRANT, source=_BY_CLIENT, condition="AND subscription.client_id = ANY(%(owners)s)"
)
_OF_GRANTED = _GRANTED + _LISTENER.format(
    granted=_GRANT,
    source=f"granted JOIN ({_BY_CLIENT}) ON subscription.client_id = granted.client_id",
    condition="",
)
_OF_EVERY_VEN = _GRANTED + _LISTENER.format(
    granted=_GRANT,
    source=f"{_BY_WISH} LEFT JOIN granted ON granted.client_id = subscription.client_id",
    condition="",
)


@dataclass(frozen=True, slots=True)
class Listener:
    """A callback that asked for changes like this one, and whose it is."""

    callback_id: int
    line: int
    subscription_id: str
    url: str
    host: str
    wants: frozenset[str]
    dialect: Dialect
    subscriber: Subscriber

    def word_for(self, operation: str, change: Change) -> str | None:
        """What the operation is told as; None if it did not ask to be told of it."""
        keys = wanted(self.subscriber.role, change.object_type, (operation,), change.program_id)
        return None if self.wants.isdisjoint(keys) else told_as(operation, self.dialect)


def listeners(change: Change) -> Iterator[Listener]:
    """All whose wishes match the change, whether or not they may see it, ordered by subscription."""
    yield from _found(_BUSINESS, change, Role.BL)
    if change.object_type not in TARGETED:
        yield from _found(_OF_OWNER, change, Role.VEN)
    elif all(document.get("targets") for document in _documents(change)):
        yield from _found(_OF_GRANTED, change, Role.VEN)
    else:
        yield from _found(_OF_EVERY_VEN, change, Role.VEN)


def _found(query: str, change: Change, role: Role) -> Iterator[Listener]:
    kind, documents = change.object_type, _documents(change)
    owners = {owner_of(kind, document) for document in documents} - {None}
    # To some an update is an object that comes, or one that goes.
    operations = ("CREATE", "UPDATE", "DELETE") if change.operation == "UPDATE" else (change.operation,)
    parameters: dict[str, Any] = {
        "wanted": [*wanted(role, kind, operations, change.program_id)],
        "targets": sorted({target for document in documents for target in targets_of(kind, document)}),
        "owners": [*owners],
    }
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        for row in cursor:
            yield _listener(*row)


def _documents(change: Change) -> list[dict[str, Any]]:
    return [document for document in (change.before, change.after) if document is not None]


def _listener(
    callback_id: int,
    line: int,
    subscription_id: str,
    url: str,
    host: str,
    wants: list[str],
    dialect: str,
    client_id: str,
    role: str,
    scopes: list[str],
    targets: list[str],
    granted: list[str],
) -> Listener:
    subscriber = Subscriber(
        client_id=client_id,
        role=Role(role),
        scopes=frozenset(scopes),
        granted=frozenset(granted),
        # As in a query, where no targets are no filter.
        asked=frozenset(targets) or None,
    )
    return Listener(
        callback_id,
        line,
        subscription_id,
        url,
        host,
        frozenset(wants),
        Dialect(dialect),
        subscriber,
    )
