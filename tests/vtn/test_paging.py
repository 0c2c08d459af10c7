"""Parameters of lists, read from a query."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from vtn import errors
from vtn.paging import Page, parse_flag, parse_time


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("", Page(0, 50)),
        ("limit=0", Page(0, 0)),
        ("limit=50", Page(0, 50)),
        ("skip=0&limit=1", Page(0, 1)),
        ("skip=2147483647", Page(2147483647, 50)),
        ("limit=007", Page(0, 7)),
        ("limit=1&limit=2", Page(0, 2)),
    ],
)
def test_a_page_is_read(query, page):
    assert Page.parse(QueryDict(query)) == page


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=51", "limit: '51' is not an integer from 0 to 50"),
        ("limit=-1", "limit: '-1' is not an integer from 0 to 50"),
        ("limit=x", "limit: 'x' is not an integer from 0 to 50"),
        ("limit=", "limit: '' is not an integer from 0 to 50"),
        ("limit=1.0", "limit: '1.0' is not an integer from 0 to 50"),
        ("limit=1e1", "limit: '1e1' is not an integer from 0 to 50"),
        ("limit=%2B1", "limit: '+1' is not an integer from 0 to 50"),
        ("limit=%201", "limit: ' 1' is not an integer from 0 to 50"),
        ("limit=1_0", "limit: '1_0' is not an integer from 0 to 50"),
        ("limit=%D9%A3", "limit: '٣' is not an integer from 0 to 50"),
        ("limit=%C2%B2", "limit: '²' is not an integer from 0 to 50"),
        ("limit=1&limit=x", "limit: 'x' is not an integer from 0 to 50"),
        ("skip=-1", "skip: '-1' is not an integer from 0 to 2147483647"),
        ("skip=2147483648", "skip: '2147483648' is not an integer from 0 to 2147483647"),
        (f"skip={'9' * 5000}", f"skip: '{'9' * 40}' is not an integer from 0 to 2147483647"),
    ],
)
def test_a_page_that_is_none_is_refused(query, detail):
    with pytest.raises(errors.Invalid) as refusal:
        Page.parse(QueryDict(query))

    assert refusal.value.detail == detail


@pytest.mark.parametrize(("query", "flag"), [("", False), ("active=true", True), ("active=false", False)])
def test_a_flag_is_read(query, flag):
    assert parse_flag(QueryDict(query), "active") is flag


@pytest.mark.parametrize("text", ["True", "1", "yes", "", "true "])
def test_a_flag_that_is_neither_is_refused(text):
    with pytest.raises(errors.Invalid) as refusal:
        parse_flag({"active": text}, "active")

    assert refusal.value.detail == f"active: '{text}' is neither true nor false"


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-01T10:00:00Z",
        "2026-06-01T12:00:00%2B02:00",
        "2026-06-01T12:00:00+02:00",  # a plus that nobody encoded is a space
        "2026-06-01t12:00:00+02:00",
        "2026-06-01T05:00:00-05:00",
        "2026-06-01%2010:00:00Z",
    ],
)
def test_a_moment_is_read_whatever_its_offset(text):
    assert parse_time(QueryDict(f"x-start={text}"), "x-start") == datetime(2026, 6, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "x", "2026-06-01", "2026-06-01T10:00:00", "2026-06-01T10:00Z", "2026-13-01T10:00:00Z", "1780000000",
     "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2026-06-01T10:00:00Z\n", "2026-06-01T10:00:00Z " * 9],
)  # fmt: skip
def test_a_moment_that_is_none_is_refused_by_its_name(text):
    with pytest.raises(errors.Invalid, match=r"^x-start: '"):
        parse_time({"x-start": text}, "x-start")


@pytest.mark.parametrize("text", ["0001-01-01", "0000-00-00", "0001-01-01T00:00:00Z"])
def test_now_is_no_bound_of_a_window(text):
    with pytest.raises(errors.Invalid) as refusal:
        parse_time({"x-end": text}, "x-end")

    assert refusal.value.detail == f"x-end: '{text}' is not a moment"
