"""The ways from targets to what has them, VENs, resources and subscriptions, written with one statement and not row by
row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from participants.models import Resource, Subscription, SubscriptionWay, Ven

# A target that is written twice is one.
_WAYS_TO_VEN = """
    INSERT INTO participants_ventarget (ven_id, created_at, target)
    SELECT DISTINCT id, created_at, unnest(targets) FROM participants_ven WHERE id = ANY(%s)
"""
_WAYS_TO_RESOURCE = """
    INSERT INTO participants_resourcetarget (resource_id, ven_id, resource_name, created_at, target)
    SELECT DISTINCT id, ven_id, resource_name, created_at, unnest(targets) FROM participants_resource WHERE id = ANY(%s)
"""

_WAYS_TO_SUBSCRIPTION = """
    DELETE FROM participants_subscriptionway WHERE subscription_id = %(id)s AND NOT %(is_new)s;
    INSERT INTO participants_subscriptionway (subscription_id, created_at, way, way_in_program)
    SELECT %(id)s, %(created_at)s, way.* FROM unnest(%(ways)s::varchar[], %(ways_in_program)s::varchar[]) AS way
"""


def write_ways_to_ven(ven: Ven, *, is_new: bool) -> None:
    """Makes the ways to a saved VEN those from its targets."""
    with connection.cursor() as cursor:
        if not is_new:
            cursor.execute("DELETE FROM participants_ventarget WHERE ven_id = %s", [ven.id])
        cursor.execute(_WAYS_TO_VEN, [[ven.id]])


def write_ways_to_new_vens(vens: Sequence[Ven]) -> None:
    """The same for many saved ones that have none yet."""
    with connection.cursor() as cursor:
        cursor.execute(_WAYS_TO_VEN, [[ven.id for ven in vens]])


def write_ways_to_resource(resource: Resource, *, is_new: bool) -> None:
    """The same for a resource."""
    with connection.cursor() as cursor:
        if not is_new:
            cursor.execute("DELETE FROM participants_resourcetarget WHERE resource_id = %s", [resource.id])
        cursor.execute(_WAYS_TO_RESOURCE, [[resource.id]])


def write_ways_to_new_resources(resources: Sequence[Resource]) -> None:
    """The same for many."""
    with connection.cursor() as cursor:
        cursor.execute(_WAYS_TO_RESOURCE, [[resource.id for resource in resources]])


def write_ways_to_subscription(subscription: Subscription, *, is_new: bool) -> None:
    """The same for a subscription, and from the types of objects that it is about."""
    ways = [
        *map(SubscriptionWay.from_type, sorted(set(subscription.object_types))),
        *map(SubscriptionWay.from_target, sorted(set(subscription.targets))),
    ]
    program_id = subscription.program_id
    parameters: dict[str, Any] = {
        "id": subscription.id,
        "is_new": is_new,
        "created_at": subscription.created_at,
        "ways": ways,
        "ways_in_program": [
            SubscriptionWay.in_program(program_id, way) if program_id else "" for way in ways
        ],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WAYS_TO_SUBSCRIPTION, parameters)
