"""What the pages offer to each role, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from events.models import Event
from tests.browser.conftest import prove
from tests.conftest import event_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_viewer_reads_and_an_administrator_renames_and_both_see_who_did_it(visit, program):
    viewer, administrator = visit("viewer"), visit("administrator")
    path = f"/admin/programs/program/{program['id']}"

    viewer.goto(f"{path}/change/")
    expect(viewer.get_by_role("button", name="Save")).to_have_count(0)
    prove(viewer, "program-viewer")
    assert viewer.request.get("/admin/auth/user/").status == 403

    administrator.goto(f"{path}/change/")
    administrator.get_by_label("name").fill("renamed <b>programme</b>")
    prove(administrator, "program-administrator")
    administrator.get_by_role("button", name="Save", exact=True).click()
    expect(administrator.locator("#result_list")).to_contain_text("renamed <b>programme</b>")

    viewer.goto(f"{path}/history/")
    expect(viewer.locator("ins").first).to_contain_text("renamed <b>programme</b>")
    expect(viewer.get_by_text("the-administrator").first).to_be_visible()
    prove(viewer, "history")


def test_an_operator_changes_an_event_and_no_program(visit, retailer, program):
    retailer.post("/events", event_request(program))
    operator = visit("operator")

    operator.goto("/admin/programs/program/")
    expect(operator.get_by_role("link", name="Add program")).to_have_count(0)
    operator.goto(f"/admin/events/event/{Event.objects.get().id}/change/")

    expect(operator.get_by_role("button", name="Save", exact=True)).to_be_visible()
    prove(operator, "event-operator")


def test_staff_and_deliveries_are_readable(visit, ven, program):
    page = visit()
    for path, name in (
        ("auth/user/", "staff"),
        ("vtn/delivery/", "deliveries"),
        ("vtn/outboxentry/", "audit"),
        ("participants/client/", "clients"),
        ("participants/ven/", "vens"),
        ("participants/client/ven/add-secret/", "add-secret"),
        ("participants/client/ven/change/", "client"),
    ):
        page.goto(f"/admin/{path}")
        prove(page, name)
