"""Whatever comes in, there is an answer; and what goes out comes in again."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tariffs.timings.activity import is_active, was_active_in_2013, windows
from tariffs.timings.content import TODAY, TimingContent
from tariffs.timings.wire import csv_table, v2013
from tariffs.timings.wire.instants import UnreadableInstant, parse_instant
from tariffs.timings.wire.jsonrpc import Fault, Struct, answer, arguments, requests_in

BRUSSELS = ZoneInfo("Europe/Brussels")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
STRUCT = Struct("AttrGetTPTimingIds", {"TPid": str, "Limit": int})
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["TPid", "limit", "x"]), inner)
    ),
)
numbers = st.integers(-(2**70), 2**70).map(str) | st.text("0123456789:;+-*anyZ ", max_size=12)
lists = st.lists(numbers, max_size=4).map(";".join)
# Whatever a text may hold: no NUL, and no halves of characters.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
contents = st.builds(
    TimingContent,
    st.just("PLAN"),
    texts.filter(str.strip),
    texts,
    texts,
    texts,
    texts,
    texts.map(lambda text: text[:32]),
)


@given(st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_any_body_has_an_answer(body):
    assert isinstance(b"".join(answer(each, error="x") for each in requests_in(body)), bytes)


@given(values, values)
def test_any_params_are_arguments_or_a_fault(id_, params):
    text = json.dumps({"id": id_, "method": "Apier.GetTPTimingIds", "params": params})

    (request,) = requests_in(text.encode())

    assert json.loads(answer(request))["id"] == id_
    with suppress(Fault):
        for name, value in arguments(request.params, STRUCT).items():
            assert type(value) is STRUCT.fields[name]


@given(lists, lists, lists, lists, numbers | lists)
def test_any_texts_are_a_timing(years, months, month_days, week_days, time):
    content = TimingContent("PLAN", "TAG", years, months, month_days, week_days, time)

    for window in windows(content.timing, NOON, NOON + timedelta(days=40), BRUSSELS):
        assert timedelta(0) < window.end - window.start <= timedelta(hours=25)
    is_active(content.timing, NOON)
    was_active_in_2013(content.timing, NOON)
    assert set(v2013.render(content)) == {
        *("TPid", "TimingId", "Years", "Months", "MonthDays", "WeekDays", "Time"),
    }


@given(texts | st.text("0123456789-:.+TZ ", max_size=30))
def test_any_text_is_a_moment_or_none(text):
    with suppress(UnreadableInstant):
        assert parse_instant(text, BRUSSELS, now=NOON).tzinfo is not None


@given(st.binary(max_size=200) | texts.map(str.encode))
def test_any_file_is_a_table(document):
    table = csv_table.read(document, tpid="PLAN")

    assert all(remark.line >= 1 and remark.text for remark in (*table.errors, *table.warnings))


@given(st.lists(contents, min_size=1, max_size=5, unique_by=lambda content: content.tag))
def test_what_is_written_is_read_again(timings):
    written = "".join(csv_table.write(timings))

    table = csv_table.read(written.encode(), tpid="PLAN")

    assert [row.content for row in table.rows] == timings
    assert not table.errors
    assert all(len(each.time) <= TODAY.time for each in timings)
