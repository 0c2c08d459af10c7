"""Calls hosts again that were left alone, since somebody says that they are there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from vtn.deliveries.store import AT_ONCE

# Circuits before deliveries, as whoever writes down ends: two that waited for each other would go on for ever.
_CLOSE = """
    DELETE FROM vtn_circuit
    WHERE host IN (SELECT host FROM vtn_circuit WHERE host = ANY(%s) ORDER BY host FOR UPDATE)
    RETURNING host, open_until
"""
# What is just being sent is left to its sender: it is due when the lease is up, which is counted from the attempt.
_HURRY = """
    UPDATE vtn_delivery delivery SET due_at = %(at_once)s FROM (
        SELECT id FROM vtn_delivery waiting
        JOIN unnest(%(hosts)s::text[], %(open_untils)s::timestamptz[]) AS closed (host, open_until) USING (host)
        WHERE state = 'waiting' AND due_at > now()
        AND (due_at = open_until OR tried_at IS NULL OR due_at > tried_at + %(lease)s * interval '1 second')
        FOR NO KEY UPDATE OF waiting SKIP LOCKED
    ) AS mine WHERE delivery.id = mine.id
"""


@transaction.atomic
def call_again(hosts: Collection[str], *, lease: float) -> None:
    """Forgets what is held against these hosts, and makes due what waits for them; `lease` is that of senders."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, [list(hosts)])
        closed = cursor.fetchall()
        parameters: dict[str, Any] = {
            "at_once": AT_ONCE,
            "lease": lease,
            "hosts": [host for host, _ in closed],
            "open_untils": [open_until for _, open_until in closed],
        }
        cursor.execute(_HURRY, parameters)
