# ruff: noqa: F401, F811 - fixtures of other folders are taken by name
"""Whatever somebody writes is text on every page: no browser runs it, or asks for what it names."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.urls import reverse
from playwright.sync_api import expect

from participants.models import Ven
from tests.browser.conftest import prove
from tests.browser.laboratory import web
from tests.conftest import event_request
from tests.events.backends.conftest import bind
from tests.events.reporting import report_request
from tests.notifications.conftest import subscribe, subscriber
from vtn.caller import Role

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = "\"'><script>alert(1)</script><img/src=/nowhere/onerror=alert(2)>"


@pytest.fixture
def written(enrol, retailer, bind, subscribe):
    """One of each kind of object, with script in all its texts. Gives what each is, and its id."""
    ven = enrol(SCRIPT, Role.VEN, targets=[SCRIPT])
    bind("console", SCRIPT)
    program = made(retailer, "/programs", {"programName": SCRIPT})
    members = {"reportDescriptors": [{"payloadType": SCRIPT}], "targets": [SCRIPT], "eventName": SCRIPT}
    event = made(retailer, "/events", event_request(program, **members))
    house = str(Ven.objects.get().pk)
    subscription = subscribe(ven, "/hook", clientName=SCRIPT)
    resource = made(
        ven, "/resources", {"objectType": "VEN_RESOURCE_REQUEST", "venID": house, "resourceName": SCRIPT}
    )
    report = made(ven, "/reports", report_request(event, clientName=SCRIPT, reportName=SCRIPT))
    return {
        "programs_program": program["id"],
        "events_event": event["id"],
        "events_report": report["id"],
        "participants_ven": house,
        "participants_client": SCRIPT,
        "participants_resource": resource["id"],
        "participants_subscription": subscription["id"],
    }


def made(actor, path, content):
    answer = actor.post(path, content)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_what_was_written_is_text_on_every_page(visit, written):
    page, ran = visit(), []
    page.on("dialog", lambda dialog: ran.append((page.url, dialog.message)) or dialog.dismiss())
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]
    of_objects = [
        reverse(f"admin:{kind}_{which}", args=[quote(pk)])
        for kind, pk in written.items()
        for which in ("change", "history")
    ]
    seen = f"/admin/why/?ven={written['participants_ven']}&event={written['events_event']}"

    for path in ["/admin/", *lists, *of_objects, seen]:
        answer = page.goto(path)
        assert answer.status == 200, path
        if path in of_objects:
            expect(page.locator("body")).to_contain_text("<script>alert(1)</script>")

    assert ran == []


def test_what_is_typed_into_the_composer_is_text(visit, program):
    page, ran = visit("operator"), []
    page.on("dialog", lambda dialog: ran.append(dialog.message) or dialog.dismiss())
    page.goto(f"/admin/events/eventdraft/compose/?program={program['id']}")

    for field in ("Name", "Targets", "Payload types", "Time zone", "Values"):
        page.get_by_label(field, exact=True).fill(SCRIPT)
    page.get_by_label("Starts on").fill("2030-06-01")
    page.get_by_label("at", exact=True).fill("12:00")
    page.get_by_role("button", name="Publish").click()

    expect(page.get_by_role("alert").first).to_contain_text("Nothing was saved")
    expect(page.get_by_label("Name", exact=True)).to_have_value(SCRIPT)
    assert ran == []
