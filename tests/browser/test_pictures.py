# ruff: noqa: F401, F811 - fixtures of other folders are taken by name
"""README's pictures: of one size each, in both lights. `make pictures` copies them to docs/pictures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.composing import AMSTERDAM, compose, paste
from tests.browser.outside import polled
from tests.conftest import event_request
from tests.events.backends.conftest import bind
from tests.web import Web
from vtn.caller import Role

pytestmark = pytest.mark.django_db(transaction=True)

_PICTURES = Path("build/pictures")
_MOST_BYTES = 200_000


@pytest.fixture
def town(web, bind, enrol, retailer, program) -> None:
    """An event of which two of three houses know, and another one tonight for a greenhouse."""
    bind("console", "control room")
    houses = [enrol(name, Role.VEN, targets=["north"]) for name in ("house-12", "house-14", "house-16")]
    enrol("greenhouse", Role.VEN, targets=["south"])
    now = datetime.now(AMSTERDAM)
    for name, start, hours, target in (
        ("evening peak", now - timedelta(minutes=25), 2, "north"),
        ("lights out", now + timedelta(hours=6), 3, "south"),
    ):
        created = retailer.post(
            "/events",
            event_request(
                program,
                eventName=name,
                targets=[target],
                priority=2,
                reportDescriptors=[{"payloadType": "USAGE"}],
                intervalPeriod={"start": start.isoformat(timespec="seconds"), "duration": f"PT{hours}H"},
                intervals=[{"id": 0, "payloads": [{"type": "PRICE", "values": [0.4]}]}],
            ),
        )
        assert created.status_code == 201, created.content
    for house in houses[:2]:
        polled(web, house.token)


@pytest.mark.parametrize("light", ["light", "dark"])
def test_pictures_for_the_readme(town, visit, program, light):
    page = visit("operator", color_scheme=light)
    take = taker(page, "" if light == "light" else "-dark")

    polls = page.locator("#panel-vens")
    expect(polls.get_by_role("link", name="asked within the hour: 2")).to_be_visible(timeout=20_000)
    take("overview", 1100)

    noon = datetime.now(AMSTERDAM).replace(second=0, microsecond=0)
    compose(page, program, name="shave the peak", start=noon, step="15")
    page.get_by_role("button", name="Add a row").click()
    paste(page, page.get_by_label("Row 1, PRICE"), "0,42\n0,55\n0,61\n0,38\n")
    preview = page.locator("#cmp-preview")
    expect(preview).to_contain_text("evening peak")
    expect(preview).to_contain_text("house-12")
    page.get_by_text("As text, to paste into").click()
    take("composer-preview", 1250, to_the_end=True)

    page.goto("/admin/why/?ven=greenhouse&event=evening+peak")
    expect(page.get_by_role("heading", name="greenhouse does not get evening peak.")).to_be_visible()
    take("why-not", 1000)


def taker(page: Page, ending: str) -> Callable[..., None]:
    """Takes pictures of what is seen in a window so high."""

    def take(name: str, height: int, *, to_the_end: bool = False) -> None:
        page.set_viewport_size({"width": 1280, "height": height})
        page.evaluate("down => { scrollTo(0, down); document.activeElement.blur() }", 10_000 * to_the_end)
        picture = _PICTURES / f"{name}{ending}.png"
        page.screenshot(path=picture, animations="disabled")
        assert picture.stat().st_size < _MOST_BYTES

    return take
