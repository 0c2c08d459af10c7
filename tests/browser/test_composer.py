"""An operator composes events in a real browser, and an approver publishes them."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from events.drafts.models import EventDraft
from events.models import Event
from programs.models import Program
from tests.browser.composing import AMSTERDAM, compose, paste
from tests.browser.conftest import PASSWORD, prove
from tests.browser.outside import polled
from tests.conftest import event_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_operator_pastes_looks_publishes_and_cancels(web, visit, program, ven):
    page = visit("operator")
    now = datetime.now(AMSTERDAM).replace(second=0, microsecond=0)
    page.goto("/admin/events/event/")
    page.get_by_role("link", name="Compose").click()
    page.get_by_role("link", name="day-ahead").click()
    compose(page, program, name="short peak", start=now)

    page.get_by_role("button", name="Add a row").click()
    paste(page, page.get_by_label("Row 1, PRICE"), "0,25\n0,50\n0,75\n")

    expect(page.get_by_label("Row 3, PRICE")).to_have_value("0,75")
    preview = page.locator("#cmp-preview")
    expect(preview).to_contain_text("1 VEN: ven")
    expect(preview).to_contain_text("active as soon as it is published")
    assert not Event.objects.exists()
    prove(page, "composer-preview")

    watching = page.context.new_page()
    watching.goto("/admin/")
    expect(watching.get_by_role("link", name="active now: 0")).to_be_visible()
    page.bring_to_front()
    page.get_by_role("button", name="Publish").dblclick()
    expect(page.locator("body")).to_contain_text("It is published")
    watching.bring_to_front()
    # Nobody loaded it again: it looks every five seconds.
    expect(watching.get_by_role("link", name="active now: 1")).to_be_visible(timeout=15_000)
    (event,) = polled(web, ven.token)
    assert event["eventName"] == "short peak"
    assert [each["payloads"][0]["values"] for each in event["intervals"]] == [[0.25], [0.5], [0.75]]
    prove(page, "composer-published")

    page.get_by_role("link", name=re.compile("short peak")).last.click()
    expect(page.locator("body")).to_contain_text("active")
    prove(page, "composer-event")
    page.get_by_role("link", name="Cancel").click()
    page.get_by_label("Reason").fill("The wind is back")
    page.get_by_role("button", name="Cancel it").click()
    expect(page.locator("body")).to_contain_text("The wind is back")
    assert polled(web, ven.token)[0]["intervalPeriod"]["duration"] == "PT0S"
    prove(page, "composer-cancelled")


def test_four_eyes_in_two_browsers(web, visit, program, ven):
    Program.objects.update(four_eyes=True)
    operator, approver = visit("operator"), visit("approver", color_scheme="dark")
    compose(operator, program, name="two of us", start=datetime(2030, 6, 1, 12, tzinfo=AMSTERDAM), step="60")
    operator.get_by_label("Values", exact=True).fill("1\n2")

    operator.get_by_role("button", name="Send for approval").click()

    expect(operator.locator("body")).to_contain_text("waits for approval")
    expect(operator.get_by_role("button", name="Publish")).to_have_count(0)
    assert polled(web, ven.token) == []
    prove(operator, "composer-waiting")

    approver.goto("/admin/events/eventdraft/")
    approver.get_by_role("link", name="two of us").click()
    prove(approver, "composer-approval-dark")
    approver.get_by_role("button", name="Publish").click()

    expect(approver.locator("body")).to_contain_text("It is published")
    assert [event["eventName"] for event in polled(web, ven.token)] == ["two of us"]


def test_of_two_operators_on_one_event_the_second_is_told(visit, retailer, program):
    event = retailer.post("/events", event_request(program)).json()
    first, second = visit("operator"), visit("administrator")
    for page, name in ((first, "of the first"), (second, "of the second")):
        page.goto(f"/admin/events/eventdraft/compose/?event={event['id']}")
        page.get_by_label("Name", exact=True).fill(name)

    first.get_by_role("button", name="Publish").click()
    expect(first.locator("body")).to_contain_text("It is published")
    second.get_by_role("button", name="Publish").click()

    expect(second.locator("#cmp-top-errors")).to_contain_text("Somebody else has changed this event")
    expect(second.get_by_label("Name", exact=True)).to_have_value("of the second")
    assert Event.objects.get().event_name == "of the first"
    prove(second, "composer-told")
    # A preview cannot tell that to be over.
    with second.expect_response(lambda answer: answer.request.method == "POST"):
        second.get_by_role("button", name="Preview").click()
    expect(second.locator("#cmp-preview")).to_contain_text("Who will see it")
    expect(second.locator("#cmp-top-errors")).to_contain_text("Somebody else has changed this event")


def test_a_session_that_expires_costs_nothing_that_was_typed(visit, program):
    page = visit("operator")
    compose(page, program, name="long work", start=datetime(2030, 6, 1, 12, tzinfo=AMSTERDAM), step="60")
    page.get_by_label("Values", exact=True).fill("1\n2\n3")
    expect(page.locator("#cmp-preview")).to_contain_text("Preview")
    Session.objects.all().delete()

    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile("/admin/login/"))
    page.locator("[name=username]").fill("the-operator")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")

    expect(page.locator("#cmp-restored")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("long work")
    expect(page.get_by_label("Values", exact=True)).to_have_value("1\n2\n3")
    expect(page.get_by_label("Row 3, PRICE")).to_have_value("3")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("body")).to_contain_text("It is published")
    assert Event.objects.count() == 1

    page.goto(f"/admin/events/eventdraft/compose/?program={program['id']}")
    expect(page.locator("#cmp-restored")).to_be_hidden()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")


def test_values_are_drawn_or_typed_and_faults_shown_at_their_cells(visit, program):
    page = visit("operator")
    start = datetime(2026, 10, 25, tzinfo=AMSTERDAM)
    compose(page, program, name="a long day", start=start, step="60")

    page.get_by_role("button", name="Fill the day").click()

    expect(page.get_by_label("Row 25, PRICE")).to_be_visible()
    expect(page.locator("#cmp-table")).to_contain_text("2026-10-25 02:00 +01:00")
    drawing = page.locator(".cmp-draw").bounding_box()
    page.mouse.move(drawing["x"] + 3, drawing["y"] + 20)
    page.mouse.down()
    page.mouse.move(drawing["x"] + drawing["width"] - 3, drawing["y"] + 60, steps=40)
    page.mouse.up()
    assert page.get_by_label("Row 13, PRICE").input_value() not in {"", "0"}
    prove(page, "composer-drawn")

    cell = page.get_by_label("Row 2, PRICE")
    cell.fill("<img src=x onerror=alert(1)>")
    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#cmp-preview")).to_contain_text("Row 2, PRICE: '<img src=x")
    cell.press("ArrowDown")
    expect(page.get_by_label("Row 3, PRICE")).to_be_focused()
    assert not EventDraft.objects.exists()


def test_a_preview_that_is_accepted_clears_the_faults_of_a_refused_form(visit, program):
    page = visit("operator")
    compose(page, program, name="peak", start=datetime(2030, 6, 1, 12, tzinfo=AMSTERDAM), step="60")
    page.get_by_label("Values", exact=True).fill("1\nx")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#cmp-top-errors")).to_be_visible()
    assert page.locator("#composer .cmp-field .cmp-errors").count() == 1

    page.get_by_label("Values", exact=True).fill("1\n2")

    expect(page.locator("#cmp-preview")).to_contain_text("Who will see it")
    expect(page.locator("#composer .cmp-errors")).to_have_count(0)
    expect(page.locator("#composer .is-wrong")).to_have_count(0)
    assert not Event.objects.exists()


def test_it_fits_a_phone(visit, program):
    phone = visit("operator", viewport={"width": 390, "height": 800})
    compose(phone, program, name="on the way", start=datetime(2030, 6, 1, 12, tzinfo=AMSTERDAM))
    phone.get_by_label("Values", exact=True).fill("1\n2")
    expect(phone.locator("#cmp-preview")).to_contain_text("Preview")
    prove(phone, "composer-phone")
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_a_series_leaves_out_the_holidays_of_a_calendar(visit, program):
    page = visit("operator")
    page.goto("/admin/events/holidaycalendar/add/")
    page.get_by_label("name").fill("Netherlands")
    page.locator("[name=days]").fill("2030-06-10;Whit Monday")
    prove(page, "composer-calendar")
    page.get_by_role("button", name="Save", exact=True).click()
    compose(page, program, name="mornings", start=datetime(2030, 6, 3, 8, tzinfo=AMSTERDAM), step="60")
    page.get_by_label("Values", exact=True).fill("1")

    page.get_by_text("Each week").click()
    page.get_by_label("Mon", exact=True).check()
    page.get_by_label("until").fill("2030-06-17")
    page.get_by_label("but not on the days of").select_option("Netherlands")

    expect(page.locator("#cmp-preview")).to_contain_text("2 events: Mon 2030-06-03, Mon 2030-06-17")
    prove(page, "composer-series")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("body")).to_contain_text("It is published")
    assert [event.starts_at.day for event in Event.objects.order_by("span")] == [3, 17]
