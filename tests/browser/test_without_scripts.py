"""Where a browser runs no scripts, pages can be read and forms sent all the same."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from programs.models import Program

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_are_read_and_forms_are_sent(visit):
    page = visit("administrator", java_script_enabled=False)
    expect(page.locator("#vtn-overview")).to_be_visible()

    page.goto("/admin/programs/program/add/")
    page.locator("[name=program_name]").fill("by hand")
    page.locator("[name=_save]").first.click()
    expect(page.get_by_role("link", name="by hand").first).to_be_visible()

    page.get_by_role("link", name="Import from a file").click()
    file = {
        "format": "openadr3-program",
        "version": 1,
        "program": {"request": {"programName": "from a file"}},
        "parts": {},
    }
    sent = {"name": "a.json", "mimeType": "application/json", "buffer": json.dumps(file).encode()}
    page.locator("[name=file]").set_input_files(sent)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Make the program").click()

    expect(page.get_by_text("“from a file” was made from the file.")).to_be_visible()
    assert set(Program.objects.values_list("program_name", flat=True)) == {"by hand", "from a file"}


def test_the_margin_leads_to_other_pages(visit):
    page = visit("viewer", java_script_enabled=False)

    page.goto("/admin/programs/program/")
    page.locator("#nav-sidebar a", has_text="VENs").first.click()

    expect(page).to_have_url("/admin/participants/ven/")
