"""Which indexes answer a question, as PostgreSQL plans it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import connection


def indexes_used(ask: Callable[[], object]) -> str:
    """Those of all its statements, less the ones that documents are read by when their ids are known."""
    asked: list[tuple[str, Any]] = []

    # Django's record of queries has no text for those that are prepared.
    def note(execute: Callable[..., Any], sql: str, parameters: Any, *more: Any) -> Any:
        asked.append((sql, parameters))
        return execute(sql, parameters, *more)

    with connection.execute_wrapper(note):
        ask()
    if not asked:
        return "none is needed"
    plans = "\n".join(_plan(sql, parameters) for sql, parameters in asked)
    used = re.findall(r"(?:using|Index Scan on) (\w+)|(Seq Scan on \w+)", plans)
    names = dict.fromkeys(index or scan for index, scan in used)
    return ", ".join(name for name in names if not name.endswith(("_pkey", "_like"))) or "the primary key"


def _plan(sql: str, parameters: Any) -> str:
    setting, _, query = sql.partition(";") if sql.lstrip().startswith("SET ") else ("", "", sql)
    with connection.cursor() as cursor:
        cursor.execute(f"{setting}; EXPLAIN {query}", parameters)
        if setting:
            cursor.nextset()  # from the answer to SET to that of EXPLAIN
        return "\n".join(line for (line,) in cursor.fetchall())
