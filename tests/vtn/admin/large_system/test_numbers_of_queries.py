"""Every page of the admin takes a number of queries that does not depend on how much there is to show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.vtn.admin.large_system.filling import System, fill
from tests.vtn.admin.large_system.pages import Page, all_pages

# Reports of a VEN are drawn for up to three events, with two queries for each; the others depend on what kinds there
# are.
_BOUNDED = {
    *("participants.ven: change", "VEN page of an aggregator", "vtn.delivery: last page"),
    *("why: a VEN, the running event", "why: an aggregator, the running event"),
}
# Page by page; a new page, or one that needs another number, is written in there by hand.
_NUMBERS = json.loads(Path(__file__).with_name("queries.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("size", [8, 20])
def test_every_page_takes_its_number_of_queries(log_in, size):
    fill(System(size))
    staff = log_in()

    found = {
        page.name: _queries(staff, page)
        for page in all_pages(staff, System(size))
        if page.name not in _BOUNDED
    }

    assert {page: number for page, number in found.items() if number != _NUMBERS.get(page)} == {}
    assert _NUMBERS.keys() - found.keys() == set()


def _queries(staff, page: Page) -> int:
    """What is remembered from the first time is not asked for again: content types, a time zone. Rows of a list are
    read where there are any; that query is counted as if there were."""
    page.ask(staff)
    with CaptureQueriesContext(connection) as queries:
        response = page.ask(staff)
    listed = (response.context or {}).get("cl")
    return len(queries) + (listed is not None and not listed.paginator.count)
