"""What a page of reports and a single one cost in a small table and in a large one, through the project's own code.

A report comes every 30 seconds, so that a larger table is a longer past: 10 000 are four days, a million a year. Both
tables have the partitions of that year, since months are kept for how long ago they are and not for what is in them. An
event, a programme, a client have a hundred reports each, and a hot one has a share.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.utils import timezone

from events.reports import partitions
from events.reports.partitions import Month
from events.reports.queries import ReportFilter, visible_report, visible_reports
from events.reports.services import create_report
from events.reports.wire import v310
from events.services import create_event
from events.wire import v310 as events_wire
from programs.services import create_program
from programs.wire import v310 as programs_wire
from tests.benchmarks import reports, scene
from tests.benchmarks.sizes import PageCost, connected_to
from tests.benchmarks.stage import EMPTY_DATABASE, copy_database
from vtn.caller import Caller, Role, Scope
from vtn.dialect import Dialect
from vtn.paging import Page

_BUSINESS = Caller("bench-business", Role.BL, frozenset(Scope))
_VEN, _HOT_VEN, _NEW_VEN = (
    Caller(name, Role.VEN, frozenset(Scope)) for name in ("client-7", "client-hot", "client-new")
)
_LAST = datetime(2026, 6, 1, 12, tzinfo=UTC)
_EVERY = timedelta(seconds=30)
_PAGE = Page(skip=0, limit=50)

# Of 100 reports, 2 are on the hot event of the hot programme, and 10 of the hot client; a new client has the last 20.
_FILL = """
    INSERT INTO events_report (id, created_at, modified_at, event_id, program_id, client_id, client_name, report_name,
        resource_names, span, document)
    SELECT regexp_replace(
            lpad(to_hex(trunc(extract(epoch FROM made_at) * 1000)::bigint), 12, '0')
            || '7000a' || substr(md5(n::text), 1, 15),
            '^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\\1-\\2-\\3-\\4-\\5'),
        made_at, made_at, event_id, program_id, client, client, report_name, resource_names,
        tstzrange(date_trunc('hour', made_at) - interval '1 hour', date_trunc('hour', made_at)), document
    FROM (SELECT n, %(last)s - (%(rows)s - n) * %(every)s AS made_at,
            CASE WHEN n %% 50 = 0 THEN 'event-hot' ELSE 'event-' || n / 7 %% %(groups)s END AS event_id,
            CASE WHEN n %% 50 = 0 THEN 'program-hot' ELSE 'program-' || n / 7 %% %(groups)s END AS program_id,
            CASE WHEN n > %(rows)s - 20 THEN 'client-new' WHEN n %% 10 = 3 THEN 'client-hot'
                 ELSE 'client-' || n / 11 %% %(groups)s END AS client
          FROM generate_series(1, %(rows)s) AS n) AS new,
        (SELECT report_name, resource_names, document FROM events_report WHERE id = %(pattern)s) AS pattern
"""

_INDEXES = """
    SELECT indexrelid::regclass::text, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') FROM pg_index
    WHERE indrelid = 'events_report'::regclass AND NOT indisprimary
"""


def compare(small: int, large: int, *, repeats: int, tell: Callable[[str], None]) -> list[PageCost]:
    """Fills two databases and asks both the same questions in turn."""
    for rows in (small, large):
        tell(f"filling a table with {rows:,} reports")
        _make(rows, oldest=_LAST - _EVERY * large)
    return [_compare(name, small, large, repeats) for name in _questions(small)]


def _compare(name: str, small: int, large: int, repeats: int) -> PageCost:
    times: dict[int, list[float]] = {small: [], large: []}
    found: dict[int, int] = {}
    # Some at a time: each change of the database is a new connection, with nothing read or planned before.
    for _ in range(repeats):
        for rows in (small, large):
            with connected_to(_name(rows)):
                ask = _questions(rows)[name]
                for _ in range(3):
                    ask()
                found[rows] = ask().count(b'"objectType":"REPORT"')
                times[rows] += [_seconds(ask) for _ in range(7)]
    return PageCost(
        name, median(times[small]) * 1_000, median(times[large]) * 1_000, (found[small], found[large]), ""
    )


def _seconds(ask: Callable[[], bytes]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _questions(rows: int) -> dict[str, Callable[[], bytes]]:
    asked: dict[str, Callable[[], bytes]] = {
        ", ".join(filter(None, (who, what, when))): _list(caller, ReportFilter(**narrowed, **window))
        for who, caller in {"BL": _BUSINESS, "VEN": _VEN, "hot VEN": _HOT_VEN, "new VEN": _NEW_VEN}.items()
        for what, narrowed in _FILTERS.items()
        if caller.is_business or "client_name" not in narrowed
        for when, window in _windows(rows).items()
    }
    return asked | {"BL, one report": _single(rows)}


_FILTERS: dict[str, dict[str, Any]] = {
    "": {},
    "event": {"event_id": "event-7"},
    "hot event": {"event_id": "event-hot"},
    "empty event": {"event_id": "event-empty"},
    "program": {"program_id": "program-7"},
    "hot program": {"program_id": "program-hot"},
    "clientName": {"client_name": "client-7"},
    "new clientName": {"client_name": "client-new"},
}


def _windows(rows: int) -> dict[str, dict[str, Any]]:
    middle = _LAST - _EVERY * rows / 2
    return {
        "": {},
        "one hour": {"from_at": middle, "to_at": middle + timedelta(hours=1)},
        "half of all time": {"from_at": middle},
        "after all": {"from_at": _LAST + timedelta(days=36_500)},
    }


def _list(caller: Caller, wanted: ReportFilter) -> Callable[[], bytes]:
    return lambda: visible_reports(caller, wanted, page=_PAGE, dialect=Dialect.V310).body


def _single(rows: int) -> Callable[[], bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM events_report WHERE created_at = %s", [_LAST - _EVERY * (rows // 2)])
        found = cursor.fetchone()
    return lambda: visible_report(_BUSINESS, found[0], Dialect.V310).body


def _make(rows: int, oldest: datetime) -> None:
    copy_database(EMPTY_DATABASE, _name(rows))
    with connected_to(_name(rows)):
        first, last = Month.of(oldest), Month.of(timezone.now())
        months = 0
        while first.later(months) < last:
            months += 1
        partitions.make_months(now=first.starts_at, ahead=months)
        parameters = {
            "rows": rows,
            "last": _LAST,
            "every": _EVERY,
            "groups": max(rows // 100, 10),
            "pattern": _pattern(),
        }
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'; SET synchronous_commit = off")
            cursor.execute(_INDEXES)
            indexes = cursor.fetchall()
            for name, _ in indexes:
                cursor.execute(f"DROP INDEX {name}")
            cursor.execute(_FILL, parameters)
            for _, definition in indexes:
                cursor.execute(definition)
            cursor.execute("VACUUM (ANALYZE) events_report")


def _pattern() -> str:
    """A report of an hour, to make others of."""
    staff, now = Caller.staff("benchmark"), timezone.now()
    program = create_program(
        caller=staff, content=programs_wire.parse_program({"programName": "original"}), now=now
    )
    event = create_event(
        caller=staff, content=events_wire.parse_event(scene.day_of_prices(program.id, 0)), now=now
    )
    written = reports.day_of_usage(event.id, 0, intervals=4)
    return create_report(caller=_BUSINESS, content=v310.parse_report(written), now=now).id


def _name(rows: int) -> str:
    return f"vtn_reports_{rows}"
