"""The admin speaks Dutch to whoever wants it; the doors never do."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import translation

from tests.conftest import event_request

INDEX, DUTCH = reverse("admin:index"), {"Accept-Language": "nl"}


def test_a_browser_that_asks_for_dutch_gets_it(log_in):
    response = log_in().get(INDEX, headers=DUTCH)

    assert response.headers["Content-Language"] == "nl"
    assert "Wie de lopende gebeurtenissen heeft" in response.content.decode()


def test_what_somebody_chose_wins(log_in):
    staff = log_in()

    staff.post(reverse("set_language"), {"language": "nl", "next": INDEX})
    response = staff.get(INDEX, headers={"Accept-Language": "en"})

    assert response.headers["Content-Language"] == "nl"


def test_no_door_speaks_it_not_even_after_a_dutch_page_in_the_same_thread(log_in, retailer):
    log_in().get(INDEX, headers=DUTCH)
    assert translation.get_language() == "en"

    response = retailer.post("/programs", {}, Accept_Language="nl")

    assert response.status_code == 400
    assert "Content-Language" not in response.headers
    assert "Accept-Language" not in response.headers.get("Vary", "")
    english = retailer.post("/programs", {})
    assert response.json() == english.json()


def test_nothing_on_the_pages_comes_from_elsewhere(log_in, program):
    staff = log_in()
    login = staff.__class__().get(reverse("admin:login"))

    for page in (INDEX, reverse("admin:programs_program_changelist"), reverse("admin:programs_program_add")):
        for text in (staff.get(page).content.decode(), login.content.decode()):
            assert "https://" not in text
            assert "http://" not in text.replace("http://www.w3.org/", "")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Nothing here is like that."), ("nl", "Hier is niets van dien aard.")]
)
def test_lists_name_the_zone_of_their_times_and_say_when_they_are_empty(log_in, program, language, said):
    staff = log_in()
    asked = {"Accept-Language": language}

    listed = staff.get("/admin/programs/program/", headers=asked).content.decode()
    empty = staff.get("/admin/programs/program/?q=nowhere", headers=asked).content.decode()

    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", listed)
    assert said in empty


def test_what_would_delete_an_object_does_not_say_that_it_is_deleted(log_in, program):
    staff = log_in()

    page = staff.get(f"/admin/programs/program/{program['id']}/change/", headers=DUTCH).content.decode()
    confirmation = staff.get(f"/admin/programs/program/{program['id']}/delete/", headers=DUTCH)

    assert "verwijderd" not in page
    assert "verwijderd" not in re.search("<title>(.*?)</title>", confirmation.content.decode(), re.S)[1]


def test_phases_and_targets_are_explained_in_dutch(log_in, retailer, ven, program):
    retailer.post("/events", event_request(program))
    resource = {"objectType": "VEN_RESOURCE_REQUEST", "resourceName": "battery"}
    ven_id = ven.post("/resources", resource).json()["venID"]
    staff = log_in()

    events = staff.get("/admin/events/event/", headers=DUTCH).content.decode()
    house = staff.get(f"/admin/participants/ven/{ven_id}/change/", headers=DUTCH).content.decode()

    assert re.search("field-phase[^>]*>[^<]*(?:aangekondigd|actief|geëindigd)", events)
    assert "Eén target per regel." in house
    assert "One target per line." not in house
