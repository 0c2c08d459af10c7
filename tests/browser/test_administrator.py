# ruff: noqa: F401, F811 - fixtures of other folders are taken by name
"""An administrator in a real browser, from a new client to a notification that is sent again. What comes of it is seen
from outside: by tokens, polls and the receiver."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from participants.models import ClientSecret, Ven
from tests.browser.conftest import prove
from tests.browser.laboratory import web
from tests.browser.outside import polled, token_for
from tests.conftest import event_request
from tests.notifications.conftest import carry_out, hurry, notifications, subscribe, subscriber
from tests.twins.subscriber import Answer
from tests.web import Web
from vtn.deliveries.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_client_gets_a_ven_and_a_new_secret_and_sees_what_it_missed(web, visit, retailer, program):
    retailer.post("/events", event_request(program, eventName="peak", targets=["south"]))
    page = visit("administrator")

    first = create_client(page, "house-7")
    add_ven(page, "house-7", targets="north")
    assert names_seen_with(web, "house-7", first) == []

    second = rotate_secret(page)
    assert token_for(web, "house-7", first).status_code == 200  # until somebody ends it
    end_oldest_secret(page)
    assert token_for(web, "house-7", first).status_code == 401
    assert names_seen_with(web, "house-7", second) == []

    page.goto(ven_page())
    page.get_by_role("link", name="Why does it see an event, or not?").click()
    page.get_by_label("Event:", exact=True).fill("peak")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_role("heading", name="house 7 does not get peak.")).to_be_visible()
    row = page.get_by_role("row", name="The event is meant for this VEN")
    expect(row).to_contain_text("Neither the VEN (“north”) nor its resources (none)")
    prove(page, "administrator-why-not")
    why = page.url

    page.goto(ven_page())
    page.locator("[name=targets]").fill("north\nsouth")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(why)
    expect(page.get_by_role("heading", name="house 7 gets peak.")).to_be_visible()
    prove(page, "administrator-mended")
    assert names_seen_with(web, "house-7", second) == ["peak"]


def test_what_was_given_up_arrives_when_it_is_sent_again(
    web, visit, settings, retailer, program, subscribe, subscriber
):
    subscribe(retailer, "/hook", objects=["EVENT"])
    subscriber.answer("/hook", Answer(503, b"out to lunch"))
    retailer.post("/events", event_request(program, eventName="peak"))
    carry_out()
    page = visit("administrator")
    expect(page.get_by_role("link", name="waiting: 1", exact=True)).to_be_visible()

    settings.DELIVERY_GIVE_UP_AFTER = 0.0
    hurry()
    carry_out()
    page.get_by_role("link", name="given up: 1", exact=True).click()
    page.locator("#result_list tbody th a").click()
    expect(page.locator("#content")).to_contain_text("answered 503")
    expect(page.locator("#content")).to_contain_text("out to lunch")
    prove(page, "administrator-dead-letter")
    subscriber.answer("/hook", Answer(200))
    subscriber.heard.clear()
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Deliveries that are sent again: 1")).to_be_visible()
    hurry()
    carry_out()

    (told,) = notifications(subscriber, "/hook")
    assert (told["operation"], told["object"]["eventName"]) == ("CREATE", "peak")
    page.reload()
    expect(page.locator("#content")).not_to_contain_text("given up")
    prove(page, "administrator-sent-again")
    page.goto("/admin/")
    expect(page.get_by_role("link", name="given up: 0", exact=True)).to_be_visible()


def create_client(page: Page, client_id: str) -> str:
    """Gives its secret."""
    page.goto("/admin/participants/client/add/")
    page.locator("[name=client_id]").fill(client_id)
    page.locator("[name=name]").fill("House 7")
    page.locator("[name=role]").select_option("ven")
    prove(page, "administrator-new-client")
    page.get_by_role("button", name="Save", exact=True).click()
    return make_secret(page, label="first")


def make_secret(page: Page, *, label: str) -> str:
    """Two clicks of a hurried hand make one secret."""
    page.get_by_label("Label").fill(label)
    page.get_by_role("button", name="Make the secret").dblclick()
    secret = page.get_by_label("Secret", exact=True).input_value()
    prove(page, "administrator-secret")
    page.goto(page.url)
    assert secret not in page.content()  # it was shown this once
    return secret


def add_ven(page: Page, client_id: str, *, targets: str) -> None:
    page.goto("/admin/participants/ven/add/")
    page.locator("[name=ven_name]").fill("house 7")
    page.locator("[name=client_id]").fill(client_id)
    page.locator("[name=targets]").fill(targets)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#result_list")).to_contain_text("house 7")


def ven_page() -> str:
    return f"/admin/participants/ven/{Ven.objects.get().pk}/change/"


def rotate_secret(page: Page) -> str:
    page.goto(ven_page())
    page.get_by_role("link", name="Make a new secret").click()
    return make_secret(page, label="second")


def end_oldest_secret(page: Page) -> None:
    page.goto(ven_page())
    prove(page, "administrator-two-secrets")
    page.get_by_role("link", name="End old ones, scopes").click()
    page.get_by_role("checkbox", name="delete").first.press("Space")
    expect(page.get_by_text("This item will be deleted.").first).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#result_list")).to_contain_text("house-7")
    assert [secret.label for secret in ClientSecret.objects.filter(client_id="house-7")] == ["second"]


def names_seen_with(web: Web, client_id: str, secret: str) -> list[str]:
    """The names of the events that a client with this secret is answered."""
    token = token_for(web, client_id, secret).json()["access_token"]
    return [event["eventName"] for event in polled(web, token)]
