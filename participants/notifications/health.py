"""How callbacks fare: what failed, since when, and which are broken or gone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection

from vtn.deliveries.outcomes import End, Outcome

# In one order, since others may be noting the same ones: two that wait for each other would both lose what they did.
_LOCK = "SELECT FROM participants_callback WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"
# A callback that was told has no failure, whatever was before. One that is told often is not written each time.
_TOLD = """
    UPDATE participants_callback callback
    SET told_at = now(), failing_since = NULL, failures = 0, failure = '', broken_at = NULL
    FROM (
        SELECT id FROM participants_callback
        WHERE id = ANY(%(ids)s)
            AND (failing_since IS NOT NULL OR told_at IS NULL OR told_at < now() - interval '1 minute')
        ORDER BY id FOR NO KEY UPDATE
    ) AS told WHERE callback.id = told.id
"""
_FAILED = """
    UPDATE participants_callback callback SET
        failing_since = coalesce(failing_since, now()),
        failures = callback.failures + failed.failures,
        failure = failed.failure,
        gone_at = CASE WHEN failed.is_gone THEN now() ELSE gone_at END,
        broken_at = coalesce(broken_at, CASE WHEN failing_since <= now() - %(broken_after)s THEN now() END)
    FROM unnest(%(ids)s::bigint[], %(failures)s::int[], %(reasons)s::text[], %(are_gone)s::bool[])
        AS failed (id, failures, failure, is_gone)
    WHERE callback.id = failed.id
"""


def note(ends: Iterable[tuple[int, Outcome]], *, broken_after: timedelta) -> None:
    """Remembers how calls of callbacks ended. One that has failed for `broken_after`, and never succeeded meanwhile, is
    broken: its owner and staff see that; it is still called. Inside a transaction."""
    told: set[int] = set()
    failed: dict[int, list[Outcome]] = {}
    for callback_id, outcome in ends:
        if outcome.end is End.DELIVERED:
            told.add(callback_id)
        elif outcome.end is not End.DROPPED:
            failed.setdefault(callback_id, []).append(outcome)
    with connection.cursor() as cursor:
        if failed:
            cursor.execute(_LOCK, {"ids": sorted(told | failed.keys())})
        if told:
            cursor.execute(_TOLD, {"ids": sorted(told)})
        if failed := {each: ends for each, ends in failed.items() if each not in told or _is_gone(ends)}:
            parameters: dict[str, Any] = {"broken_after": broken_after, **_columns(failed)}
            cursor.execute(_FAILED, parameters)


def _columns(failed: dict[int, list[Outcome]]) -> dict[str, Any]:
    ids = sorted(failed)
    return {
        "ids": ids,
        "failures": [len(failed[each]) for each in ids],
        "reasons": [failed[each][-1].reason for each in ids],
        "are_gone": [_is_gone(failed[each]) for each in ids],
    }


def _is_gone(ends: Iterable[Outcome]) -> bool:
    """Whatever else it has answered meanwhile."""
    return any(outcome.end is End.GONE for outcome in ends)
