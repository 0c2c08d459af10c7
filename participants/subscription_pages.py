"""Which subscriptions are on a page that is asked for by targets or by types of objects, as fast in a large table as
in a small one.

They are picked from `subscription_way_order` or `subscription_way_in_program`, one ordered walk per target or type,
merged. Left to itself, the planner walks all subscriptions in order until it has found enough, also where there are
none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from participants.models import SubscriptionWay
from vtn.paging import Page

# Bitmap scans are off for the reason that `participants.pages` gives.
_IDS = """
    SET LOCAL enable_bitmapscan = off;
    SELECT DISTINCT id, created_at FROM unnest(%(ways)s::varchar[]) AS wanted (way)
    CROSS JOIN LATERAL (
        SELECT subscription_id AS id, way.created_at
        FROM participants_subscriptionway AS way {narrowed}
        ORDER BY way.created_at, subscription_id LIMIT %(most)s
    ) AS found
    ORDER BY created_at, id OFFSET %(skip)s LIMIT %(limit)s
"""
_BY_WAY = "WHERE way.{column} = wanted.way"
# Of both, targets are what there are fewer of.
_BY_WAY_AND_TYPE = """
    JOIN participants_subscription AS stored ON stored.id = subscription_id
    WHERE way.{column} = wanted.way AND object_types && %(types)s::varchar[]
"""


def ids_of(
    *,
    targets: Collection[str] | None,
    object_types: Collection[str] | None,
    program_id: str | None,
    page: Page,
) -> list[str]:
    """Oldest first: those with one of the targets and about one of the types, of which one at least is named."""
    if targets is not None:
        ways = [SubscriptionWay.from_target(target) for target in sorted(targets)]
    else:
        ways = [SubscriptionWay.from_type(object_type) for object_type in sorted(object_types or ())]
    narrowed = _BY_WAY if targets is None or object_types is None else _BY_WAY_AND_TYPE
    column = "way"
    if program_id is not None:
        column, ways = "way_in_program", [SubscriptionWay.in_program(program_id, way) for way in ways]
    parameters: dict[str, Any] = {
        "ways": ways,
        "types": sorted(object_types or ()),
        "skip": page.skip,
        "limit": page.limit,
        "most": page.skip + page.limit,  # added up here: PostgreSQL would do it in 32 bits
    }
    with connection.cursor() as cursor:
        cursor.execute(_IDS.format(narrowed=narrowed.format(column=column)), parameters)
        cursor.nextset()  # from the answer to SET to that of the query
        return [subscription_id for subscription_id, _ in cursor.fetchall()]
