"""A program goes out as a file and comes in as another one, in a real browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from programs.models import Program
from tests.browser.conftest import prove
from tests.browser.width import PHONE
from tests.conftest import event_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_goes_out_and_another_comes_in(visit, retailer, program, tmp_path):
    retailer.post("/events", event_request(program))
    page = visit("administrator", color_scheme="dark")
    page.goto(f"/admin/programs/program/{program['id']}/change/")
    with page.expect_download() as export:
        page.get_by_role("link", name="Export as a file").click()
    written = json.loads(Path(export.value.path()).read_text())
    assert export.value.suggested_filename == "day-ahead.json"

    page.goto("/admin/programs/program/")
    page.get_by_role("link", name="Import from a file").click()
    again = tmp_path / "again.json"
    again.write_text(json.dumps(written))
    page.get_by_label("A program as a JSON file").set_input_files(again)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="Nothing is made: the file is refused")).to_be_visible()
    prove(page, "program-file-refused")

    written["program"]["request"]["programName"] = "<b>another</b>"
    again.write_text(json.dumps(written))
    page.get_by_label("A program as a JSON file").set_input_files(again)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("<b>another</b>")).to_be_visible()
    assert Program.objects.count() == 1
    prove(page, "program-file")
    page.get_by_role("button", name="Make the program").dblclick()

    expect(page.get_by_text("was made from the file")).to_be_visible()
    assert Program.objects.filter(program_name="<b>another</b>").count() == 1


def test_a_file_that_is_too_large_is_not_sent(visit, tmp_path):
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate((32 << 20) + 1)
    page = visit("administrator", viewport=PHONE)
    page.goto("/admin/programs/program/import/")

    page.get_by_label("A program as a JSON file").set_input_files(large)

    expect(page.get_by_role("alert").filter(has_text="It is too large: at most 32.0")).to_be_visible()
    page.get_by_role("button", name="Look at it").click()
    expect(page).to_have_url("/admin/programs/program/import/")
    expect(page.get_by_role("alert").filter(has_text="It is too large: at most 32.0")).to_be_visible()
    prove(page, "program-file-too-large")
