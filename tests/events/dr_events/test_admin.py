"""Participants and DR events in the admin: staff do there what a tool does at Ecosuite's door."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.dr_events.models import DrEvent
from events.models import Event
from participants.models import Participant, Ven
from tests.events.dr_events.conftest import at, dr_event_request, participant_request, posted, read

pytestmark = pytest.mark.django_db


def participant_form(**fields):
    return {
        "code": "NORTHMILL",
        "contact_user": "ops@northmill.example",
        "phone_contact": "",
        "webhook": "",
        "secret": "",
        "vens": "",
        "resources": "",
        **fields,
    }


def dr_event_form(**fields):
    return {
        "name": "Evening peak",
        "priority": "medium",
        "starts_at_0": "2126-12-01",
        "starts_at_1": "16:00:00",
        "ends_at_0": "2126-12-01",
        "ends_at_1": "18:00:00",
        "notification_at_0": "2126-12-01",
        "notification_at_1": "12:00:00",
        "goal": "limit 40 kW",
        "participants": "NORTHMILL",
        **fields,
    }


def test_staff_enrol_link_change_and_delete(staff, tool, mill):
    answer = staff.post("/admin/participants/participant/add/", participant_form())
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    participant = Participant.objects.get()
    path, door = (
        f"/admin/participants/participant/{participant.id}/change/",
        f"/dr/participants/{participant.id}",
    )
    assert read(tool, door)["contactUser"] == "ops@northmill.example"
    assert read(tool, door)["venID"] == Ven.objects.get().id

    assert staff.post(path, participant_form(phone_contact="+15550100", vens="")).status_code == 302
    assert (read(tool, door)["phoneContact"], "venID" in read(tool, door)) == ("+15550100", False)
    assert "Nothing: nobody sees" in staff.get(path).content.decode()

    assert staff.post(path, participant_form(vens="NORTHMILL")).status_code == 302
    assert read(tool, door)["venID"] == Ven.objects.get().id
    assert Ven.objects.get().targets == ["south", "PARTICIPANT:NORTHMILL"]

    staff.post(path.replace("change", "delete"), {"post": "yes"})
    assert not Participant.objects.exists()
    assert Ven.objects.get().targets == ["south"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "In the time zone UTC."), ("nl", "In de tijdzone UTC.")]
)
def test_the_form_says_in_which_zone_its_times_are(staff, language, said):
    page = staff.get("/admin/events/drevent/add/", headers={"Accept-Language": language}).content.decode()

    assert page.count(said) == 3


def test_extras_of_the_door_stay(staff, tool, mill):
    id_ = posted(tool, "/dr/participants", participant_request(region="north"))
    ven_id = Ven.objects.get().id

    staff.post(f"/admin/participants/participant/{id_}/change/", participant_form(vens=ven_id))

    assert read(tool, f"/dr/participants/{id_}") == {
        **participant_request(region="north", phoneContact=""),
        "id": id_,
        "venID": ven_id,
    }


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"vens": "nobody"}, "There is no VEN"),
        ({"resources": "nobody"}, "There is no resource"),
        ({"webhook": "http://a.example/"}, "must be an https URL"),
        ({"code": ""}, "This field is required"),
    ],
)
def test_mistakes_are_shown_and_nothing_is_stored(staff, fields, told):
    answer = staff.post("/admin/participants/participant/add/", participant_form(**fields))

    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not Participant.objects.exists()


def test_staff_make_change_and_cancel_a_dr_event(staff, tool, mill, northmill):
    answer = staff.post("/admin/events/drevent/add/", dr_event_form())
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    (shown,) = read(tool, "/dr/dr-events")["events"]
    assert shown == {
        **dr_event_request(name="Evening peak", priority="medium", goal="limit 40 kW"),
        "id": shown["id"],
        "notificationSent": False,
    }
    (event,) = mill.get("/events").json()
    assert event["intervals"][0]["payloads"] == [{"type": "IMPORT_CAPACITY_LIMIT", "values": [40]}]

    path = f"/admin/events/drevent/{shown['id']}/change/"
    staff.post(path, dr_event_form(name="Softer", ends_at_1="17:30:00"))
    changed = read(tool, f"/dr/dr-events/{shown['id']}")
    assert (changed["name"], changed["endDate"]) == ("Softer", "2126-12-01T17:30:00.000Z")

    staff.post(path.replace("change", "delete"), {"post": "yes"})
    assert not Event.objects.exists()
    assert not DrEvent.objects.exists()


def test_the_page_of_an_event_shows_who_sees_it_and_who_does_not(staff, tool, northmill):
    posted(tool, "/dr/participants", participant_request(code="EASTDOCK"))
    id_ = posted(tool, "/dr/dr-events", dr_event_request(participants=["NORTHMILL", "EASTDOCK"]))
    at("2126-12-01T12:00:00Z")

    page = staff.get(f"/admin/events/drevent/{id_}/change/").content.decode()

    assert page.count("stands for no VEN and no resource") == 1
    assert "DISPATCH_SETPOINT_RELATIVE -250 kW" in page
    listed = staff.get("/admin/events/drevent/").content.decode()
    assert "Feeder 12 evening peak" in listed
    notifications = staff.get(f"/admin/events/drnotification/?dr_event__event__exact={id_}").content.decode()
    assert "ops@northmill.example" in notifications
    assert staff.get("/admin/vtn/delivery/?channel=contact").status_code == 200


def test_a_form_that_is_saved_untouched_changes_no_moment(staff, tool, northmill):
    request = dr_event_request(
        startDate="2126-12-01T16:00:00.125Z", notificationDate="2126-12-01T12:00:00.500Z"
    )
    id_ = posted(tool, "/dr/dr-events", request)

    staff.post(
        f"/admin/events/drevent/{id_}/change/",
        dr_event_form(name="Other", priority="high", goal="shed 250 kW"),
    )

    assert read(tool, f"/dr/dr-events/{id_}") == {
        **request,
        "name": "Other",
        "id": id_,
        "notificationSent": False,
    }


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"participants": "nobody"}, "There is no participant"),
        ({"participants": ""}, "This field is required"),
        ({"ends_at_1": "16:00:00"}, "The event ends before it has begun"),
    ],
)
def test_mistakes_in_an_event_are_shown_and_nothing_is_stored(staff, northmill, fields, told):
    answer = staff.post("/admin/events/drevent/add/", dr_event_form(**fields))

    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not Event.objects.exists()


def test_the_openadr_page_of_the_event_changes_it_too(staff, tool, retailer, northmill):
    """By the service that the page of events calls."""
    from events.services import update_event
    from events.wire.v310 import parse_event
    from vtn.caller import Caller

    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    event = retailer.get(f"/events/{id_}").json()

    update_event(
        caller=Caller.staff("eva"),
        event_id=id_,
        content=parse_event({**event, "eventName": "By hand", "priority": None}),
        now=datetime.now(UTC),
    )

    shown = read(tool, f"/dr/dr-events/{id_}")
    assert (shown["name"], shown["priority"]) == ("By hand", "low")
