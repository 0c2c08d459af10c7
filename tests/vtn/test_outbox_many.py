"""Many changes are written down together as each would be by itself."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import transaction

from tests.conftest import NOON
from vtn import outbox
from vtn.caller import Caller
from vtn.models import OutboxEntry, Untold
from vtn.outbox import Entry
from vtn.polling.state import Move

STAFF = Caller.staff("anna")
CREATE, DELETE = OutboxEntry.Operation.CREATE, OutboxEntry.Operation.DELETE
# Numbers as they were written, quotes, a backslash, and letters beyond ASCII.
DOCUMENT = '{"price":1.50,"name":"\\"a\\\\b\\" é \\u2028 𝄞","list":[null,true]}'
ENTRIES = [
    Entry("VEN", "v-1", CREATE, None, DOCUMENT, ("vens:id:v-1",), literals='{"7":7}'),
    Entry("EVENT", "e-1", DELETE, DOCUMENT, None, ("events:*",), program_id="p-1"),
    Entry("CLIENT", "c-1", CREATE, None, "{}"),
]


def written():
    rows = OutboxEntry.objects.order_by("id").values()
    told = set(Untold.objects.values_list("entry_id", flat=True))
    return [{**row, "id": row["id"] in told} for row in rows]


def one_by_one(entries):
    for entry in entries:
        columns = {name: getattr(entry, name) for name in Entry.__slots__}
        outbox.record(**columns, caller=STAFF, now=NOON)


def test_all_columns_are_those_of_single_ones(db):
    with transaction.atomic():
        one_by_one(ENTRIES)
        single = written()
        transaction.set_rollback(True)

    outbox.record_all(ENTRIES, caller=STAFF, now=NOON)

    assert written() == single
    assert [row["id"] for row in single] == [True, True, False]
    assert single[0]["after"]["price"] == Decimal("1.50")


def test_more_than_one_statement_takes_keep_their_order(db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(outbox, "_AT_ONCE", 10)
    entries = [Entry("VEN", f"v-{number}", CREATE, None, "{}") for number in range(25)]

    with django_assert_num_queries(3):
        outbox.record_all(entries, caller=STAFF, now=NOON)

    ids = OutboxEntry.objects.order_by("id").values_list("object_id", flat=True)
    assert list(ids) == [f"v-{number}" for number in range(25)]


def test_none_is_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        outbox.record_all([], caller=STAFF, now=NOON)


@pytest.mark.parametrize("name", ["c", '"' * 128, "é" * 128])
@pytest.mark.parametrize("count", [0, 1, 200, 201, 5_000])
def test_each_key_is_named_in_what_a_notify_takes(name, count):
    keys = {f"client:{name}{number}" for number in range(count)}

    moves = list(Move.several(keys))

    assert {key for move in moves for key in move.keys} == keys
    assert all(len(move.payload) < 8_000 for move in moves)
    assert all(json.loads(move.payload)[1:] == [*move.keys] for move in moves)
    assert len({move.change for move in moves}) == len(moves)
