"""A real browser at the real server: Debian's Chromium, or what CHROMIUM names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group, User
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.web import Web, serving

# Playwright keeps an event loop in the thread of the tests, and Django takes that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")

PASSWORD = "a-long-enough-password"
_CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
_SCREENSHOTS = Path("build/screenshots")
_SERIOUS = ("serious", "critical")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Not the plugin's, which stays until the session ends: as long as Playwright's event loop is there, no other test
    can run one of its own."""
    if not _CHROMIUM:
        pytest.skip("There is no Chromium: install Debian's, or name one in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    with serving(workers=1) as web:
        yield web


@pytest.fixture
def visit(browser: Browser, web: Web) -> Iterator[Callable[..., Page]]:
    """Somebody at a browser of their own, logged in with this role, or a superuser. In the end no page has complained,
    and none has asked anybody else for anything."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def visit(role: str | None = None, **options: Any) -> Page:
        context = browser.new_context(base_url=web.url, **{"locale": "en-GB", **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _is_ours(request.url, web) or complaints.append(request.url))
        log_in(page, _person(role))
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(page: Page, username: str) -> None:
    """Through the login page, as anybody does."""
    page.goto("/admin/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_selector("#vtn-overview")


def prove(page: Page, name: str) -> None:
    """Keeps a picture of the page, and has axe find no serious fault in it (WCAG A and AA)."""
    _picture_of(page, _SCREENSHOTS / f"{name}.png")
    found = Axe().run(page).response["violations"]
    faults = [
        (each["id"], node["target"], node["failureSummary"])
        for each in found
        if each["impact"] in _SERIOUS
        for node in each["nodes"]
    ]
    assert faults == []


def _picture_of(page: Page, path: Path) -> None:
    """In a window as high as the page, so that nothing which keeps its place in a window covers the middle of it."""
    window = page.viewport_size
    assert window is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": window["width"], "height": max(height, window["height"])})
    page.screenshot(path=path, full_page=True)
    page.set_viewport_size(window)


def _person(role: str | None) -> str:
    name = f"the-{role or 'superuser'}"
    if User.objects.filter(username=name).exists():
        return name
    if role is None:
        User.objects.create_superuser(name, password=PASSWORD)
    else:
        person = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        person.groups.set([Group.objects.get(name=role)])
    return name


def _is_ours(url: str, web: Web) -> bool:
    return url.startswith(web.url) or urlsplit(url).scheme in ("data", "blob")
