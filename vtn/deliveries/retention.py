"""Forgets deliveries that ended long ago, a few thousand at a time, so that nobody has to wait for that."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from vtn.deliveries.models import Delivery
from vtn.turns import take_turn

State = Delivery.State

# With one at a time, whoever deletes the last delivery of a body sees that.
_TURN = "vtn.deliveries.retention"

# A little more than a year, so that a month can be compared with the one a year before.
_TALLY_DAYS = 400

# In the order of the index `delivery_age`, each time from where the last one ended: what stays is passed once. What is
# sent again by hand at this moment is locked, and stays.
_DELETE = """
    WITH old AS (
        SELECT id, ended_at FROM vtn_delivery
        WHERE state <> 'waiting' AND state = ANY(%(states)s)
        AND ended_at >= %(since)s AND ended_at < now() - %(days)s * interval '1 day'
        ORDER BY ended_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ),
    deleted AS (DELETE FROM vtn_delivery USING old WHERE vtn_delivery.id = old.id RETURNING notification_id)
    SELECT max(old.ended_at), count(*), (SELECT array_agg(DISTINCT notification_id) FROM deleted) FROM old
"""
# A body is written along with its deliveries and is given none later on: once they are gone, nobody will ask for it.
# Others are not looked at, least of all those of which nothing is committed yet.
_DELETE_BODIES = """
    DELETE FROM vtn_notification WHERE id = ANY(%(ids)s) AND NOT EXISTS (
        SELECT FROM vtn_delivery WHERE vtn_delivery.notification_id = vtn_notification.id
    )
"""
_DELETE_TALLIES = "DELETE FROM vtn_tally WHERE hour < now() - %s * interval '1 day'"


def delete_old(*, delivered_days: int, dead_days: int, run_for: float, at_a_time: int = 2_000) -> int:
    """Deletes what arrived, or was no longer wanted, more than `delivered_days` ago, what was given up more than
    `dead_days` ago, the bodies of both, and old tallies; for `run_for` seconds at most. How many deliveries that were.

    What waits stays, however old. Only one process does this at a time; another one finds nothing to do.
    """
    stop_at = time.monotonic() + run_for
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_TALLIES, [_TALLY_DAYS])
    deleted = _delete([State.DELIVERED, State.DROPPED], delivered_days, at_a_time, stop_at)
    return deleted + _delete([State.DEAD], dead_days, at_a_time, stop_at)


def _delete(states: Sequence[State], days: int, at_a_time: int, stop_at: float) -> int:
    deleted = 0
    since: datetime | str | None = "-infinity"
    while since is not None and time.monotonic() < stop_at:
        since, number = _delete_some([state.value for state in states], days, at_a_time, since)
        deleted += number
    return deleted


@transaction.atomic
def _delete_some(
    states: list[str], days: int, most: int, since: datetime | str
) -> tuple[datetime | None, int]:
    """Where to go on, None if there is no more, and how many were deleted."""
    parameters: dict[str, Any] = {"states": states, "days": days, "most": most, "since": since}
    if not take_turn(_TURN):
        return None, 0
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, parameters)
        last, number, bodies = cursor.fetchone()
        cursor.execute(_DELETE_BODIES, {"ids": bodies or []})
    return last, number
