"""Charts of readings in a real browser: asked for by keyboard, on a phone, in the dark and in Dutch, and taken out."""

from __future__ import annotations

import csv

import pytest
from playwright.sync_api import expect

from events.models import Event
from participants.models import Ven
from tests.browser.conftest import prove
from tests.browser.width import PHONE, sticking_out
from tests.events.reporting import post, report_request
from tests.events.reports.conftest import asking as asking
from tests.events.reports.telling import of

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/events/report/charts/"


@pytest.fixture
def reported(ven, asking):
    post(ven, report_request(asking, resources=[of("meter", 1.5, None, 3), of("<b>pump</b>", -2, 4, 1)]))


def test_a_viewer_asks_by_keyboard_and_takes_out_what_is_shown(visit, reported, asking):
    page = visit("viewer")
    page.goto("/admin/events/report/")
    page.get_by_role("link", name="Charts of readings").click()
    page.locator("[name=ven]").focus()
    page.keyboard.type("nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is none")).to_be_visible()
    prove(page, "report-charts-refused")

    page.locator("[name=ven]").fill("ven")
    page.locator("[name=payload_type]").fill("USAGE")
    page.keyboard.press("Enter")

    expect(page.get_by_role("img", name="meter, USAGE")).to_be_visible()
    expect(page.get_by_text("2 of the event's 3 intervals")).to_be_visible()
    table = page.get_by_role("region", name="The same as a table")
    expect(table.get_by_role("row")).to_have_count(6)
    expect(table.get_by_role("cell", name="<b>pump</b>").first).to_be_visible()
    summary = page.get_by_text("Intervals of the event without a reading:").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="2026-06-01 01:00:00 UTC").first).to_be_visible()
    prove(page, "report-charts")

    page.get_by_role("link", name="These readings as CSV").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    rows = list(csv.DictReader(download.value.path().open()))
    assert [row["number"] for row in rows] == ["1", "4", "-2", "3", "1.5"]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("report-charts-dark", {"color_scheme": "dark"}),
        ("report-charts-phone", {"viewport": PHONE}),
        ("report-charts-dutch", {"locale": "nl-NL"}),
    ],
)
def test_they_are_readable_in_the_dark_on_a_phone_and_in_dutch(visit, reported, asking, name, options):
    page = visit("viewer", **options)

    page.goto(f"{PAGE}?event={asking['id']}&from_at=2026-06-01T00:00")

    said = "2 van de 3 intervallen" if "locale" in options else "2 of the event's 3 intervals"
    expect(page.get_by_text(said)).to_be_visible()
    prove(page, name)
    assert sticking_out(page) == []


def test_the_event_and_the_ven_lead_to_them(visit, reported, asking):
    page = visit("operator")
    page.goto(f"/admin/events/event/{Event.objects.get().pk}/change/")
    page.get_by_role("link", name="Charts of readings").click()
    expect(page.get_by_role("img", name="meter, USAGE")).to_be_visible()

    page.goto(f"/admin/participants/ven/{Ven.objects.get().pk}/change/")
    expect(page.get_by_text("2 of the event's 3 intervals")).to_be_visible()
    prove(page, "ven-reports")
    page.get_by_role("link", name="All readings of this VEN on it").click()
    expect(page.get_by_role("img", name="meter, USAGE")).to_be_visible()
