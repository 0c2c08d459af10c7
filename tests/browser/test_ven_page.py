"""The page of a VEN in a real browser: where its resources are, what it was told, on a phone as well.

The maps are drawn by Leaflet from our own files. `visit` sees to it that nobody else is asked for anything.
"""
# ruff: noqa: F401, F811 - fixtures of other folders are taken by name

from __future__ import annotations

import base64
import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from participants.models import Ven
from tests.browser.conftest import PASSWORD, log_in, prove
from tests.browser.laboratory import web
from tests.browser.width import PHONE, sticking_out
from tests.conftest import event_request
from tests.notifications.conftest import subscribe, subscriber
from tests.twins.subscriber import Answer
from tests.web import serving
from vtn import tasks

pytestmark = pytest.mark.django_db(transaction=True)
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def house(web, retailer, ven, program, subscribe, subscriber):
    """A VEN with resources here and there, one of them at an unreadable place, and with deliveries of both kinds."""
    record = Ven.objects.get()
    places = {"heat pump": [4.9041, 52.3676], "battery": [4.9041, 52.3676], "car": [5.1214, 52.0907]}
    for name, values in {**places, "<b>boiler</b>": ["Utrecht"]}.items():
        resource = {"objectType": "BL_RESOURCE_REQUEST", "venID": record.id, "resourceName": name}
        attributes = [{"type": "LOCATION", "values": values}]
        assert retailer.post("/resources", {**resource, "attributes": attributes}).status_code == 201
    subscribe(ven, "/here", objects=["EVENT"])
    retailer.post("/events", event_request(program))
    tasks.sweep()
    subscriber.answer("/here", Answer(500, b"no"))
    retailer.post("/events", event_request(program))
    tasks.sweep()
    return f"/admin/participants/ven/{record.id}/change/"


def test_resources_are_on_a_map_and_in_a_table(visit, house):
    page = visit("viewer")
    page.goto(house)

    ground = page.get_by_role("region", name="Map")
    expect(ground.locator(".plc-point")).to_have_count(2)
    assert ground.locator(".plc-line").count() >= 3
    expect(ground.locator(".plc-degrees").first).to_contain_text(re.compile(r"^-?\d+(\.\d+)?°$"))
    assert ground.locator("img").count() == 0
    ground.locator(".plc-point").first.click()
    expect(ground.get_by_role("link", name="heat pump")).to_be_visible()
    expect(ground.get_by_role("link", name="battery")).to_be_visible()
    prove(page, "ven-page")

    page.keyboard.press("Escape")
    page.get_by_text("The same as a table").focus()
    page.keyboard.press("Enter")
    table = page.locator(".plc-places").get_by_role("table")
    expect(table.get_by_role("row", name="<b>boiler</b>")).to_contain_text("There are 1 values, not")
    table.get_by_role("link", name="car").click()
    expect(page).to_have_url(re.compile("/participants/resource/"))


def test_the_map_is_moved_and_made_nearer_with_the_keyboard(visit, house):
    page = visit("viewer")
    page.goto(house)
    ground = page.get_by_role("region", name="Map")
    before = ground.locator(".plc-degrees").all_text_contents()

    ground.focus()
    page.keyboard.press("+")
    page.keyboard.press("+")

    expect(ground.locator(".plc-degrees").first).not_to_have_text(before[0])
    assert ground.get_by_role("button", name="Nearer").count() == 1


def test_deliveries_lead_to_the_list_of_exactly_those(visit, house):
    page = visit("viewer")
    page.goto(house)

    failed = page.get_by_role("row", name=re.compile("CREATE EVENT.*waiting"))
    expect(failed).to_contain_text("500")
    expect(page.get_by_role("row", name=re.compile("CREATE EVENT.*delivered"))).to_have_count(1)
    page.get_by_role("link", name="All deliveries to it").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(2)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("phone", {"viewport": PHONE}),
        ("dark", {"color_scheme": "dark"}),
    ],
)
def test_it_is_readable_on_a_phone_and_in_the_dark(visit, house, name, options):
    page = visit(**options)

    for path, picture in {house: "ven-page", "/admin/participants/resource/": "resources-map"}.items():
        page.goto(path)
        page.get_by_text("The same as a table").first.click()
        expect(page.locator(".plc-point")).to_have_count(2)
        prove(page, f"{picture}-{name}")
        assert sticking_out(page) == []


def test_tiles_come_from_the_server_of_the_setting_and_it_learns_no_page(browser, house):
    User.objects.create_superuser("painter", password=PASSWORD)
    tiles = {
        "MAP_TILES_URL": "https://tiles.example/{z}/{x}/{y}.png",
        "MAP_ATTRIBUTION": '© <a href="https://tiles.example/">Tiles</a>',
    }
    asked = []

    def answer(route):
        asked.append(route.request)
        route.fulfill(body=PIXEL, content_type="image/png")

    with serving(workers=1, **tiles) as web:
        context = browser.new_context(base_url=web.url)
        page = context.new_page()
        page.route("https://tiles.example/**", answer)
        log_in(page, "painter")
        page.goto(house)
        expect(page.locator(".plc-map .leaflet-tile-loaded").first).to_be_visible()
        expect(page.get_by_role("region", name="Map").get_by_role("link", name="Tiles")).to_be_visible()
        assert page.locator(".plc-line").count() == 0
        prove(page, "ven-page-tiles")
        context.close()
        assert {request.headers.get("referer") for request in asked} == {f"{web.url}/"}
    assert all(re.fullmatch(r"https://tiles\.example/\d+/\d+/\d+\.png", request.url) for request in asked)
