"""One page of reports in one statement, as fast in a large table as in a small one.

Each way to walk is a function in the database (`events/migrations/0002_reports.py`), which keeps its plan. A list walks
the index that begins with what it is narrowed to, in the order of ids, which is that of creation; what else it is
narrowed to is left out on the way. A time window would spoil such a walk, for what it admits may lie anywhere; there a
GiST index is walked that leaves out what does not overlap (`events.pages` tells more).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from events.period import Period
from events.reports.content import Shown
from vtn.dialect import Dialect
from vtn.paging import Page

_PAGE = """
    SELECT {columns} FROM events_reports_{walk} (
        %(skip)s, %(limit)s, %(during)s, %(client_id)s, %(event_id)s, %(program_id)s, %(client_name)s)
"""
_COLUMNS = {
    Dialect.V301: "id, created_at, modified_at, client_id, program_id, coalesce(document_301, document)",
    Dialect.V310: "id, created_at, modified_at, client_id, program_id, document",
}
# Best first, with what each needs to know. A device has fewer reports than an event.
_WALKS: tuple[tuple[str, set[str]], ...] = (
    ("by_client_id_and_event_id", {"client_id", "event_id"}),
    ("by_client_id_and_program_id", {"client_id", "program_id"}),
    ("by_client_id", {"client_id"}),
    ("by_client_name", {"client_name"}),
    ("by_event_id", {"event_id"}),
    ("by_program_id", {"program_id"}),
    ("all", set()),
)
_NOT_NARROWED = dict.fromkeys(("client_id", "event_id", "program_id", "client_name"))


def read(
    narrowed: Mapping[str, str],
    *,
    window: Period | None,
    page: Page,
    dialect: Dialect,
) -> list[Shown]:
    """The reports whose columns have these values, of the span that overlaps the window (half-open), oldest first."""
    if page.limit == 0 or (window is not None and not window.has_time):
        return []
    walk = next(name for name, needed in _WALKS if narrowed.keys() >= needed)
    parameters: dict[str, Any] = {
        **_NOT_NARROWED,
        **narrowed,
        "skip": page.skip,
        "limit": page.limit,
        "during": None if window is None else window.range,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            _PAGE.format(columns=_COLUMNS[dialect], walk=walk if window is None else f"{walk}_during"),
            parameters,
        )
        return [Shown(*row) for row in cursor.fetchall()]
