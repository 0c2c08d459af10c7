"""Fills a database with copies of one real event: many programmes, groups and days, the way a VTN grows.

Time goes on as events are added, so what was created later also happens later, and a larger table is a longer
past, not a denser one. Some things keep their size (a programme, a site, what is on at one moment), some their
share (the hot programme, the popular group).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

LAST_CREATED_AT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
EVERY = timedelta(seconds=30)

HOT_PROGRAM, EMPTY_PROGRAM = "hot", "empty"
POPULAR, RARE, UNKNOWN = "popular", "rare", "unknown"
USUAL_PROGRAM, SITES = "program-7", ("site-7", "site-8", "site-9")

_EVENTS_OF_A_PROGRAM, _EVENTS_OF_A_SITE = 100, 20

_PROGRAMS = """
    INSERT INTO programs_program
    SELECT (jsonb_populate_record(program, jsonb_build_object('id', name, 'program_name', name))).*
    FROM programs_program AS program,
        (SELECT 'program-' || n FROM generate_series(0, %(programs)s - 1) AS n
         UNION VALUES (%(hot)s), (%(empty)s)) AS names (name)
    WHERE program.id = %(program_id)s
"""
# The id is a UUIDv7 in looks: it begins with the time.
_EVENTS = """
    INSERT INTO events_event (
        id, created_at, modified_at, targets, content, literals, event_name, priority, repeats_every,
        program_id, span, document_301, document_310)
    SELECT new.id, new.created_at, new.created_at, new.targets, content, literals, event_name, priority, repeats_every,
        new.program_id, tstzrange(new.starts_at, new.starts_at + interval '24 hours'),
        replace(document_301, event.id, new.id), replace(document_310, event.id, new.id)
    FROM (
        SELECT created_at,
            regexp_replace(
                lpad(to_hex(trunc(extract(epoch FROM created_at) * 1000)::bigint), 12, '0')
                || '7' || substr(md5(n::text), 1, 19),
                '^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\\1-\\2-\\3-\\4-\\5') AS id,
            CASE WHEN n %% 50 = 0 THEN %(hot)s ELSE 'program-' || n / 7 %% %(programs)s END AS program_id,
            -- A day of prices, from some hour of the next day or of the one after.
            date_trunc('hour', created_at) + interval '12 hours' + n * 31 %% 24 * interval '1 hour' AS starts_at,
            CASE WHEN n %% %(rare_every)s = 7 THEN ARRAY[%(rare)s]
                 WHEN n %% 10 < 3 THEN '{}'
                 WHEN n %% 10 = 3 THEN ARRAY[%(popular)s, 'site-' || n / 11 %% %(sites)s]
                 ELSE ARRAY['site-' || n / 11 %% %(sites)s] END AS targets
        FROM (SELECT n, %(last)s - (%(rows)s - n) * %(every)s AS created_at
              FROM generate_series(%(first)s, %(until)s) AS n) AS numbered
    ) AS new, events_event AS event
    WHERE event.id = %(event_id)s
"""
_WAYS = """
    INSERT INTO events_eventtarget (event_id, created_at, span, target, target_in_program)
    SELECT id, created_at, span, target, concat_ws(' ', length(program_id), program_id, target)
    FROM events_event, unnest(CASE WHEN targets = '{}' THEN '{""}' ELSE targets END) AS target
    WHERE id <> %(event_id)s
"""
_FORGET_ORIGINAL = """
    DELETE FROM events_interval WHERE event_id = %(event_id)s;
    DELETE FROM events_eventtarget WHERE event_id = %(event_id)s;
    DELETE FROM events_event WHERE id = %(event_id)s
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY (ARRAY['events_event', 'events_eventtarget']::regclass[]) AND NOT indisprimary
"""
_AT_ONCE = 20_000


def fill(url: str, rows: int, event_id: str) -> None:
    """Makes the event, with its programme, the pattern of `rows` others, and forgets it."""
    with connected(url) as connection:
        program_id = _value(connection, "SELECT program_id FROM events_event WHERE id = %s", [event_id])
        parameters = _parameters(rows, event_id, program_id)
        connection.execute(_PROGRAMS, parameters)
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        _insert_events(url, rows, parameters)
        connection.execute(_WAYS, parameters)
        connection.execute(_FORGET_ORIGINAL, parameters)
        for _, definition in indexes:
            connection.execute(definition)
        # Lists are read with the visibility map and the statistics that autovacuum sees to in the long run.
        connection.execute("VACUUM (ANALYZE) events_event, events_eventtarget, programs_program")


def _insert_events(url: str, rows: int, parameters: dict[str, Any]) -> None:
    """On several connections: the compression of the documents is what takes long, on one core each."""

    def insert(first: int) -> None:
        until = min(first + _AT_ONCE - 1, rows)
        with connected(url) as connection:
            connection.execute(_EVENTS, {**parameters, "first": first, "until": until})

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(insert, range(1, rows + 1, _AT_ONCE)))


def _parameters(rows: int, event_id: str, program_id: str) -> dict[str, Any]:
    return {
        "rows": rows,
        "event_id": event_id,
        "program_id": program_id,
        "programs": max(rows // _EVENTS_OF_A_PROGRAM, 10),
        "sites": max(rows // _EVENTS_OF_A_SITE, 10),
        "rare_every": max(rows // 5, 10),
        "last": LAST_CREATED_AT,
        "every": EVERY,
        "hot": HOT_PROGRAM,
        "empty": EMPTY_PROGRAM,
        "popular": POPULAR,
        "rare": RARE,
    }


def connected(url: str) -> psycopg.Connection[Any]:
    """For filling tables: a crash may lose the last of it."""
    connection = psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor)
    connection.execute("SET maintenance_work_mem = '512MB'; SET synchronous_commit = off")
    return connection


def _value(connection: psycopg.Connection[Any], sql: str, parameters: list[Any]) -> Any:
    row = connection.execute(sql, parameters).fetchone()
    assert row is not None
    return row[0]
