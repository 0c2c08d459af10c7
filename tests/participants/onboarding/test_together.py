"""Many VENs that are written together leave the same behind as if each had been made by itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model

from participants.models import Client, ClientSecret, Resource, ResourceTarget, Ven, VenTarget
from participants.onboarding import looking
from participants.onboarding import table as reading
from participants.onboarding.services import SomebodyElseOnboards, onboard
from participants.onboarding.table import MOST_LINES, MOST_NAMED, parts
from participants.services.client_secrets import add_secret
from participants.services.clients import create_client
from participants.services.vens import create_ven
from tests.conftest import NOON
from tests.participants.onboarding.test_onboarding import STAFF, TABLE, counted
from tests.programs.test_program_concurrency import somebody_waits
from tests.web import _test_database_url as database_url
from vtn.caller import Role
from vtn.models import OutboxEntry, Untold
from vtn.polling.state import polling
from vtn.wire.spreadsheet import UnreadableTable

# Rows are told apart by what somebody has named, for ids and hashes are others each time.
KEPT: list[tuple[type[Model], tuple[str, ...]]] = [
    (Client, ("client_id",)),
    (ClientSecret, ("client_id",)),
    (Ven, ("ven_name",)),
    (VenTarget, ("ven__ven_name", "target")),
    (Resource, ("resource_name",)),
    (ResourceTarget, ("resource_name", "target")),
    (OutboxEntry, ("id",)),
]


def table(count: int) -> bytes:
    lines = (f"house {number},north|street {number % 50},heat pump|battery" for number in range(count))
    return "\n".join(["name,targets,resources", *lines]).encode()


def onboarded_one_by_one(document: bytes) -> None:
    for part in parts(document):
        for newcomer in part:
            client_id = newcomer.client_id
            create_client(caller=STAFF, client_id=client_id, name=newcomer.name, role=Role.VEN, now=NOON)
            add_secret(caller=STAFF, client_id=client_id, label="onboarding", now=NOON)
            create_ven(caller=STAFF, content=newcomer.content, now=NOON)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All columns of all rows, each id and hash by the order in which it comes first."""
    named: dict[str, str] = {
        row_id: f"{model.__name__} {place}"
        for model, order in ((Ven, "ven_name"), (Resource, "resource_name"))
        for place, row_id in enumerate(model.objects.order_by(order).values_list("id", flat=True))
    }
    named |= {
        f'"id": {secret_id}, "label"': f'"id": "secret {place}", "label"'
        for place, secret_id in enumerate(
            ClientSecret.objects.order_by("client_id").values_list("id", flat=True)
        )
    }
    found = {}
    for model, order in KEPT:
        rows = [
            {name: value for name, value in row.items() if not _differs(model, name)}
            for row in model.objects.order_by(*order).values()
        ]
        text = json.dumps(rows, default=str)
        for row_id, name in named.items():
            text = text.replace(row_id, name)
        found[model.__name__] = json.loads(text)
    found["Untold"] = [
        {"of": entry.object_type, "reason": untold.reason, "set_aside_at": untold.set_aside_at}
        for untold in Untold.objects.order_by("entry_id")
        for entry in [OutboxEntry.objects.get(id=untold.entry_id)]
    ]
    return found


def test_all_columns_of_all_rows_are_those_of_single_services(db):
    with transaction.atomic():
        onboarded_one_by_one(TABLE.encode())
        single = everything()
        transaction.set_rollback(True)
    assert not Client.objects.exists()

    onboard(caller=STAFF, document=TABLE.encode(), now=NOON)

    assert everything() == single
    assert [len(rows) for rows in single.values()] == [2, 2, 2, 3, 3, 1, 9, 5]


@pytest.fixture
def heard(monkeypatch):
    """The keys that were announced, whatever in how many moves."""
    keys: set[str] = set()
    monkeypatch.setattr(polling().versions, "move", lambda change, moved: keys.update(moved))
    return keys


def test_the_same_answers_end(db, heard, django_capture_on_commit_callbacks):
    def moved(do):
        heard.clear()
        with transaction.atomic():
            with django_capture_on_commit_callbacks(execute=True):
                do()
            names = dict(Ven.objects.values_list("id", "ven_name"))
            names |= dict(Resource.objects.values_list("id", "resource_name"))
            transaction.set_rollback(True)
        return {_renamed(key, names) for key in heard}

    single = moved(lambda: onboarded_one_by_one(TABLE.encode()))
    together = moved(lambda: onboard(caller=STAFF, document=TABLE.encode(), now=NOON))

    assert together == single
    assert {"vens:*", "vens:client:house-1", "client:house-2", "resources:id:battery"} <= single


def _renamed(text: str, names: dict[str, str]) -> str:
    for row_id, name in names.items():
        text = text.replace(row_id, name)
    return text


