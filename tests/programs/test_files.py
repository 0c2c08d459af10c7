"""A program with everything in it as one file: what was taken out comes in again, equal in both dialects."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from events.models import Event
from programs.files.services import FileRefused, export_program, import_program, look_at
from programs.models import Program
from programs.services import ProgramNameTaken, set_four_eyes
from tests.conftest import NOON, event_request
from vtn import errors
from vtn.caller import Caller, Role, Scope
from vtn.models import OutboxEntry

STAFF = Caller.staff("tests")
OURS = ("id", "createdDateTime", "modificationDateTime", "programID")


@pytest.fixture
def filled(retailer) -> dict[str, Any]:
    """A program with events of both dialects."""
    program = retailer.post(
        "/programs",
        {
            "programName": "day-ahead",
            "targets": ["north"],
            "payloadDescriptors": [
                {"objectType": "EVENT_PAYLOAD_DESCRIPTOR", "payloadType": "PRICE", "currency": "EUR"}
            ],
            "x-ours": {"kept": [1.10, None]},
        },
    ).json()
    first = event_request(program, reportDescriptors=[{"payloadType": "USAGE", "frequency": 0, "repeat": -1}])
    always = {"start": "0001-01-01T00:00:00Z", "duration": "P9999Y"}
    answers = [
        retailer.post("/events", first),
        retailer.post("/events", event_request(program, intervalPeriod=always, priority=0)),
        retailer.at("3.0.1").post(
            "/events", event_request(program, targets=[{"type": "SERVICE_AREA", "values": [7, 8.50, "x"]}])
        ),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [201, 201, 201], [each.content for each in answers]
    return program


def exported(program_id):
    file = BytesIO()
    export_program(program_id, file)
    return file.getvalue()


def counted():
    return [model.objects.count() for model in (Program, Event, OutboxEntry)]


def read(retailer, dialect, program_id):
    """All of it, less what is the VTN's."""
    door = retailer.at(dialect)
    found = [
        door.get(f"/programs/{program_id}").json(),
        *door.get("/events", {"programID": program_id}).json(),
    ]
    return [{name: value for name, value in each.items() if name not in OURS} for each in found]


def test_what_was_taken_out_comes_in_equal(retailer, filled):
    set_four_eyes(caller=STAFF, program_id=filled["id"], four_eyes=True, now=NOON)
    before = {dialect: read(retailer, dialect, filled["id"]) for dialect in ("3.1.0", "3.0.1")}
    document = exported(filled["id"])
    assert retailer.delete(f"/programs/{filled['id']}?cascade=true").status_code == 200

    program = import_program(caller=STAFF, document=document, now=NOON)

    assert {dialect: read(retailer, dialect, program.id) for dialect in before} == before
    assert program.four_eyes
    assert program.id != filled["id"]
    assert exported(program.id) == document
    assert Event.objects.first().created_at == NOON


def test_it_holds_nothing_but_what_was_written(retailer, filled, ven):
    document = json.loads(exported(filled["id"]))

    assert set(document) == {"format", "version", "fourEyes", "program", "parts"}
    assert set(document["parts"]) == {"events"}
    assert filled["id"] not in json.dumps(document)
    assert document["parts"]["events"][2]["literals"] == {"SERVICE_AREA:7": 7, "SERVICE_AREA:8.5": 8.5}


def test_a_name_that_is_taken_is_refused_and_nothing_is_made(filled):
    document, before = exported(filled["id"]), counted()

    for act in (look_at, lambda it: import_program(caller=STAFF, document=it, now=NOON)):
        with pytest.raises(ProgramNameTaken):
            act(document)

    assert counted() == before


def changed(document, change):
    written = json.loads(document)
    written["program"]["request"]["programName"] = "another"
    change(written)
    return json.dumps(written).encode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda it: it.update(format="other"), "no file of a program"),
        (lambda it: it.update(version=2), "version"),
        (lambda it: it.update(unknown=1), "unknown"),
        (lambda it: it["program"]["request"].update(programName=""), "programName"),
        (lambda it: it["program"].update(literals={"north": "text"}), "literals"),
        (lambda it: it["parts"].update(resources=[]), "there is no 'resources' here"),
        (lambda it: it["parts"].update(events=7), "parts"),
        (lambda it: it["parts"]["events"].append({}), r"events: \[3\] .*request"),
        (lambda it: it["parts"]["events"][1]["request"].update(intervals=[{}]), r"events: \[1\] intervals"),
        (lambda it: it["parts"]["events"][2]["request"].update(targets=[""]), r"events: \[2\] targets"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_faults_and_nothing_is_made(filled, change, told):
    document, before = changed(exported(filled["id"]), change), counted()

    with pytest.raises(errors.Invalid, match=told):
        import_program(caller=STAFF, document=document, now=NOON)

    assert counted() == before


def test_all_faults_are_told_at_once(filled):
    def spoil(written):
        for event in written["parts"]["events"]:
            event["request"]["priority"] = -1

    with pytest.raises(FileRefused) as refusal:
        look_at(changed(exported(filled["id"]), spoil))

    assert refusal.value.detail.count("priority") == 3


@pytest.mark.parametrize(
    "document", [b"", b"[]", b"{", b"null", b'{"format": "openadr3-program", "version": 1}']
)
def test_what_is_no_file_at_all(db, document):
    with pytest.raises(errors.Invalid):
        import_program(caller=STAFF, document=document, now=NOON)

    assert not Program.objects.exists()


def test_a_ven_may_not_bring_in_a_program(filled):
    ven = Caller(client_id="ven", role=Role.VEN, scopes=frozenset(Scope))
    document, before = changed(exported(filled["id"]), lambda it: None), counted()

    for each in (document, b"not even a file"):
        with pytest.raises(errors.Forbidden):
            import_program(caller=ven, document=each, now=NOON)

    assert counted() == before


def test_the_commands_do_the_same(filled, tmp_path, capsys):
    file = tmp_path / "program.json"
    call_command("export_program", "day-ahead", "--output", str(file))
    before = counted()

    with pytest.raises(CommandError, match="already a program"):
        call_command("import_program", str(file))
    file.write_bytes(changed(file.read_bytes(), lambda it: None))
    call_command("import_program", str(file), "--dry-run")
    assert "“another” can be made, with 3 events" in capsys.readouterr().out
    assert counted() == before

    call_command("import_program", str(file))
    assert Event.objects.filter(program__program_name="another").count() == 3
    with pytest.raises(CommandError, match="There is no program"):
        call_command("export_program", "nothing")


def test_reading_it_takes_as_many_queries_for_many_events(retailer, filled, django_assert_num_queries):
    for _ in range(5):
        retailer.post("/events", event_request(filled))

    with django_assert_num_queries(4):
        exported(filled["id"])
