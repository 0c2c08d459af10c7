"""The pages about VENs in a real browser: why one misses an event, and many that are onboarded at once."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from events.models import Event
from participants.models import Ven
from tests.browser.conftest import prove
from tests.browser.outside import token_for
from tests.conftest import event_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_why_a_ven_misses_an_event(visit, retailer, ven, program):
    retailer.post("/events", event_request(program, eventName="peak", targets=["south"]))
    page = visit("administrator")
    record = Ven.objects.get()
    page.goto(f"/admin/participants/ven/{record.pk}/change/")
    page.get_by_role("link", name="Why does it see an event, or not?").click()
    page.get_by_label("Event:", exact=True).fill("peak")
    page.get_by_role("button", name="Explain").click()

    expect(page.get_by_role("heading", name="ven does not get peak.")).to_be_visible()
    row = page.get_by_role("row", name="The event is meant for this VEN")
    expect(row).to_contain_text("no")
    expect(row).to_contain_text("Neither the VEN (“north”) nor its resources (none)")
    prove(page, "why-not")

    event = Event.objects.get()
    retailer.put(f"/events/{event.id}", event_request(program, eventName="peak", targets=["south", "north"]))
    page.reload()
    expect(page.get_by_role("heading", name="ven gets peak.")).to_be_visible()
    page.get_by_role("link", name="The list as the VEN is answered").click()
    expect(page.locator("pre")).to_contain_text("peak")
    expect(page.locator("pre")).not_to_contain_text("south")
    prove(page, "as-the-ven")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("why-dark", {"color_scheme": "dark"}),
        ("why-phone", {"viewport": {"width": 390, "height": 844}}),
        ("why-dutch", {"locale": "nl-NL"}),
    ],
)
def test_it_is_readable_in_the_dark_on_a_phone_and_in_dutch(visit, retailer, ven, program, name, options):
    retailer.post("/events", event_request(program, eventName="peak", targets=["south"]))
    page = visit("viewer", **options)

    page.goto("/admin/why/?ven=ven&event=peak")

    said = "ven krijgt peak niet." if "locale" in options else "ven does not get peak."
    expect(page.get_by_role("heading", name=said)).to_be_visible()
    prove(page, name)
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0


def test_many_are_onboarded_from_a_file_and_their_credentials_come_once(web, visit, tmp_path):
    table = tmp_path / "vens.csv"
    table.write_text("name;targets;resources\nhouse-1;north;heat pump|battery\nhouse-2;south;\n")
    page = visit("administrator")
    page.goto("/admin/participants/ven/")
    page.get_by_role("link", name="Onboard many").click()
    page.get_by_label("A CSV file").set_input_files(table)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="All lines are good; nothing is created yet")).to_be_visible()
    assert not Ven.objects.exists()
    prove(page, "onboarding")

    with page.expect_download() as download:
        page.get_by_role("button", name="Create all and download the credentials").click()

    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert [row["name"] for row in rows] == ["house-1", "house-2"]
    assert token_for(web, "house-2", rows[1]["client_secret"]).status_code == 200

    page.get_by_role("button", name="Create all and download the credentials").click()
    expect(page.get_by_role("heading", name="Nothing was created")).to_be_visible()
    prove(page, "onboarding-again")