def test_ten_times_as_many_take_as_many_statements(db, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(reading, "_AT_ONCE", 1_000)
    onboard(caller=STAFF, document=b"name\nfirst", now=NOON)
    for start, count in ((0, 10), (10, 100)):
        document = table(start + count).splitlines()
        with django_assert_num_queries(14):
            onboard(caller=STAFF, document=b"\n".join([document[0], *document[start + 1 :]]), now=NOON)

    assert (Ven.objects.count(), Resource.objects.count()) == (111, 220)


def test_more_than_stand_in_memory_at_a_time_are_all_made(db, monkeypatch):
    monkeypatch.setattr(reading, "_AT_ONCE", 7)
    told: list[int] = []

    made = onboard(caller=STAFF, document=table(20), now=NOON, tell=told.append)

    assert told == [7, 14, 20]
    assert [each.name for each in made] == [f"house {number}" for number in range(20)]
    assert Ven.objects.count() == 20


def test_a_line_is_compared_with_those_that_are_not_in_memory_any_more(db, monkeypatch):
    monkeypatch.setattr(reading, "_AT_ONCE", 2)

    report = looking.look_at(b"name\na\nb\nc\na\n")

    assert (report.good, [(fault.line, fault.text) for fault in report.faults]) == (
        3,
        [(5, "name: line 2 has the same")],
    )


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_wait_for_each_other():
    """As when the button is pressed twice."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('participants.onboarding'))")
        with pytest.raises(SomebodyElseOnboards):
            onboard(caller=STAFF, document=TABLE.encode(), now=NOON)
        other.rollback()
    finally:
        other.close()

    assert counted() == [0, 0, 0, 0, 0]
    assert len(onboard(caller=STAFF, document=TABLE.encode(), now=NOON)) == 2


@pytest.mark.django_db(transaction=True)
def test_of_a_process_that_is_killed_in_the_middle_nothing_is_left(tmp_path):
    """It has written the first lines, and waits for the last one, which somebody else holds."""
    document, credentials = tmp_path / "vens.csv", tmp_path / "credentials.csv"
    document.write_bytes(table(1_200))
    command = [sys.executable, "manage.py", "onboard_vens", str(document), "--credentials", str(credentials)]
    with transaction.atomic():
        create_client(caller=STAFF, client_id="mine", name="house 1199", role=Role.VEN, now=NOON)
        process = subprocess.Popen(
            command, env={**os.environ, "DATABASE_URL": database_url()}, stderr=subprocess.PIPE, text=True
        )
        try:
            wait_until(somebody_waits)
            process.send_signal(signal.SIGKILL)
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
        transaction.set_rollback(True)
    wait_until(lambda: not is_at_work())

    assert "1000 VENs are written, and not committed yet" in said
    assert counted() == [0, 0, 0, 0, 0]
    assert credentials.read_bytes() == b""


def wait_until(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_at_work() -> bool:
    """Whether the database still has a transaction of the other process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')")
        return cursor.fetchone()[0]


def test_what_stands_in_memory_does_not_grow_with_the_table(db):
    def peak(count: int) -> int:
        document = table(count)
        tracemalloc.start()
        looking.look_at(document)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few, many = peak(2_000), peak(10_000)

    # What grows is the text, and for each line its name and its id.
    assert many - few < 8_000 * 1_000


def test_a_table_may_have_so_many_lines_and_no_more():
    assert sum(map(len, parts(table(MOST_LINES)))) == MOST_LINES
    with pytest.raises(UnreadableTable, match=f"more than {MOST_LINES} lines"):
        list(parts(table(MOST_LINES + 1)))


@pytest.mark.parametrize("what", ["resources", "targets", "attributes"])
def test_and_what_it_names_has_an_end_too(db, what, monkeypatch):
    """A line of a few kilobytes may name thousands."""
    monkeypatch.setitem(MOST_NAMED, what, 6)
    three = "A=1|B=2|C=3" if what == "attributes" else "a|b|c"
    document = f"name,{what}\nfirst,{three}\nsecond,{three}"

    assert looking.look_at(document.encode()).good == 2
    with pytest.raises(UnreadableTable, match=f"more than 6 {what}"):
        onboard(caller=STAFF, document=f"{document}\nthird,{three[:3]}".encode(), now=NOON)
    assert counted() == [0, 0, 0, 0, 0]


def test_what_its_resources_name_counts_as_well(monkeypatch):
    monkeypatch.setitem(MOST_NAMED, "targets", 2)
    document = b'name,resources\nfirst,"[{""resourceName"": ""meter"", ""targets"": [""a"", ""b"", ""c""]}]"'

    with pytest.raises(UnreadableTable, match="more than 2 targets"):
        list(parts(document))


def _differs(model: type[Model], column: str) -> bool:
    return column == "hash" or (column == "id" and model in (ClientSecret, OutboxEntry))
