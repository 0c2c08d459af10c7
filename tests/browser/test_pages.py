# ruff: noqa: F401, F811 - fixtures of other folders are taken by name
"""The pages that are more than a list and a form, in a real browser: each is readable, and its buttons do something."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import expect

from events.dr_events import clock
from events.models import Event
from licensing.models import Controller, License
from tariffs.models import StoredTiming, TariffVersion
from tests.browser.conftest import prove
from tests.browser.laboratory import web
from tests.conftest import NOON, event_request
from tests.events.backends.conftest import bind, bind_http, other_side
from tests.events.dr_events.conftest import dr_event_request, mill, participant_request, posted, tool
from tests.licensing.conftest import license, scene
from tests.notifications.conftest import subscribe, subscriber
from tests.tariffs.documents import ONE_DAY
from tests.tariffs.tariff import PRICES, make_program, make_publication, make_tariff, make_timings
from tests.tariffs.timings.test_import import TWO
from tests.twins.subscriber import Answer
from vtn import tasks
from vtn.deliveries.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


def look_at(page, pages):
    """All are readable, and none is wider than the window."""
    for path, name in pages.items():
        page.goto(f"/admin/{path}")
        prove(page, name)
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, name


def test_a_binding_is_made_checked_and_tried(visit, bind, bind_http, other_side, program):
    bind("console", "first")
    binding = bind_http(check_url=f"{other_side.root}/me")
    page = visit()
    look_at(
        page,
        {
            "events/binding/": "bindings",
            "events/binding/add/": "binding-backends",
            "events/binding/add/?backend=eniris": "binding-eniris",
            f"events/binding/{binding.pk}/change/": "binding",
        },
    )

    page.get_by_role("button", name="Check connection").click()
    expect(page.get_by_text("/me answered 200")).to_be_visible()
    page.get_by_role("link", name="Dry run").click()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text(f"POST {other_side.root}/events")).to_be_visible()
    prove(page, "binding-dry-run")

    page.goto("/admin/events/binding/add/?backend=console")
    page.locator("[name=name]").fill("second")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("the last one to push wins")).to_be_visible()
    prove(page, "binding-warned")


def test_a_licence_is_claimed_and_activated_and_others_are_imported(visit, scene, license, tmp_path):
    made = license("SGO-1")
    license("SGO-2", node="13", customer="Florist", activated_at=NOON, grid_kw=40)
    page = visit(color_scheme="dark")
    look_at(
        page,
        {
            "licensing/license/": "licences",
            f"licensing/customer/{scene.bakery.pk}/change/": "customer",
            f"licensing/controller/{Controller.objects.get(node_id='12').pk}/change/": "controller",
            f"licensing/license/{made.pk}/change/": "licence",
        },
    )

    page.get_by_label("Node id").fill("12")
    page.get_by_role("button", name="Claim for this controller").click()
    expect(page.get_by_text("is claimed")).to_be_visible()
    page.get_by_role("button", name="Activate from now on").click()
    expect(page.get_by_text("is activated")).to_be_visible()

    page.goto("/admin/licensing/license/")
    page.get_by_role("link", name="Import").click()
    page.locator("[name=file]").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": b"key,customer\nNEW-1,Bakery\n"}
    )
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("1 licences would be created")).to_be_visible()
    prove(page, "licence-import")
    assert not License.objects.filter(key="NEW-1").exists()


def test_a_tariff_is_published_and_prices_and_timings_come_from_files(visit):
    make_timings()
    tariff = make_tariff()
    publication = make_publication(tariff, make_program(payloadDescriptors=[PRICES]))
    page = visit()
    look_at(
        page,
        {
            f"tariffs/tariff/{tariff.pk}/change/": "tariff",
            f"tariffs/tariffversion/{TariffVersion.objects.get().pk}/change/": "tariff-version",
            f"tariffs/storedtiming/{StoredTiming.objects.get(tag='PEAK').pk}/change/": "timing",
            f"tariffs/publication/{publication.pk}/change/": "publication",
        },
    )

    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("was published")).to_be_visible()
    assert Event.objects.exists()

    page.goto("/admin/tariffs/publication/")
    page.get_by_role("link", name="Import day-ahead prices").click()
    page.locator("[name=document]").set_input_files(ONE_DAY)
    page.locator("[name=program]").fill("prices")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("1 day created")).to_be_visible()
    prove(page, "prices-import")

    page.goto("/admin/tariffs/storedtiming/")
    page.get_by_role("link", name="Import Timings.csv").click()
    page.locator("[name=tpid]").fill("PLAN")
    page.locator("[name=file]").set_input_files(
        {"name": "Timings.csv", "mimeType": "text/csv", "buffer": TWO}
    )
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_text("2 created")).to_be_visible()
    prove(page, "timings-import")
    page.goto("/admin/tariffs/storedtiming/?tpid=TP_HOUSEHOLD")
    with page.expect_download() as export:
        page.get_by_role("link", name="Export TP_HOUSEHOLD").click()
    assert "PEAK" in export.value.path().read_text()


def test_participants_and_what_they_are_told_are_readable(visit, tool, mill):
    participant = posted(tool, "/dr/participants", participant_request())
    dr_event = posted(tool, "/dr/dr-events", dr_event_request())
    tasks.sweep()
    clock.notify(now=datetime.fromisoformat("2126-12-01T13:00:00Z"))

    look_at(
        visit(color_scheme="dark"),
        {
            f"participants/participant/{participant}/change/": "participant",
            "events/drevent/": "dr-events",
            f"events/drevent/{dr_event}/change/": "dr-event",
            "events/drevent/add/": "dr-event-new",
            "events/drnotification/": "dr-notifications",
        },
    )


def test_a_callback_is_tested_and_a_dead_letter_sent_again(
    visit, settings, retailer, program, subscribe, subscriber
):
    subscription = subscribe(retailer, "/hook", bearerToken="secret-of-theirs")
    settings.DELIVERY_GIVE_UP_AFTER = -3_600.0
    subscriber.answer("/hook", Answer(500, b"no"))
    retailer.post("/events", event_request(program))
    tasks.sweep()
    subscriber.answer("/hook", Answer(200, b"thanks"))
    dead = Delivery.objects.get(state=Delivery.State.DEAD)
    page = visit()
    look_at(
        page,
        {
            "vtn/circuit/": "circuits",
            "vtn/poller/": "pollers",
            f"vtn/delivery/{dead.pk}/change/": "dead-letter",
            f"participants/subscription/{subscription['id']}/change/": "subscription",
        },
    )

    page.get_by_role("button", name="Send a test notification").click()
    expect(page.get_by_text("thanks")).to_be_visible()
    prove(page, "subscription-tested")

    page.goto("/admin/vtn/delivery/")
    page.locator(".action-select").first.check()
    page.locator("[name=action]").select_option("send_again")
    page.get_by_role("button", name="Run").click()
    prove(page, "send-again")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Deliveries that are sent again: 1")).to_be_visible()

    Delivery.objects.filter(pk=dead.pk).update(state=Delivery.State.DEAD)
    page.goto(f"/admin/vtn/delivery/{dead.pk}/change/")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Deliveries that are sent again: 1")).to_be_visible()
