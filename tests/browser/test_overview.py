"""The overview in a real browser: live, for everybody to read, in both lights and both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import prove
from tests.conftest import event_request

pytestmark = pytest.mark.django_db(transaction=True)


def running_event(program, name, **members):
    start = (timezone.now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return event_request(
        program,
        eventName=name,
        intervalPeriod={"start": start, "duration": "PT2H"},
        intervals=[{"id": 0, "payloads": [{"type": "SIMPLE", "values": [1]}]}],
        **members,
    )


def test_it_shows_a_new_event_without_being_loaded_again(visit, retailer, ven, program):
    page = visit("operator")
    events = page.locator("#panel-events")
    expect(events.get_by_role("link", name="active now: 0")).to_be_visible()
    page.evaluate("window.isTheSame = true")
    events.get_by_text("The same as a table").click()
    events.get_by_role("link", name="active now: 0").focus()

    retailer.post("/events", running_event(program, "peak shaving"))

    expect(events.get_by_role("link", name="active now: 1")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("status")).to_contain_text("Changed at")
    expect(events.get_by_role("cell", name="day-ahead")).to_be_visible()  # what was open still is
    expect(events.get_by_role("link", name="active now: 1")).to_be_focused()
    assert page.evaluate("window.isTheSame")
    prove(page, "overview")

    events.get_by_role("link", name="active now: 1").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#result_list")).to_contain_text("peak shaving")
    prove(page, "events-active")


def test_an_event_becomes_active_while_it_is_watched(visit, retailer, ven, program):
    page = visit("operator")
    soon = timezone.now() + timedelta(seconds=12)

    retailer.post(
        "/events", event_request(program, intervalPeriod={"start": soon.isoformat(), "duration": "PT1H"})
    )

    expect(page.get_by_role("link", name="beginning within a day: 1")).to_be_visible(timeout=11_000)
    expect(page.get_by_role("link", name="active now: 0")).to_be_visible()
    expect(page.get_by_role("link", name="active now: 1")).to_be_visible(timeout=25_000)
    expect(page.get_by_role("link", name="beginning within a day: 0")).to_be_visible()


def test_it_asks_nothing_while_nobody_looks_and_says_when_the_session_is_over(visit, program):
    page = visit("viewer")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.reload()
    hide = """(is) => { Object.defineProperty(document, 'hidden', {value: is, configurable: true});
        document.dispatchEvent(new Event('visibilitychange')); }"""

    page.evaluate(hide, True)
    asked.clear()
    page.clock.run_for(60_000)
    assert asked == []

    Session.objects.all().delete()
    with page.expect_response("**/admin/overview/") as answer:
        page.evaluate(hide, False)
    assert answer.value.status == 204
    expect(page.get_by_role("status")).to_have_text("You are logged out.")
    page.clock.run_for(60_000)
    assert len([url for url in asked if url.endswith("/admin/overview/")]) == 1


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("overview-dark", {"color_scheme": "dark"}),
        ("overview-phone", {"viewport": {"width": 390, "height": 844}}),
        ("overview-dutch", {"locale": "nl-NL"}),
    ],
)
def test_it_is_readable_in_the_dark_on_a_phone_and_in_dutch(visit, retailer, ven, program, name, options):
    retailer.post("/events", running_event(program, "peak shaving", targets=["north"]))
    page = visit(**options)

    expect(page.locator("#panel-versions")).to_contain_text("peak shaving")
    expect(page.locator("html")).to_have_attribute("lang", "nl" if "locale" in options else "en")

    prove(page, name)
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
