"""Which controllers stand behind targets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Behind:
    """The controllers that VENs and resources with a target are. `is_all` says that every one of them is one: nobody
    else has the target. A resource that is no controller itself is that of its VEN."""

    node_ids: frozenset[str]
    is_all: bool


# From the side of the links, of which there are few: a target may be granted to ten thousand VENs, and to find the
# first of them that is no controller takes one look. What is asked of whom is linked is asked of each holder alone.
_BEHIND = """
    WITH linked AS (
        SELECT held.target, link.controller_id
        FROM participants_controllerlink link
        JOIN participants_ventarget held ON held.ven_id = link.ven_id AND held.target = ANY(%(targets)s)
        UNION
        SELECT held.target, link.controller_id
        FROM participants_controllerlink link
        JOIN participants_resourcetarget held ON held.resource_id = link.resource_id AND held.target = ANY(%(targets)s)
        UNION
        SELECT held.target, link.controller_id
        FROM participants_controllerlink link
        JOIN participants_resourcetarget held ON held.ven_id = link.ven_id AND held.target = ANY(%(targets)s)
        WHERE NOT EXISTS (
            SELECT FROM participants_controllerlink own WHERE own.resource_id = held.resource_id
        )
    )
    SELECT linked.target, array_agg(DISTINCT controller.node_id),
        NOT EXISTS (
            SELECT FROM participants_ventarget held WHERE held.target = linked.target
            AND NOT EXISTS (SELECT FROM participants_controllerlink link WHERE link.ven_id = held.ven_id)
        ) AND NOT EXISTS (
            SELECT FROM participants_resourcetarget held WHERE held.target = linked.target
            AND NOT EXISTS (SELECT FROM participants_controllerlink link WHERE link.ven_id = held.ven_id)
            AND NOT EXISTS (SELECT FROM participants_controllerlink link WHERE link.resource_id = held.resource_id)
        )
    FROM linked JOIN licensing_controller controller ON controller.id = linked.controller_id
    GROUP BY linked.target
"""


def controllers_behind(targets: Collection[str]) -> dict[str, Behind]:
    """By target, with one query; one that stands for no controller is not in there."""
    if not targets:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"targets": list(targets)})
        return {target: Behind(frozenset(node_ids), is_all) for target, node_ids, is_all in cursor.fetchall()}
