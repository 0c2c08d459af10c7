"""Timings.csv in and out: ten real files, what is told of each line, and what is refused as a whole."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tariffs.models import StoredTiming
from tariffs.timings.importing import import_file
from tests.conftest import NOON
from vtn import errors
from vtn.caller import ROLE_SCOPES, Caller, Role
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

FILES = sorted((Path(__file__).parents[2] / "data/cgrates").glob("*.csv"))
TWO = (
    b"#Tag,Years,Months,MonthDays,WeekDays,Time\nPEAK,*any,*any,*any,1;2;3;4;5,08:00:00\nNIGHT,,,,,00:00:00\n"
)
COLUMNS = "line 1: the columns must be Tag,Years,Months,MonthDays,WeekDays,Time"
STAFF = Caller.staff("tests")


@pytest.fixture
def import_bytes(tmp_path):
    def import_bytes(document: bytes, *arguments: str) -> list[str]:
        path, printed = tmp_path / "Timings.csv", StringIO()
        path.write_bytes(document)
        call_command("import_timings", str(path), "--tpid", "PLAN", *arguments, stdout=printed)
        return printed.getvalue().splitlines()

    return import_bytes


def refusal(import_bytes, document: bytes, *arguments: str) -> list[str]:
    """The lines of the refusal, less the path of the file."""
    before = list(StoredTiming.objects.values()), OutboxEntry.objects.count()
    with pytest.raises(CommandError) as refused:
        import_bytes(document, *arguments)
    assert (list(StoredTiming.objects.values()), OutboxEntry.objects.count()) == before
    *told, last = str(refused.value).splitlines()
    assert last == "Nothing is stored."
    return [line.partition("Timings.csv, ")[2] for line in told]


def stored() -> dict[str, tuple[str, ...]]:
    texts = ("years", "months", "month_days", "week_days", "time")
    return {each.tag: tuple(getattr(each, name) for name in texts) for each in StoredTiming.objects.all()}


def exported() -> str:
    printed = StringIO()
    call_command("export_timings", "--tpid", "PLAN", stdout=printed)
    return printed.getvalue()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_real_file_is_stored_verbatim(import_bytes, file):
    report = import_bytes(file.read_bytes())

    lines = [line for line in file.read_text().splitlines() if not line.startswith(("#", "Tag,"))]
    assert {tag: list(texts) for tag, texts in stored().items()} == {
        line.split(",")[0]: line.split(",")[1:] for line in lines
    }
    assert f"{len(lines)} created, 0 updated, 0 unchanged, 0 deleted" in report
    assert not any("passed over" in line or "never active" in line for line in report)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_is_exported_is_imported_unchanged(import_bytes, file):
    import_bytes(file.read_bytes())

    report = import_bytes(exported().encode(), "--replace")

    assert f"0 created, 0 updated, {StoredTiming.objects.count()} unchanged, 0 deleted" in report


def test_a_line_is_told_of_each_line(import_bytes):
    import_bytes(TWO)

    assert import_bytes(TWO.replace(b"08:00", b"09:00") + b"NEW,2026,13,,x;7,08:30\n") == [
        "line 2: PEAK: updated",
        "line 3: NIGHT: unchanged",
        "line 4: NEW: created; 'x' is no number and is passed over; there is no month 13; '08:30' is no time of day "
        "such as 08:00:00, so that this is never active",
        "1 created, 1 updated, 1 unchanged, 0 deleted",
        "The loader of 2013 would have refused 2 of these lines.",
    ]
    assert stored()["NEW"] == ("2026", "13", "", "x;7", "08:30")


def test_each_change_is_in_the_audit(import_bytes):
    import_bytes(TWO)
    import_bytes(TWO.replace(b"08:00", b"09:00").replace(b"NIGHT", b"DAY"), "--replace")

    entries = OutboxEntry.objects.filter(object_type="TIMING").order_by("id")
    assert [(each.operation, (each.after or each.before)["ID"]) for each in entries] == [
        ("CREATE", "PEAK"),
        ("CREATE", "NIGHT"),
        ("CREATE", "DAY"),
        ("UPDATE", "PEAK"),
        ("DELETE", "NIGHT"),
    ]
    assert {each.made_by for each in entries} == {"staff:manage.py"}
    assert len({each.object_id for each in entries if (each.after or each.before)["ID"] == "PEAK"}) == 1


def test_a_dry_run_says_the_same_and_stores_nothing(import_bytes):
    report = import_bytes(TWO, "--dry-run")

    assert report[:2] == ["line 2: PEAK: created", "line 3: NIGHT: created"]
    assert report[2].endswith("A dry run: nothing is stored.")
    assert not StoredTiming.objects.exists()
    assert not OutboxEntry.objects.filter(object_type="TIMING").exists()


def test_others_are_deleted_only_when_asked_and_only_in_this_plan(import_bytes):
    import_bytes(TWO)
    StoredTiming.objects.create(tpid="OTHER", tag="PEAK", created_at=NOON, modified_at=NOON)
    one = b"PEAK,*any,*any,*any,1;2;3;4;5,08:00:00\n"

    assert "0 created, 0 updated, 1 unchanged, 0 deleted" in import_bytes(one)
    assert set(stored()) == {"PEAK", "NIGHT"}
    assert "NIGHT: deleted" in import_bytes(one, "--replace")
    assert [*StoredTiming.objects.order_by("tpid").values_list("tpid", "tag")] == [
        ("OTHER", "PEAK"),
        ("PLAN", "PEAK"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        b"\xef\xbb\xbf" + TWO,
        TWO.replace(b"\n", b"\r\n"),
        TWO.replace(b"\n", b"\r"),
        TWO.rstrip(b"\n"),
        TWO.replace(b"#Tag", b"#ID"),
        TWO.replace(b"#Tag", b"Tag"),
        TWO.partition(b"\n")[2],
        b"# PEAK and NIGHT, as agreed\n\n" + TWO + b"\n\n",
        b'Tag,"Years",Months,MonthDays,WeekDays,Time\n"PEAK","*any",*any,*any,"1;2;3;4;5",08:00:00\nNIGHT,,,,,00:00:00',
    ],
)
def test_all_forms_say_the_same(import_bytes, document):
    import_bytes(document)

    assert stored() == {
        "PEAK": ("*any", "*any", "*any", "1;2;3;4;5", "08:00:00"),
        "NIGHT": ("", "", "", "", "00:00:00"),
    }


def test_a_timing_may_be_called_id(import_bytes):
    import_bytes(b"ID,*any,*any,*any,*any,00:00:00\nTag,2026,,,,*asap\n")

    assert set(stored()) == {"ID", "Tag"}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (TWO + b"PEAK,,,,,", ["line 4: duplicate timing tag: PEAK, which line 2 has"]),
        (TWO + b"HALF,*any,*any", ["line 4: 3 columns instead of 6"]),
        (TWO + b"HALF,*any,*any,*any,1,08:0", ["line 4: the file ends in the middle of a time: '08:0'"]),
        (TWO + b"A,,,,,,\n,,,,,\n", ["line 4: 7 columns instead of 6", "line 5: the tag is missing"]),
        (TWO + b'HALF,"*any,*any', ["line 4: this is no CSV: unexpected end of data"]),
        (TWO + b"CAF\xe9,,,,,\n", ["line 4: this is not UTF-8"]),
        (TWO.decode().encode("utf-16"), ["line 1: this is not UTF-8"]),
        (TWO + b"x" * 65 + b",,,,,\n", ["line 4: value too long for tag: more than 64 characters"]),
        (TWO + b"A,,,,," + b"1" * 33 + b"\n", ["line 4: value too long for time: more than 32 characters"]),
        (TWO + b"A\0,,,,,\n", ["line 4: tag holds a NUL character"]),
        (b"Tag,Months,Years,MonthDays,WeekDays,Time\nA,1,2026,,,\n", [COLUMNS]),
        (b"#Tag,Years,Months,MonthDays,Time\nA,,,,\n", [COLUMNS]),
        (b"", ["line 1: there is no timing in this file"]),
        (b"#Tag,Years,Months,MonthDays,WeekDays,Time\n", ["line 1: there is no timing in this file"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_line_and_nothing_is_stored(import_bytes, document, told):
    import_bytes(b"OLD,,,,,\n")

    assert refusal(import_bytes, document, "--replace") == told


@pytest.mark.parametrize("tpid", ["", " ", "x" * 65, "a\0"])
def test_a_plan_needs_a_name(tpid):
    with pytest.raises(errors.Invalid):
        import_file(caller=STAFF, tpid=tpid, document=TWO, is_replacing=False, is_dry_run=False, now=NOON)
    assert not StoredTiming.objects.exists()


def test_a_ven_may_not_import():
    ven = Caller("ven", Role.VEN, ROLE_SCOPES[Role.VEN])

    with pytest.raises(errors.Forbidden):
        import_file(caller=ven, tpid="PLAN", document=TWO, is_replacing=False, is_dry_run=True, now=NOON)


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_timings", "nowhere.csv", "--tpid", "PLAN")


def test_a_plan_that_is_not_there_is_not_exported():
    with pytest.raises(CommandError, match="There is no tariff plan 'PLAN'"):
        exported()


def test_odd_texts_survive_the_way_out_and_in(import_bytes):
    odd = ["#HASH", 'QUOTE"', "COMMA,", "two\nlines", " space "]
    document = "".join('"{}",*any,,,1;x,"00:00:00"\n'.format(tag.replace('"', '""')) for tag in odd)
    import_bytes(document.encode())
    assert set(stored()) == set(odd)

    report = import_bytes(exported().encode(), "--replace")

    assert "0 created, 0 updated, 5 unchanged, 0 deleted" in report


def test_a_large_file_takes_a_fixed_number_of_queries_for_each_two_thousand(django_assert_num_queries):
    document = "".join(
        f"T{number},*any,*any,*any,{number % 7},08:00:00\n" for number in range(2_000)
    ).encode()

    # Those of the transaction, the plan's lock, what is stored, the timings, and the audit.
    with django_assert_num_queries(7):
        import_file(
            caller=STAFF, tpid="PLAN", document=document, is_replacing=True, is_dry_run=False, now=NOON
        )
    assert StoredTiming.objects.count() == 2_000
