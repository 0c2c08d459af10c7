"""Staff create, change and delete in the admin, and what they do goes the same way as what clients do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from events.admin import EventAdmin
from events.models import Event
from programs.admin.programs import ProgramAdmin
from programs.models import Program
from programs.services import create_program
from programs.wire.v310 import parse_program
from tests.conftest import event_request
from vtn.caller import Caller
from vtn.models import OutboxEntry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

CONTENT = {
    "intervalPeriod": {"start": "2026-06-01T10:00:00Z", "duration": "PT1H"},
    "intervals": [{"id": 7, "payloads": [{"type": "PRICE", "values": [0.10]}]}],
    "unknown": {"kept": True},
}


def event_form(program: dict[str, Any], /, **fields: Any) -> dict[str, Any]:
    return {
        "program": program["id"],
        "event_name": "by hand",
        "priority": "2",
        "targets": "north\r\n south ",
        "rest": json.dumps(CONTENT),
        **fields,
    }


def test_an_event_made_by_staff_is_read_by_vens(staff, ven, program):
    response = staff.post("/admin/events/event/add/", event_form(program))

    assert response.status_code == 302, response.content
    (event,) = ven.get("/events").json()
    assert event["eventName"] == "by hand"
    assert event["targets"] == ["north"]
    assert event["unknown"] == {"kept": True}
    assert event["priority"] == 2
    assert Event.objects.get().targets == ["north", "south"]


def test_the_record_names_the_member_of_staff(staff, program):
    staff.post("/admin/events/event/add/", event_form(program))

    entry = OutboxEntry.objects.get(object_type="EVENT")
    assert (entry.operation, entry.made_by, entry.before) == ("CREATE", "staff:eva", None)
    assert entry.after["targets"] == ["north", "south"]
    assert staff.get(f"/admin/vtn/outboxentry/{entry.id}/change/").status_code == 200


def test_an_event_is_changed_and_keeps_what_the_form_does_not_show(staff, retailer, program):
    event = retailer.post("/events", event_request(program, custom=[1, 2])).json()
    page = staff.get(f"/admin/events/event/{event['id']}/change/")
    assert "PRICE 0.1" in page.content.decode()

    form = page.context["adminform"].form
    changed = {"event_name": "renamed", "priority": "", "targets": "", "rest": form.fields["rest"].initial}
    response = staff.post(f"/admin/events/event/{event['id']}/change/", changed)

    assert response.status_code == 302, response.content
    after = retailer.get(f"/events/{event['id']}").json()
    assert after["modificationDateTime"] > event["modificationDateTime"]
    assert after | {"modificationDateTime": 0} == event | {"eventName": "renamed", "modificationDateTime": 0}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rest": "{"}, "The body is not JSON"),
        ({"rest": "[]"}, "Expected an object"),
        ({"rest": '{"intervals": [{"id": "x"}]}'}, "intervals[0].id: Expected `int`, got `str`"),
        ({"rest": '{"intervalPeriod": {"start": "noon"}}'}, "is not an RFC 3339 date-time"),
        ({"targets": "x" * 129}, "targets[0]: Expected `str` of length"),
        ({"priority": "-1"}, "greater than or equal to 0"),
        ({"program": "nope"}, "Select a valid choice"),
    ],
)
def test_a_form_with_a_mistake_says_so_and_changes_nothing(staff, program, fields, said):
    entries = OutboxEntry.objects.count()

    response = staff.post("/admin/events/event/add/", event_form(program, **fields))

    assert response.status_code == 200
    errors = [*response.context["errors"]]
    assert said in " ".join(map(str, errors)), errors
    assert not Event.objects.exists()
    assert OutboxEntry.objects.count() == entries


def test_deleting_asks_first_and_then_tells(staff, retailer, ven, program):
    event = retailer.post("/events", event_request(program)).json()
    path = f"/admin/events/event/{event['id']}/delete/"
    assert staff.get(path).status_code == 200
    assert len(ven.get("/events").json()) == 1

    assert staff.post(path, {"post": "yes"}).status_code == 302

    assert ven.get("/events").json() == []
    assert OutboxEntry.objects.filter(operation="DELETE", made_by="staff:eva").count() == 1


def test_events_selected_in_the_list_are_deleted_one_by_one(staff, retailer, program):
    ids = [retailer.post("/events", event_request(program)).json()["id"] for _ in range(3)]

    staff.post(
        "/admin/events/event/", {"action": "delete_selected", "_selected_action": ids[:2], "post": "yes"}
    )

    assert [*Event.objects.values_list("id", flat=True)] == ids[2:]
    assert OutboxEntry.objects.filter(operation="DELETE").count() == 2


def test_a_program_is_created_changed_and_deleted(staff, retailer):
    form = {"program_name": "peak", "targets": "", "rest": '{"attributes": []}'}
    staff.post("/admin/programs/program/add/", form)
    program = Program.objects.get()
    path = f"/admin/programs/program/{program.id}"

    staff.post(f"{path}/change/", form | {"program_name": "off-peak", "targets": "north"})
    assert retailer.get(f"/programs/{program.id}").json()["programName"] == "off-peak"
    assert retailer.get(f"/programs/{program.id}").json()["targets"] == ["north"]

    staff.post(f"{path}/delete/", {"post": "yes"})
    assert not Program.objects.exists()


def test_a_program_with_events_is_not_deleted(staff, retailer, program):
    retailer.post("/events", event_request(program))

    page = staff.post(f"/admin/programs/program/{program['id']}/delete/", {"post": "yes"})

    assert page.status_code == 200
    assert Program.objects.exists()


def test_two_programs_cannot_have_one_name(staff, program):
    form = {"program_name": program["programName"], "targets": "", "rest": "{}"}

    response = staff.post("/admin/programs/program/add/", form)

    assert response.status_code == 200
    assert Program.objects.count() == 1


@pytest.fixture
def before_the_save(monkeypatch):
    """Has another writer act between the check of a form and its saving."""

    def arrange(page, act):
        save = page.save_model

        def save_model(*args, **kwargs):
            act()
            save(*args, **kwargs)

        monkeypatch.setattr(page, "save_model", save_model)

    return arrange


def said_after(staff, response):
    return [str(message) for message in staff.get(response["Location"], follow=True).context["messages"]]


def test_a_name_that_was_taken_since_the_check_is_a_message(staff, program, before_the_save):
    path, form = "/admin/programs/program/add/", {"program_name": "peak", "targets": "", "rest": "{}"}
    content = parse_program({"programName": "peak"})
    before_the_save(
        ProgramAdmin, lambda: create_program(caller=Caller.staff("adam"), content=content, now=NOW)
    )

    response = staff.post(path, form)

    assert (response.status_code, response["Location"]) == (302, path)
    assert said_after(staff, response) == ["There is already a program named 'peak'"]
    assert Program.objects.count() == 1


def test_a_program_that_was_deleted_since_the_check_is_a_message(staff, program, before_the_save):
    entries = OutboxEntry.objects.count()
    before_the_save(EventAdmin, lambda: Program.objects.all().delete())

    response = staff.post("/admin/events/event/add/", event_form(program))

    assert said_after(staff, response) == [f"programID: there is no program '{program['id']}'"]
    assert not Event.objects.exists()
    assert OutboxEntry.objects.count() == entries


def test_a_refusal_in_a_list_is_a_message_and_nothing_is_deleted(staff, retailer, program, monkeypatch):
    ids = [retailer.post("/events", event_request(program)).json()["id"] for _ in range(2)]
    delete = EventAdmin.delete_model

    def delete_twice(page, request, event):
        delete(page, request, event)
        delete(page, request, event)

    monkeypatch.setattr(EventAdmin, "delete_model", delete_twice)
    response = staff.post(
        "/admin/events/event/", {"action": "delete_selected", "_selected_action": ids, "post": "yes"}
    )

    (said,) = said_after(staff, response)
    assert said.startswith("There is no event")
    assert Event.objects.count() == 2


@pytest.mark.parametrize("word", ["prices", "day-ahead", "north", "nothing"])
def test_lists_are_searched(staff, retailer, program, word):
    retailer.post("/events", event_request(program, targets=["north"]))

    events = staff.get("/admin/events/event/", {"q": word})
    programs = staff.get("/admin/programs/program/", {"q": word})

    assert len(events.context["cl"].result_list) == (word != "nothing")
    assert len(programs.context["cl"].result_list) == (word == "day-ahead")


def test_saving_changes_no_target_that_staff_did_not_touch(staff, retailer, program):
    odd = ["a\nb", " c ", "n\u2028m", "[d]"]
    event = retailer.post("/events", event_request(program, targets=odd)).json()
    path = f"/admin/events/event/{event['id']}/change/"
    form = staff.get(path).context["adminform"].form
    shown = form["targets"].value() if not hasattr(form["targets"], "initial") else form["targets"].initial
    as_sent = form.fields["targets"].prepare_value(shown)

    staff.post(
        path,
        {"event_name": "renamed", "priority": "", "targets": as_sent, "rest": form.fields["rest"].initial},
    )

    after = retailer.get(f"/events/{event['id']}").json()
    assert (after["eventName"], after["targets"]) == ("renamed", odd)


def test_numbers_among_the_targets_of_3_0_1_outlive_a_save(staff, retailer, program):
    old = retailer.at("3.0.1")
    targets = [{"type": "PRICE", "values": [0.17]}]
    event = old.post("/events", event_request(program, targets=targets)).json()

    staff.post(
        f"/admin/events/event/{event['id']}/change/",
        {"event_name": "renamed", "priority": "", "targets": "PRICE:0.17", "rest": "{}"},
    )

    after = old.get(f"/events/{event['id']}").json()
    assert (after["eventName"], after["targets"]) == ("renamed", targets)
