"""Licences from a table: all or none, with a word on each line."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from licensing.documents import TYPES, recorded
from licensing.importing.services import import_licenses
from licensing.importing.verdicts import Found
from licensing.models import Controller, Customer, Datalink, License, Order
from licensing.wire import table
from tests.conftest import NOON
from tests.licensing.conftest import STAFF
from vtn.models import OutboxEntry, Untold
from vtn.wire.spreadsheet import UnreadableTable

# However many licences: turn, look, write, record.
_STATEMENTS = 13

TABLE = """\
key,customer,order,gridKw,batteryKw,type,creationDate,activationDate,duration,deactivationDate,nodeId
SGO-1,Bakery,2026-1,40,,commercial,2026-01-01T00:00:00Z,2026-02-01T00:00:00+01:00,24,,12
SGO-2,Florist,,null,20,residential,,,0,2027-01-01T00:00:00Z,
"""


def imported(text, *, is_dry_run=False):
    document = text if isinstance(text, bytes) else text.encode()
    return import_licenses(caller=STAFF, lines=table.read(document), is_dry_run=is_dry_run, now=NOON)


def told(text, **options):
    return [
        (each.number, each.key, each.found.value, each.text) for each in imported(text, **options).verdicts
    ]


def nothing_is_there():
    return not any(kind.objects.exists() for kind in (License, Order, Customer, Controller, OutboxEntry))


def test_licences_are_created_with_whose_they_are(db):
    found = imported(TABLE)

    assert (found.is_done, found.count(Found.NEW)) == (True, 2)
    first, second = License.objects.order_by("key")
    assert (str(first.order), first.grid_kw, first.battery_kw, first.type) == (
        "2026-1 of Bakery",
        40,
        None,
        "commercial",
    )
    assert first.activated_at == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert (first.duration, first.deactivated_at) == (24, None)
    assert first.datalink.controller.node_id == "12"
    assert (first.datalink.controller.customer.name, first.datalink.claimed_by) == ("Bakery", "staff:anna")
    assert (str(second.order), second.battery_kw, second.created_at) == ("import of Florist", 20, NOON)
    assert second.deactivated_at == datetime(2027, 1, 1, tzinfo=UTC)
    entries = OutboxEntry.objects.filter(object_type="LICENSE").order_by("id")
    assert [(each.operation, each.after["key"]) for each in entries] == [
        ("CREATE", "SGO-1"),
        ("CREATE", "SGO-2"),
    ]


def test_a_dry_run_says_the_same_and_creates_nothing(db):
    assert told(TABLE, is_dry_run=True) == [(2, "SGO-1", "new", ""), (3, "SGO-2", "new", "")]
    assert nothing_is_there()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.replace("gridKw", " grid_kw ").replace("nodeId", "NODE ID").encode(),
        lambda text: text.replace("Bakery", '"Bakery"').encode() + b"\n,,,,,,,,,,\n",
    ],
)
def test_a_table_is_read_as_spreadsheets_write_it(db, change):
    assert [each[:3] for each in told(change(TABLE))] == [(2, "SGO-1", "new"), (3, "SGO-2", "new")]
    assert Datalink.objects.get().controller.node_id == "12"


def test_again_it_changes_nothing(db):
    imported(TABLE)
    entries = OutboxEntry.objects.count()

    assert told(TABLE) == [(2, "SGO-1", "there already", ""), (3, "SGO-2", "there already", "")]

    assert (License.objects.count(), OutboxEntry.objects.count()) == (2, entries)


def test_a_longer_table_adds_what_is_new(db):
    imported(TABLE)

    assert [each[2] for each in told(TABLE + "SGO-3,Bakery,2026-1,,,,,,,,12\n")] == [
        "there already",
        "there already",
        "new",
    ]

    assert (Customer.objects.count(), Order.objects.count(), Controller.objects.count()) == (2, 2, 1)


def test_a_date_that_was_set_is_never_changed(db):
    imported(TABLE)

    ((_, _, found, text), _) = told(TABLE.replace(",24,,12", ",24,2030-01-01T00:00:00Z,12"))

    assert (found, text) == ("fault", "the key is there already, with another deactivated at")
    assert License.objects.get(key="SGO-1").deactivated_at is None


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (",Bakery,,,,,,,,,", "key: 1 to 50 characters"),
        (f"{'x' * 51},Bakery,,,,,,,,,", "key: 1 to 50 characters"),
        ("SGO-9,,,,,,,,,,", "customer: 1 to 128 characters"),
        ("SGO-9,Bakery,,-1,,,,,,,", "gridKw: is not a whole number from 0 on"),
        ("SGO-9,Bakery,,1.5,,,,,,,", "gridKw: is not a whole number from 0 on"),
        ("SGO-9,Bakery,,2147483648,,,,,,,", "gridKw: is not a whole number from 0 on"),
        ("SGO-9,Bakery,,,,industrial,,,,,", "type: is neither residential nor commercial"),
        (
            "SGO-9,Bakery,,,,,,2026-02-01,,,",
            "activationDate: '2026-02-01' is not an RFC 3339 date-time with an offset, such as 2023-06-15T09:30:00Z",
        ),
        ("SGO-9,Bakery,,,,,,,x,,", "duration: is not a whole number from 0 on"),
        ("SGO-9,Bakery", "has 2 cells, and there are 11 columns"),
        ("SGO-1,Bakery,,,,,,,,,", "the key is that of line 2"),
        ("SGO-9,Florist,,,,,,,,,12", "nodeId: the controller 12 is of the customer 'Bakery'"),
    ],
)
def test_one_line_at_fault_keeps_all_from_being_created(db, line, text):
    found = imported(f"{TABLE}{line}\n")

    assert not found.is_done
    assert [(each.number, each.text) for each in found.verdicts if each.found is Found.FAULT] == [(4, text)]
    assert nothing_is_there()


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (b"", "The first line names the columns, and one of them has to be “key”"),
        (b"key\nSGO-1\n", "The first line names the columns, and one of them has to be “customer”"),
        (b"key,customer,colour\n", "The first line names a column “colour”; there are: key, customer"),
        (b"key,customer,KEY\n", "The first line names a column twice"),
        (b"\xff\xfe", "This is not a text in UTF-8"),
        (b"key,customer\nSGO\0,Bakery\n", "This is no text: it holds NUL characters"),
        (b'key,customer\n"SGO,Bakery\n', "Line 2: unexpected end of data"),
    ],
)
def test_what_is_no_table_is_refused(document, text):
    with pytest.raises(UnreadableTable) as caught:
        table.read(document)

    assert caught.value.detail.startswith(text)


def many(numbers):
    lines = "".join(f"SGO-{number},Customer {number // 10},,,,,,,,,{number}\n" for number in numbers)
    return f"{TABLE.splitlines()[0]}\n{lines}"


def test_ten_times_as_many_take_as_many_statements(db, django_assert_num_queries):
    with django_assert_num_queries(_STATEMENTS):
        imported(many(range(100)))
    with django_assert_num_queries(_STATEMENTS):
        assert imported(many(range(1_000, 1_900))).count(Found.NEW) == 900

    assert (Customer.objects.count(), License.objects.count(), Datalink.objects.count()) == (
        100,
        1_000,
        1_000,
    )


def test_what_is_made_for_a_licence_is_recorded_before_it(db):
    imported(TABLE)
    imported(TABLE + "SGO-3,Bakery,2026-2,,,,,,,,12\n")

    entries = [(each.object_type, each.operation) for each in OutboxEntry.objects.order_by("id")]

    florist = ["CUSTOMER", "ORDER", "LICENSE"]
    bakery = ["CUSTOMER", "ORDER", "CONTROLLER", "LICENSE"]
    assert entries == [(kind, "CREATE") for kind in [*bakery, *florist, "ORDER", "LICENSE"]]


def test_what_is_recorded_are_the_rows_as_they_stand(db):
    imported(TABLE)

    for kind in (Customer, Order, Controller, License):
        for stored in kind.objects.all():
            entry = OutboxEntry.objects.get(object_type=TYPES[kind], object_id=str(stored.pk))
            assert (entry.before, entry.after, entry.made_by) == (None, recorded(stored), "staff:anna")
    told = OutboxEntry.objects.filter(id__in=Untold.objects.values("entry_id"))
    assert sorted(told.values_list("object_type", flat=True)) == ["LICENSE", "LICENSE"]


def test_a_controller_of_nobody_becomes_the_customers(db):
    nobodys = Controller.objects.create(node_id="12")

    imported(TABLE)

    nobodys.refresh_from_db()
    assert nobodys.customer.name == "Bakery"
    entry = OutboxEntry.objects.get(object_type="CONTROLLER")
    assert (entry.operation, entry.before["customer_id"], entry.after["customer_id"]) == (
        "UPDATE",
        None,
        str(nobodys.customer.pk),
    )


def test_but_only_one_customers(db):
    Controller.objects.create(node_id="12")

    found = imported(TABLE + "SGO-9,Florist,,,,,,,,,12\n")

    assert found.verdicts[2].text == "nodeId: the controller 12 is of the customer 'Bakery'"
    assert Controller.objects.get().customer is None
    assert not License.objects.exists()


def test_a_page_shows_what_is_at_fault_and_no_more_than_can_be_read(db):
    good = imported(many(range(600)), is_dry_run=True)
    bad = imported(many(range(600)) + "SGO-1,Bakery,,,,,,,,,\n", is_dry_run=True)

    assert len(good.shown) == 500
    assert [verdict.number for verdict in bad.shown] == [602]


def test_the_command_says_what_becomes_of_each_line(db, tmp_path):
    file = tmp_path / "licences.csv"
    file.write_text(TABLE)
    dry, real = StringIO(), StringIO()

    call_command("import_licenses", str(file), "--dry-run", stdout=dry)
    assert nothing_is_there()
    call_command("import_licenses", str(file), stdout=real)

    lines = "line 2: SGO-1: new\nline 3: SGO-2: new\n"
    assert dry.getvalue() == f"{lines}2 licences would be created\n"
    assert real.getvalue() == f"{lines}2 licences were created\n"


def test_the_command_fails_with_a_fault(db, tmp_path):
    file, out = tmp_path / "licences.csv", StringIO()
    file.write_text(f"{TABLE}SGO-1,Bakery,,,,,,,,,\n")

    with pytest.raises(CommandError, match="1 lines are at fault; nothing was created"):
        call_command("import_licenses", str(file), stdout=out)

    assert "line 4: SGO-1: fault: the key is that of line 2" in out.getvalue()
    assert nothing_is_there()
