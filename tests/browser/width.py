"""What is too wide for a window, and should stand in a box that can be scrolled."""

from __future__ import annotations

from playwright.sync_api import Page

PHONE = {"width": 375, "height": 812}
LAPTOP = {"width": 1280, "height": 800}
# What begins inside the window and ends outside of it, with nothing around it that scrolls or is meant to be cut off.
_STICKS_OUT = """
() => {
  const stays = (element) => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(element).overflowX);
  const around = function* (element) { for (let at = element.parentElement; at; at = at.parentElement) yield at; };
  const isWide = (element) => {
    const { left, right, width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && left < innerWidth && right > innerWidth + 1;
  };
  const found = [...document.querySelectorAll("main *, #content *, form *")].filter(
    (element) => isWide(element) && ![...around(element)].some(stays) && element.checkVisibility()
  );
  return found.slice(0, 3).map((element) => element.outerHTML.slice(0, 200));
}
"""


def sticking_out(page: Page) -> list[str]:
    """The first elements that do, or by how much the page does; nothing if all of it fits."""
    found: list[str] = page.evaluate(_STICKS_OUT)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found or ([f"the page, by {over} px"] if over > 0 else [])
