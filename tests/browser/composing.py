"""How a member of staff fills in the composer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def compose(page: Page, program: dict[str, Any], *, name: str, start: datetime, step: str = "5") -> None:
    """Fills in everything but the values."""
    page.goto(f"/admin/events/eventdraft/compose/?program={program['id']}")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Priority").fill("1")
    page.get_by_label("Targets").fill("north")
    page.get_by_label("Payload types").fill("PRICE")
    page.get_by_label("Time zone").fill("Europe/Amsterdam")
    page.get_by_label("Starts on").fill(f"{start:%Y-%m-%d}")
    page.get_by_label("at", exact=True).fill(f"{start:%H:%M}")
    page.get_by_label("Intervals of").select_option(step)


def paste(page: Page, where: Locator, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    where.focus()
    page.keyboard.press("Control+V")
