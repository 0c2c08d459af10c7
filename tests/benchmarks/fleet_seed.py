"""Fills a database with copies of one VEN, of its client, of its resource and of one program.

As with events, time goes on: one of each kind is written every 30 seconds, so that a larger table is a longer past.
Some things keep their number (what has the rare target, what was changed lately), some their share (what has a popular
target, the resources of the hot VEN).
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from participants.services.clients import create_client
from participants.services.resources import create_resource
from participants.services.vens import create_ven
from participants.wire.resources import v310 as resources_wire
from participants.wire.vens import v310 as vens_wire
from programs.services import create_program
from programs.wire import v310 as programs_wire
from tests.benchmarks import seed
from tests.benchmarks.sizes import connected_to
from vtn.caller import Caller, Role
from vtn.launcher.home import Home

USUAL = 8  # the number of a VEN with four resources, and of its client
COMMON_NAME, RARE_NAME, UNKNOWN_NAME = "meter", "wallbox", "sauna"  # of resources

# The client and the name of what is copied, so that they are found in documents.
_CLIENT, _NAME = "the-client", "the-pattern"

# One target is the VEN's own. Half of the VENs have one of five popular ones, and a third another of their own.
_NUMBERED = """
    CREATE TABLE numbered AS
    SELECT n, created_at,
        regexp_replace(
            lpad(to_hex(trunc(extract(epoch FROM created_at) * 1000)::bigint), 12, '0')
            || '7' || substr(md5(n::text), 1, 19),
            '^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\\1-\\2-\\3-\\4-\\5') AS id,
        -- Fifty old ones were changed in the last hour.
        CASE WHEN n %% %(changed_every)s = 3
             THEN %(now)s - interval '50 minutes' + n / %(changed_every)s * interval '9 seconds'
             ELSE created_at END AS modified_at,
        array_remove(ARRAY[
            'site-' || n,
            CASE WHEN n %% 2 = 0 THEN (ARRAY[%(popular)s, 'urban', 'rural', 'windy', 'sunny'])[n / 2 %% 5 + 1] END,
            CASE WHEN n %% %(rare_every)s = 7 THEN %(rare)s WHEN n %% 3 = 0 THEN 'feeder-' || n END
        ], NULL) AS targets
    FROM (SELECT n, %(now)s - (%(rows)s - n) * %(every)s AS created_at
          FROM generate_series(1, %(rows)s) AS n) AS times
"""
_CLIENTS = """
    INSERT INTO participants_client (client_id, name, role, scopes, is_enabled, created_at, modified_at)
    SELECT 'client-' || n, 'client ' || n, role, scopes, is_enabled, new.created_at, new.created_at
    FROM numbered AS new, participants_client AS client WHERE client_id = %(client)s ORDER BY n
"""
_VENS = """
    INSERT INTO participants_ven (
        id, created_at, modified_at, targets, content, literals, client_id, ven_name, document_301, document_310)
    SELECT new.id, new.created_at, new.modified_at, new.targets, content, literals, 'client-' || n, 'ven-' || n,
        replace(replace(document_301, ven.id, new.id), %(name)s, 'ven-' || n),
        replace(replace(replace(document_310, ven.id, new.id), %(name)s, 'ven-' || n), %(client)s, 'client-' || n)
    FROM numbered AS new, participants_ven AS ven WHERE ven_name = %(name)s ORDER BY n
"""
# A quarter of the VENs have four resources each, and the hot one a fiftieth of all. A third of them has no targets.
_RESOURCES = """
    INSERT INTO participants_resource (
        id, created_at, modified_at, targets, content, literals, ven_id, resource_name, document_301, document_310)
    SELECT new.id, new.created_at, new.modified_at,
        CASE WHEN new.n %% 3 = 1 AND new.n %% %(rare_every)s <> 7 THEN '{}' ELSE new.targets END,
        content, literals, ven.id, wanted.name,
        replace(replace(replace(document_301, resource.id, new.id), %(name)s, wanted.name), resource.ven_id, ven.id),
        replace(replace(replace(replace(document_310, resource.id, new.id), %(name)s, wanted.name),
            resource.ven_id, ven.id), %(client)s, 'client-' || ven.n)
    FROM numbered AS new
        CROSS JOIN LATERAL (SELECT
            CASE WHEN n %% 50 = 0 THEN %(hot)s ELSE (n + 3) / 4 * 4 END AS of_ven,
            CASE WHEN n %% 50 = 0 THEN 'charger ' || n WHEN n %% %(rare_every)s = 7 THEN %(rare_name)s
                 ELSE (ARRAY[%(common_name)s, 'battery', 'heat pump', 'lights'])[n %% 4 + 1] END AS name
        ) AS wanted
        JOIN numbered AS ven ON ven.n = wanted.of_ven
        CROSS JOIN participants_resource AS resource
    WHERE resource_name = %(name)s ORDER BY new.n
