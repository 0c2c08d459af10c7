"""What a page of subscriptions and a single one cost in a small and in a large table.

One is written every 30 seconds, as with all else: a client has four, a program a hundred. A hot program, a popular
target and common types have a share; what is rare keeps its number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from participants.models import Subscription
from participants.queries.subscriptions import (
    SubscriptionFilter,
    visible_subscription,
    visible_subscriptions,
)
from participants.services.subscriptions import create_subscription
from participants.wire.subscriptions import v301
from tests.benchmarks import comparison, seed
from tests.benchmarks.comparison import Ask
from tests.benchmarks.sizes import PageCost, connected_to
from tests.benchmarks.stage import EMPTY_DATABASE, copy_database
from vtn.caller import Caller, Role, Scope
from vtn.dialect import Dialect
from vtn.launcher.home import Home
from vtn.paging import Page

_BUSINESS = Caller("bench-business", Role.BL, frozenset(Scope))
_VEN = Caller("client-7", Role.VEN, frozenset(Scope))
_PAGE = Page(skip=0, limit=50)
_CALLBACK = "https://receiver.example/callback"

# Of 100, 95 ask for events and 10 for programs, 2 are of the hot program, and 30 of none.
_FILL = """
    INSERT INTO participants_subscription (id, created_at, modified_at, targets, content, literals, client_id, role,
        dialect, client_name, program_id, object_types, verified_urls, sealed_tokens, sealed_keys,
        document_301, document_310)
    SELECT new.id, new.created_at, new.created_at, new.targets, content, literals, new.client, 'ven',
        dialect, new.client, new.program, new.types, verified_urls, sealed_tokens, sealed_keys,
        replace(document_301, pattern.id, new.id), replace(document_310, pattern.id, new.id)
    FROM participants_subscription AS pattern, (
        SELECT created_at,
            regexp_replace(
                lpad(to_hex(trunc(extract(epoch FROM created_at) * 1000)::bigint), 12, '0')
                || '7' || substr(md5(n::text), 1, 19),
                '^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\\1-\\2-\\3-\\4-\\5') AS id,
            'client-' || n / 4 AS client,
            CASE WHEN n %% 50 = 2 THEN %(hot)s WHEN n %% 10 < 3 THEN NULL
                 ELSE 'program-' || n / 7 %% %(programs)s END AS program,
            CASE WHEN n %% %(rare_every)s = 7 THEN '{VEN}' WHEN n %% 20 = 4 THEN '{PROGRAM}'
                 WHEN n %% 20 = 5 THEN '{EVENT,PROGRAM}' ELSE '{EVENT}' END::text[] AS types,
            CASE WHEN n %% %(rare_every)s = 9 THEN ARRAY[%(rare)s] WHEN n %% 2 = 0 THEN '{}'
                 WHEN n %% 10 = 3 THEN ARRAY[%(popular)s, 'site-' || n] ELSE ARRAY['site-' || n] END AS targets
        FROM (SELECT n, %(last)s - (%(rows)s - n) * %(every)s AS created_at
              FROM generate_series(1, %(rows)s) AS n) AS numbered
    ) AS new
    WHERE pattern.id = %(pattern)s ORDER BY new.created_at
"""
# As `participants.rows` writes them.
_WAYS = """
    INSERT INTO participants_subscriptionway (subscription_id, created_at, way, way_in_program)
    SELECT id, created_at, way, coalesce(length(program_id) || ' ' || program_id || ' ' || way, '')
    FROM participants_subscription CROSS JOIN LATERAL (
        SELECT 'type ' || unnest(object_types) UNION SELECT 'target ' || unnest(targets)
    ) AS ways (way)
"""
_TABLES = ["participants_subscription", "participants_subscriptionway"]
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY (%(tables)s::regclass[]) AND NOT indisprimary
"""

