"""What each page of the admin costs in a large system. SYSTEM_SIZE=100000 makes that many VENs and events and ten times
as many deliveries, PAGES=composer asks for those pages alone; `-s` shows the times, of which none is asserted."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import pytest
from django.db import connection
from django.template import Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.vtn.admin.large_system.filling import System, fill
from tests.vtn.admin.large_system.pages import all_pages
from vtn.loaded import keep_loaded

_SIZE = int(os.environ.get("SYSTEM_SIZE", "20"))
# In a small system there is nothing to measure: one page shows that measuring works.
_WANTED = os.environ.get("PAGES", "" if "SYSTEM_SIZE" in os.environ else "overview: its figures")
_TIMES = 5


@pytest.mark.timeout(1_800)
def test_every_page_answers_in_a_large_system(log_in, transactional_db):
    system = System(_SIZE)
    fill(system)
    connection.connection.autocommit = True
    connection.connection.execute("VACUUM ANALYZE")
    staff = log_in()

    print(f"\n{_SIZE} VENs and events, {_SIZE * 10} deliveries")
    pages = [page for page in all_pages(staff, system) if _WANTED in page.name]
    with _collecting_as_servers_do():
        for page in pages:
            taken, queries, rows = _measured(staff, page)
            times = f"{median(taken) * 1000:6.0f} ms ({min(taken) * 1000:4.0f} at best)"
            print(f"{times} {queries:3} queries {rows:>6} rows  {page.name}", flush=True)

    asked = staff.get(reverse("admin:index")).context["panels"][2].figures
    assert sum(int(figure.value) for figure in asked) == _SIZE


def _measured(staff: Any, page: Any) -> tuple[list[float], int, str]:
    """Seconds of the server each time, queries, and the rows that a list counts."""
    with CaptureQueriesContext(connection) as queries:
        response = page.ask(staff)
    number = len(queries)  # the next request forgets them
    listed = (response.context or {}).get("cl")
    with _rendering_as_servers_do():
        taken = [_seconds(staff, page) for _ in range(_TIMES)]
    return taken, number, str(listed.paginator.count) if listed else ""


def _seconds(staff: Any, page: Any) -> float:
    began = time.perf_counter()
    page.ask(staff)
    return time.perf_counter() - began


@contextmanager
def _collecting_as_servers_do() -> Iterator[None]:
    thresholds = gc.get_threshold()
    keep_loaded()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@contextmanager
def _rendering_as_servers_do() -> Iterator[None]:
    """Tests keep each of a page's thousand parts for looking at, with a copy of all it was made of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))
        yield
