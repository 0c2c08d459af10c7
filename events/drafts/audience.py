"""Who will see an event, before there is one: the VENs by their grants, and the resources that give them those."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

MOST_COUNTED, _LISTED = 10_000, 20

# As `vtn.visibility.Visibility.admits` has it: an event without targets is for everybody. A VEN without a client cannot
# ask. Nothing is counted further than anybody reads.
_TO_ALL = """
    WITH seen AS MATERIALIZED (
        SELECT id FROM participants_ven WHERE client_id IS NOT NULL LIMIT %(most)s
    ),
    touched AS MATERIALIZED (SELECT id FROM participants_resource LIMIT %(most)s)
"""
_TO_GRANTED = """
    WITH seen AS MATERIALIZED (
        SELECT ven.id FROM (
            SELECT ven_id FROM participants_ventarget WHERE target = ANY(%(targets)s)
            UNION
            SELECT ven_id FROM participants_resourcetarget WHERE target = ANY(%(targets)s)
        ) AS way JOIN participants_ven ven ON ven.id = way.ven_id AND ven.client_id IS NOT NULL
        LIMIT %(most)s
    ),
    touched AS MATERIALIZED (
        SELECT DISTINCT resource_id AS id FROM participants_resourcetarget WHERE target = ANY(%(targets)s)
        LIMIT %(most)s
    )
"""
_COUNTED = """
    SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM touched),
        ARRAY(SELECT ARRAY[id, ven_name] FROM participants_ven
            WHERE id = ANY(ARRAY(SELECT id FROM seen LIMIT %(listed)s)) ORDER BY ven_name),
        ARRAY(SELECT ARRAY[id, resource_name] FROM participants_resource
            WHERE id = ANY(ARRAY(SELECT id FROM touched LIMIT %(listed)s)) ORDER BY resource_name)
"""


@dataclass(frozen=True, slots=True)
class Seers:
    """How many there are (where `is_more`, at least so many), and some of them: (id, name)."""

    count: int
    is_more: bool
    some: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, counted: int, some: Collection[list[str]]) -> Seers:
        return cls(
            min(counted, MOST_COUNTED), counted > MOST_COUNTED, tuple((each[0], each[1]) for each in some)
        )


@dataclass(frozen=True, slots=True)
class Audience:
    vens: Seers
    resources: Seers


def audience_of(targets: Collection[str]) -> Audience:
    """One query."""
    query = (_TO_GRANTED if targets else _TO_ALL) + _COUNTED
    with connection.cursor() as cursor:
        cursor.execute(query, {"targets": list(targets), "most": MOST_COUNTED + 1, "listed": _LISTED})
        vens, resources, some_vens, some_resources = cursor.fetchone()
    return Audience(Seers.of(vens, some_vens), Seers.of(resources, some_resources))
