"""The record of changes: one entry for each, with what was before and after, who made it and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from events import rows
from events.models import Event
from events.services import create_event, delete_event, update_event
from events.wire.v310 import parse_event
from programs.models import Program
from programs.services import create_program
from programs.wire.v310 import parse_program
from tests.conftest import NOON, event_request
from vtn import errors
from vtn.caller import Caller, Role, Scope
from vtn.models import OutboxEntry
from vtn.polling.state import polling

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


def changes(kind: str) -> list[OutboxEntry]:
    return list(OutboxEntry.objects.filter(object_type=kind).order_by("id"))


def facts(entry: OutboxEntry) -> tuple[str, str, str, Any, Any]:
    return entry.operation, entry.object_id, entry.made_by, entry.before, entry.after


def exact(document: Any) -> Any:
    """JSON of an answer with its numbers as the outbox keeps them."""
    if isinstance(document, dict):
        return {name: exact(value) for name, value in document.items()}
    if isinstance(document, list):
        return [exact(value) for value in document]
    return Decimal(str(document)) if isinstance(document, float) else document


class TestEveryChange:
    def test_of_a_program_has_one_entry(self, retailer):
        created = retailer.post("/programs", {"programName": "p", "targets": ["north"]}).json()
        path = f"/programs/{created['id']}"
        replaced = retailer.put(path, {"programName": "q"}).json()
        retailer.delete(path)

        assert [facts(entry) for entry in changes("PROGRAM")] == [
            ("CREATE", created["id"], "client:retailer", None, created),
            ("UPDATE", created["id"], "client:retailer", created, replaced),
            ("DELETE", created["id"], "client:retailer", replaced, None),
        ]

    def test_of_an_event_has_one_entry(self, retailer, program):
        created = retailer.post("/events", event_request(program, targets=["north", "south"])).json()
        path = f"/events/{created['id']}"
        replaced = retailer.put(path, event_request(program, priority=1)).json()
        retailer.delete(path)

        assert [facts(entry) for entry in changes("EVENT")] == [
            ("CREATE", created["id"], "client:retailer", None, exact(created)),
            ("UPDATE", created["id"], "client:retailer", exact(created), exact(replaced)),
            ("DELETE", created["id"], "client:retailer", exact(replaced), None),
        ]

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_is_recorded_in_3_1_whatever_its_dialect(self, retailer, program, dialect):
        door = retailer.at(dialect)
        targets = ["north"] if dialect == "3.1.0" else [{"type": "GROUP", "values": ["north"]}]
        event_id = door.post("/events", event_request(program, targets=targets)).json()["id"]
        created = retailer.get(f"/events/{event_id}").json()
        door.delete(f"/events/{event_id}")

        entries = changes("EVENT")
        assert [entry.operation for entry in entries] == ["CREATE", "DELETE"]
        assert entries[0].after == entries[1].before == exact(created)
        assert created["targets"] == ["north"]

    def test_that_changes_nothing_is_a_change(self, retailer, program):
        retailer.put(f"/programs/{program['id']}", {"programName": "day-ahead"})

        assert [entry.operation for entry in changes("PROGRAM")] == ["CREATE", "UPDATE"]

    def test_has_the_time_of_the_object(self, retailer, program):
        event = retailer.post("/events", event_request(program)).json()

        (entry,) = changes("EVENT")
        assert entry.made_at == datetime.fromisoformat(event["modificationDateTime"])
        assert entry.made_at == Event.objects.get().modified_at

    def test_by_staff_names_them(self, db):
        staff = Caller.staff("anna")
        later = NOON + timedelta(hours=1)

        program = create_program(caller=staff, content=parse_program({"programName": "p"}), now=NOON)
        content = parse_event({"programID": program.id})
        event = create_event(caller=staff, content=content, now=NOON)
        update_event(caller=staff, event_id=event.id, content=content, now=later)
        delete_event(caller=staff, event_id=event.id, now=later)

        assert {entry.made_by for entry in OutboxEntry.objects.all()} == {"staff:anna"}
        assert [entry.made_at for entry in changes("EVENT")] == [NOON, later, later]

    def test_keeps_numbers_and_unknown_members(self, retailer, program):
        text = f'{{"programID":"{program["id"]}","x":[0.10,1e2,{{"y":123456789012345678901234567890}}]}}'

        retailer.send("POST", "/events", text.encode(), "application/json")

        (entry,) = changes("EVENT")
        assert str(entry.after["x"]) == "[Decimal('0.10'), 100, {'y': 123456789012345678901234567890}]"


def test_a_program_with_its_events_is_one_entry_each_events_first(retailer, program):
    events = [retailer.post("/events", event_request(program, targets=[f"{n}"])).json() for n in range(3)]
    before = OutboxEntry.objects.count()

    retailer.delete(f"/programs/{program['id']}?cascade=true")

    entries = list(OutboxEntry.objects.order_by("id"))[before:]
    assert [facts(entry) for entry in entries] == [
        *[("DELETE", event["id"], "client:retailer", exact(event), None) for event in events],
        ("DELETE", program["id"], "client:retailer", program, None),
    ]
    assert len({entry.made_at for entry in entries}) == 1


class TestAWriteThatFails:
    def test_half_way_leaves_nothing(self, retailer, program, monkeypatch):
        """The derived rows are written after the event, or along with it, and not before the entry."""
        event = retailer.post("/events", event_request(program)).json()
        before = OutboxEntry.objects.count()

        def fail(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(rows, "_derived", fail)
        answers = [
            retailer.post("/events", event_request(program)),
            retailer.put(f"/events/{event['id']}", event_request(program, priority=5)),
        ]

        assert [answer.status_code for answer in answers] == [500, 500]
        assert {answer["Content-Type"] for answer in answers} == {"application/json"}
        assert answers[0].json() == {
            "title": "Internal Server Error",
            "status": 500,
            "detail": "The server failed to answer; the failure has been logged",
        }
        assert retailer.get("/events").json() == [event]
        assert OutboxEntry.objects.count() == before

    @pytest.mark.django_db(transaction=True)
    def test_with_its_surroundings_leaves_nothing_and_moves_no_version(self):
        staff = Caller.staff("anna")
        keys = ["programs:*", "programs:untargeted"]
        seen = polling().see(keys)

        with transaction.atomic():
            create_program(caller=staff, content=parse_program({"programName": "p"}), now=NOON)
            transaction.set_rollback(True)

        assert not Program.objects.exists()
        assert not OutboxEntry.objects.exists()
        assert polling().still(seen)

    def test_is_not_recorded_when_it_is_refused(self, db):
        ven = Caller(client_id="ven", role=Role.VEN, scopes=frozenset(Scope))
        limited = Caller(client_id="bl", role=Role.BL, scopes=frozenset())

        for caller in (ven, limited):
            with pytest.raises(errors.Forbidden):
                create_program(caller=caller, content=parse_program({"programName": "p"}), now=NOON)

        assert not OutboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_moves_what_its_readers_depend_on_and_nothing_else():
    staff = Caller.staff("anna")
    program = create_program(caller=staff, content=parse_program({"programName": "p"}), now=NOON)
    content = parse_event({"programID": program.id, "targets": ["north"]})
    event = create_event(caller=staff, content=content, now=NOON)
    moved = {
        key: polling().see([key])
        for key in ("events:*", "events:target:north", "events:target:south", f"events:program:{program.id}")
    }
    still = {
        key: polling().see([key])
        for key in ("events:untargeted", "events:target:east", "programs:*", "events:program:other")
    }
    moved[f"events:id:{event.id}"] = polling().see([f"events:id:{event.id}"])

    elsewhere = parse_event({"programID": program.id, "targets": ["south"]})
    update_event(caller=staff, event_id=event.id, content=elsewhere, now=NOON)

    assert {key for key, seen in moved.items() if polling().still(seen)} == set()
    assert {key for key, seen in still.items() if not polling().still(seen)} == set()