"""
_PROGRAMS = """
    INSERT INTO programs_program (
        id, created_at, modified_at, targets, content, literals, four_eyes, program_name, document_301, document_310)
    SELECT new.id, new.created_at, new.modified_at, new.targets, content, literals, four_eyes, 'of fleet ' || n,
        replace(replace(document_301, program.id, new.id), %(name)s, 'of fleet ' || n),
        replace(replace(document_310, program.id, new.id), %(name)s, 'of fleet ' || n)
    FROM numbered AS new, programs_program AS program WHERE program_name = %(name)s ORDER BY n
"""
_FORGET_PATTERNS = """
    DELETE FROM participants_resource WHERE resource_name = %(name)s;
    DELETE FROM participants_ven WHERE ven_name = %(name)s;
    DELETE FROM participants_client WHERE client_id = %(client)s;
    DELETE FROM programs_program WHERE program_name = %(name)s;
    TRUNCATE participants_ventarget, participants_resourcetarget;
    DROP TABLE numbered
"""
# As `participants.rows` writes them.
_WAYS = """
    INSERT INTO participants_ventarget (ven_id, created_at, target)
    SELECT DISTINCT id, created_at, unnest(targets) FROM participants_ven;
    INSERT INTO participants_resourcetarget (resource_id, ven_id, resource_name, created_at, target)
    SELECT DISTINCT id, ven_id, resource_name, created_at, unnest(targets) FROM participants_resource
"""
_TABLES = [
    "participants_client",
    "participants_ven",
    "participants_ventarget",
    "participants_resource",
    "participants_resourcetarget",
    "programs_program",
]
# Those of constraints stay: rows come in the order of their ids, and of their names nearly.
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY (%(tables)s::regclass[]) AND NOT indisprimary
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def fill(database: str, rows: int, *, programs: bool = True) -> None:
    """Makes a client, its VEN, a resource and a program the pattern of `rows` others each, and forgets them."""
    with connected_to(database):
        _make_patterns()
    with seed.connected(Home.from_environment().postgres_url(database)) as connection:
        # Nobody is told of each row, and nothing is looked up for it.
        connection.execute("SET session_replication_role = replica")
        indexes = connection.execute(_INDEXES, {"tables": _TABLES}).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        copies = (_CLIENTS, _VENS, _RESOURCES, *([_PROGRAMS] if programs else []))
        for statement in (_NUMBERED, *copies, _FORGET_PATTERNS, _WAYS):
            connection.execute(statement, _parameters(rows))
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute(f"VACUUM (ANALYZE) {', '.join(_TABLES)}")


def hot_of(rows: int) -> int:
    """The number of the VEN that has many resources: in the middle, so that it is on no first page."""
    return rows // 8 * 4


def _parameters(rows: int) -> dict[str, Any]:
    return {
        "rows": rows // 4 * 4,
        "now": seed.LAST_CREATED_AT,
        "every": seed.EVERY,
        "client": _CLIENT,
        "name": _NAME,
        "hot": hot_of(rows),
        "popular": seed.POPULAR,
        "rare": seed.RARE,
        "rare_every": max(rows // 5, 10),
        "changed_every": max(rows // 50, 4),
        "common_name": COMMON_NAME,
        "rare_name": RARE_NAME,
    }


def _make_patterns() -> None:
    staff, now = Caller.staff("benchmark"), timezone.now()
    attributes = [{"type": "LOCATION", "values": [{"x": 4.3517, "y": 50.8466}]}]
    create_client(caller=staff, client_id=_CLIENT, name=_CLIENT, role=Role.VEN, now=now)
    written = {
        "objectType": "BL_VEN_REQUEST",
        "clientID": _CLIENT,
        "venName": _NAME,
        "attributes": attributes,
    }
    ven = create_ven(caller=staff, content=vens_wire.parse_ven(written, Role.BL), now=now).ven
    written = {
        "objectType": "BL_RESOURCE_REQUEST",
        "clientID": _CLIENT,
        "venID": ven.id,
        "resourceName": _NAME,
        "attributes": attributes,
    }
    create_resource(caller=staff, content=resources_wire.parse_resource(written, Role.BL), now=now)
    create_program(caller=staff, content=programs_wire.parse_program({"programName": _NAME}), now=now)
