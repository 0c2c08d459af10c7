"""Hosts that fail again and again are left alone for a while, and whatever is on its way to them waits.

A circuit is of a host: a receiver that answers with an error of its own is no reason to keep others waiting that live
at the same place, unless they all fail.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

# Always in one order, so that no two wait for each other.
_LOCK = "SELECT FROM vtn_circuit WHERE host = ANY(%s) ORDER BY host FOR UPDATE"
_FAILED = """
    INSERT INTO vtn_circuit AS circuit (host, failures, open_until, reason)
    SELECT host, failures, CASE WHEN failures >= %(threshold)s THEN now() + %(first)s * interval '1 second' END, reason
    FROM unnest(%(hosts)s::text[], %(failures)s::int[], %(reasons)s::text[]) AS failed (host, failures, reason)
    ORDER BY host
    ON CONFLICT (host) DO UPDATE SET
        failures = circuit.failures + excluded.failures,
        reason = excluded.reason,
        open_until = CASE WHEN circuit.failures + excluded.failures >= %(threshold)s THEN now() + least(%(most)s,
            %(first)s * 2.0 ^ least((circuit.failures + excluded.failures - %(threshold)s) / %(threshold)s, 20)
        ) * interval '1 second' END
    RETURNING host, open_until
"""
# What another sender has just ended or taken sees for itself.
_POSTPONE = """
    UPDATE vtn_delivery delivery SET due_at = waiting.open_until FROM (
        SELECT id, circuit.open_until FROM vtn_delivery waiting JOIN vtn_circuit circuit USING (host)
        WHERE host = ANY(%(hosts)s) AND circuit.open_until > now() AND state = 'waiting' AND due_at < circuit.open_until
        FOR NO KEY UPDATE OF waiting SKIP LOCKED
    ) AS waiting WHERE delivery.id = waiting.id
"""


@dataclass(frozen=True, slots=True)
class CircuitRules:
    """After `threshold` failures in a row a host is left alone for `first` seconds, then for longer, up to `most`."""

    threshold: int
    first: float
    most: float


def lock(hosts: Collection[str]) -> None:
    """Comes before `answered` and `failed` of these, in their transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [list(hosts)])


def answered(hosts: Collection[str]) -> None:
    """These are there: whatever was held against them is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM vtn_circuit WHERE host = ANY(%s)", [list(hosts)])


def failed(failures: Mapping[str, tuple[int, str]], rules: CircuitRules) -> set[str]:
    """Counts failures by host, with the reason of the last one; the hosts that are left alone from now on."""
    counts, reasons = zip(*failures.values(), strict=True)
    parameters: dict[str, Any] = {
        "hosts": list(failures),
        "failures": list(counts),
        "reasons": list(reasons),
        "threshold": rules.threshold,
        "first": rules.first,
        "most": rules.most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, parameters)
        return {host for host, open_until in cursor.fetchall() if open_until is not None}


def postpone(hosts: Collection[str]) -> None:
    """Has whatever is on its way to these wait until they are called again."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTPONE, {"hosts": list(hosts)})
