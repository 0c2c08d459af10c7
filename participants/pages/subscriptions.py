"""A page of subscriptions that is asked for by targets or by types of objects, in one statement, as fast in a large
table as in a small one.

They are picked from `subscription_way_order` or `subscription_way_in_program`, one ordered walk per target or type,
merged. Left to itself, the planner walks all subscriptions in order until it has found enough, also where there are
none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from participants.models import Subscription, SubscriptionWay
from vtn.paging import Page

# Bitmap scans are off for the reason that `participants.pages.owned` gives.
_PAGE = """
    SET LOCAL enable_bitmapscan = off;
    WITH ids AS (
        SELECT DISTINCT id, created_at FROM unnest(%(ways)s::varchar[]) AS wanted (way)
        CROSS JOIN LATERAL (
            SELECT subscription_id AS id, way.created_at
            FROM participants_subscriptionway AS way {narrowed}
            ORDER BY way.created_at, subscription_id LIMIT %(most)s
        ) AS found
        ORDER BY created_at, id OFFSET %(skip)s LIMIT %(limit)s
    )
    SELECT {columns} FROM ids JOIN participants_subscription AS stored USING (id) ORDER BY ids.created_at, ids.id
"""
_BY_WAY = "WHERE way.{column} = wanted.way"
# Of both, targets are what there are fewer of.
_BY_WAY_AND_TYPE = """
    JOIN participants_subscription AS stored ON stored.id = subscription_id
    WHERE way.{column} = wanted.way AND object_types && %(types)s::varchar[]
"""


def page_of(
    columns: Sequence[str],
    *,
    targets: Collection[str] | None,
    object_types: Collection[str] | None,
    program_id: str | None,
    page: Page,
) -> list[Subscription]:
    """Oldest first, with these columns alone: those with one of the targets and about one of the types, of which one at
    least is named."""
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
        **page.parameters,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            _PAGE.format(
                narrowed=narrowed.format(column=column),
                columns=", ".join(f"stored.{name}" for name in columns),
            ),
            parameters,
        )
        cursor.nextset()  # from the answer to SET to that of the query
        return [_subscription(columns, row) for row in cursor.fetchall()]


def _subscription(columns: Sequence[str], row: Sequence[Any]) -> Subscription:
    """As a queryset makes it: what was not read is deferred, and JSON is read as its field does."""
    read = dict(zip(columns, row, strict=True))
    read["literals"] = Subscription._meta.get_field("literals").from_db_value(
        read["literals"], None, connection
    )
    fields = [field.attname for field in Subscription._meta.concrete_fields if field.attname in read]
    return Subscription.from_db(connection.alias, fields, [read[name] for name in fields])
