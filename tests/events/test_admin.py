"""Staff create, change and delete in the admin, and what they do goes the same way as what clients do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client as Browser

from events.models import Event
from programs.models import Program
from tests.conftest import event_request
from vtn.models import OutboxEntry

CONTENT = {
    "intervalPeriod": {"start": "2026-06-01T10:00:00Z", "duration": "PT1H"},
    "intervals": [{"id": 7, "payloads": [{"type": "PRICE", "values": [0.10]}]}],
    "unknown": {"kept": True},
}


@pytest.fixture
def staff(db: None) -> Browser:
    browser = Browser()
    browser.force_login(get_user_model().objects.create_superuser("eva"))
    return browser


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


@pytest.mark.parametrize("word", ["prices", "day-ahead", "north", "nothing"])
def test_lists_are_searched(staff, retailer, program, word):
    retailer.post("/events", event_request(program, targets=["north"]))

    events = staff.get("/admin/events/event/", {"q": word})
    programs = staff.get("/admin/programs/program/", {"q": word})

    assert len(events.context["cl"].result_list) == (word != "nothing")
    assert len(programs.context["cl"].result_list) == (word == "day-ahead")