_FILTERS: dict[str, dict[str, Any]] = {
    "": {},
    "program": {"program_id": "program-7"},
    "hot program": {"program_id": seed.HOT_PROGRAM},
    "empty program": {"program_id": seed.EMPTY_PROGRAM},
    "clientName": {"client_name": "client-7"},
    "unknown clientName": {"client_name": "nobody"},
    **{
        f"{name} type": {"object_types": frozenset({kind})}
        for name, kind in {
            "popular": "EVENT",
            "common": "PROGRAM",
            "rare": "VEN",
            "unknown": "REPORT",
        }.items()
    },
    **{f"{name} target": {"asked": frozenset({name})} for name in (seed.POPULAR, seed.RARE, seed.UNKNOWN)},
    "hot program, rare type": {"program_id": seed.HOT_PROGRAM, "object_types": frozenset({"VEN"})},
    "hot program, unknown target": {"program_id": seed.HOT_PROGRAM, "asked": frozenset({seed.UNKNOWN})},
    "popular type and target": {"object_types": frozenset({"EVENT"}), "asked": frozenset({seed.POPULAR})},
    "common type, rare target": {"object_types": frozenset({"PROGRAM"}), "asked": frozenset({seed.RARE})},
}


def compare(small: int, large: int, *, repeats: int, tell: Callable[[str], None]) -> list[PageCost]:
    """Fills two databases and asks both the same questions in turn."""
    ids = {_filled(rows, tell): _id_of_a_single_one(rows) for rows in (small, large)}
    first, second = ids
    return comparison.compare((first, second), lambda database: _questions(ids[database]), repeats=repeats)


def _questions(single: str) -> dict[str, Ask]:
    lists = {
        ", ".join(filter(None, (f"subscriptions, {who}", what))): _list(
            caller, SubscriptionFilter(**narrowed)
        )
        for who, caller in {"BL": _BUSINESS, "VEN": _VEN}.items()
        for what, narrowed in _FILTERS.items()
    }
    return lists | {
        "one subscription, BL": lambda: visible_subscription(_BUSINESS, single, Dialect.V310).body
    }


def _list(caller: Caller, wanted: SubscriptionFilter) -> Ask:
    return lambda: visible_subscriptions(caller, wanted, page=_PAGE, dialect=Dialect.V310).body


def _filled(rows: int, tell: Callable[[str], None]) -> str:
    tell(f"filling a table with {rows:,} subscriptions")
    database = _name(rows)
    copy_database(EMPTY_DATABASE, database)
    with connected_to(database):
        pattern = _pattern()
    with seed.connected(Home.from_environment().postgres_url(database)) as connection:
        indexes = connection.execute(_INDEXES, {"tables": _TABLES}).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute(_FILL, _parameters(rows, pattern))
        connection.execute("DELETE FROM participants_callback")
        connection.execute("DELETE FROM participants_subscription WHERE id = %s", [pattern])
        connection.execute("TRUNCATE participants_subscriptionway")
        connection.execute(_WAYS)
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute(f"VACUUM (ANALYZE) {', '.join(_TABLES)}")
    return database


def _pattern() -> str:
    """The id of one that was written as any is. In 3.0.1, whose receivers are not asked whether they want to be one."""
    operation = {"objects": ["EVENT"], "operations": ["POST", "PUT"], "callbackUrl": _CALLBACK}
    written = {"clientName": "pattern", "programID": "program", "objectOperations": [operation]}
    made = create_subscription(
        caller=_VEN,
        content=v301.parse_subscription(written),
        dialect=Dialect.V301,
        sees_program=lambda caller, program_id: True,
        clock=timezone.now,
    )
    return made.id


def _parameters(rows: int, pattern: str) -> dict[str, Any]:
    return {
        "rows": rows,
        "pattern": pattern,
        "last": seed.LAST_CREATED_AT,
        "every": seed.EVERY,
        "programs": max(rows // 100, 10),
        "hot": seed.HOT_PROGRAM,
        "popular": seed.POPULAR,
        "rare": seed.RARE,
        "rare_every": max(rows // 5, 10),
    }


def _id_of_a_single_one(rows: int) -> str:
    with connected_to(_name(rows)):
        return Subscription.objects.get(created_at=seed.LAST_CREATED_AT - seed.EVERY * (rows // 2)).id


def _name(rows: int) -> str:
    return f"vtn_subscriptions_{rows}"
