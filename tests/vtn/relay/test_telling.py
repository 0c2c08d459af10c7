"""Each recorded change is handed on once, in the order of its object, by one process at a time."""

from __future__ import annotations

import itertools
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from tests.conftest import NOON
from vtn.models import OutboxEntry, Untold
from vtn.relay.telling import Telling

pytestmark = pytest.mark.django_db(transaction=True)


def change(object_id="o1", object_type="EVENT"):
    entry = OutboxEntry.objects.create(
        object_type=object_type,
        object_id=object_id,
        operation="CREATE",
        after={"id": object_id},
        made_by="t",
        made_at=NOON,
    )
    Untold.objects.create(entry=entry)
    return entry.id


def tell(tells):
    return Telling(tells)()


class Listener:
    def __init__(self):
        self.heard = []

    def __call__(self, changes):
        self.heard += [each.entry_id for each in changes]


def test_each_change_is_told_once_to_everyone_in_order():
    ids = [change(), change("o2"), change()]
    one, another = Listener(), Listener()

    assert tell([one, another])

    assert one.heard == another.heard == ids
    assert not tell([one, another])
    assert one.heard == ids
    assert not Untold.objects.exists()


def test_quick_ones_come_in_ever_larger_bites():
    ids = [change(f"o{number}") for number in range(150)]
    bites = []
    telling = Telling([lambda changes: bites.append(len(changes)), listener := Listener()])

    while telling():
        pass

    assert bites == [10, 20, 40, 80]
    assert listener.heard == ids


def test_slow_ones_come_one_by_one(monkeypatch):
    for number in range(20):
        change(f"o{number}")
    clock, bites = itertools.count(), []
    monkeypatch.setattr("vtn.relay.telling.time.monotonic", lambda: float(next(clock)))
    telling = Telling([lambda changes: bites.append(len(changes))])

    while telling():
        pass

    assert bites == [10, 5, 2, 1, 1, 1]


def test_a_change_that_cannot_be_told_is_set_aside_and_keeps_no_other_waiting():
    before, bad, after = change(), change("o2"), change()
    is_mended, listener = [], Listener()

    def fails(changes):
        if not is_mended and bad in [each.entry_id for each in changes]:
            raise RuntimeError("no")

    telling = Telling([fails, listener])
    while telling():
        pass

    assert listener.heard == [before, after]
    left = Untold.objects.get()
    assert (left.entry_id, left.reason) == (bad, "RuntimeError('no')")

    is_mended.append(True)
    assert not telling()
    Untold.objects.update(set_aside_at=left.set_aside_at - timedelta(minutes=61))
    assert telling()
    assert listener.heard == [before, after, bad]
    assert not Untold.objects.exists()


def test_a_database_that_is_away_is_no_fault_of_a_change():
    id_ = change()

    def fails(changes):
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        tell([fails])

    assert Untold.objects.get().set_aside_at is None
    listener = Listener()
    tell([listener])
    assert listener.heard == [id_]


def test_while_one_process_tells_another_leaves_it_alone():
    id_ = change()
    is_telling, go_on = threading.Event(), threading.Event()
    heard = []

    def slowly(changes):
        heard.extend(each.entry_id for each in changes)
        is_telling.set()
        assert go_on.wait(30)

    def in_a_thread():
        try:
            tell([slowly])
        finally:
            connection.close()

    thread = threading.Thread(target=in_a_thread)
    thread.start()
    assert is_telling.wait(30)
    later, other = change(), Listener()

    assert not tell([other])
    assert other.heard == []
    go_on.set()
    thread.join()

    assert tell([other])
    assert (heard, other.heard) == ([id_], [later])


def test_a_change_that_is_not_committed_is_not_there():
    listener = Listener()
    with transaction.atomic():
        change()
        transaction.set_rollback(True)

    assert not tell([listener])
    assert listener.heard == []
