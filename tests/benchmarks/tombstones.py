"""Fills the table of tombstones: one object of each kind is deleted every five minutes, a tenth of all there are."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.benchmarks import seed

# Programs and events were for those with their targets, the others for their client.
_TOMBSTONES = """
    INSERT INTO vtn_tombstone (object_id, object_type, created_at, deleted_at, targets, client_id, inside)
    SELECT kind || '-' || n, kind, deleted_at - interval '1 day', deleted_at,
        CASE WHEN NOT is_targeted OR n %% 30 = 0 THEN '{}' WHEN n %% 50 = 0 THEN ARRAY[%(popular)s]
             ELSE ARRAY['site-' || n] END,
        CASE WHEN NOT is_targeted THEN 'client-' || n END,
        CASE kind WHEN 'EVENT' THEN ARRAY['program:program-' || n / 7 %% 100] ELSE '{}' END
    FROM (SELECT n, %(now)s - (%(rows)s - n) * %(every)s AS deleted_at
          FROM generate_series(10, %(rows)s, 10) AS n) AS times,
        (VALUES ('PROGRAM', TRUE), ('EVENT', TRUE), ('VEN', FALSE), ('RESOURCE', FALSE)) AS kinds (kind, is_targeted)
"""


def fill(connection: psycopg.Connection[Any], rows: int) -> None:
    """Those of `rows` objects of each kind."""
    parameters = {"rows": rows, "now": seed.LAST_CREATED_AT, "every": seed.EVERY, "popular": seed.POPULAR}
    connection.execute(_TOMBSTONES, parameters)
    connection.execute("VACUUM (ANALYZE) vtn_tombstone")
