"""Deliveries, circuits and changes in the admin, used as a member of staff uses them."""

from __future__ import annotations

import html
import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participants.models import Callback
from tests.conftest import event_request
from tests.notifications.conftest import carry_all_out, carry_out, notifications
from tests.participants.subscribing import object_operation, subscription_request
from tests.twins.subscriber import Answer
from vtn.deliveries import store
from vtn.deliveries.models import Circuit, Delivery
from vtn.models import OutboxEntry
from vtn.relay.telling import Telling
from vtn.wiring import all_wired

LIST = reverse("admin:vtn_delivery_changelist")
State = Delivery.State


@pytest.fixture
def admin(db, client):
    client.force_login(User.objects.create_superuser("berta"))
    return client


def staff(client, *permissions):
    """Somebody who may do only this."""
    person = User.objects.create_user("carl", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(person)
    return client


@pytest.fixture
def give_up(settings, retailer, program, subscriber):
    """Has events of this name created that the receiver at the path does not take, and that are given up at once."""

    def give_up(number=1, path="/", status=500):
        # In a transaction of a test the database's now() is its beginning: everything is younger than nothing.
        settings.DELIVERY_GIVE_UP_AFTER, settings.CIRCUIT_THRESHOLD = -3_600.0, 1_000
        subscriber.answer(path, Answer(status, b"<b>no</b>"))
        for _ in range(number):
            retailer.post("/events", event_request(program))
        carry_out()
        subscriber.answer(path, Answer(200, b"thanks"))
        subscriber.heard.clear()
        settings.DELIVERY_GIVE_UP_AFTER = 3600.0
        return list(Delivery.objects.filter(state=State.DEAD).order_by("id"))

    return give_up


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Delivery, Circuit, OutboxEntry)]


def page_of(delivery):
    return reverse("admin:vtn_delivery_change", args=[delivery.pk])


def shown(client, url, query=None):
    response = client.get(url, query)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def found(client, **query):
    return {each.pk for each in client.get(LIST, query).context["cl"].result_list}


def test_a_dead_letter_shows_why_what_was_sent_and_the_answer(
    admin, retailer, subscriber, subscribe, give_up, program
):
    subscribe(retailer, "/hook", bearerToken="secret-of-theirs", clientName="The box")
    retailer.post("/events", event_request(program))
    carry_out()
    heard = {name for name in subscriber.heard[0].headers if name not in ("Host", "Content-Length")}
    [dead] = give_up(path="/hook")

    page = shown(admin, page_of(dead))

    assert "answered 500" in page
    assert "<b>no</b>" in page
    assert f"POST {subscriber.url('/hook')}" in page
    assert "Authorization: Bearer •••" in page
    assert "X-OpenADR-Signature: •••" in page
    assert f"Idempotency-Key: {dead.entry_id}.{dead.recipient_id}" in page
    assert "secret-of-theirs" not in page
    assert '  "operation": "CREATE"' in page
    assert "The box" in page
    # All that the receiver heard is on the page, but for what every HTTP client says.
    assert [
        name for name in heard - {"Accept", "Accept-Encoding", "User-Agent"} if f"{name}: " not in page
    ] == []


def test_a_dead_letter_whose_subscription_was_written_since_says_where_it_was_sent(
    admin, retailer, subscriber, subscribe, give_up
):
    """Of the URL itself only the host is kept."""
    subscription = subscribe(retailer, "/old", objects=["EVENT"])
    (dead,) = give_up(path="/old")
    Delivery.objects.update(
        tried_at=timezone.now()
    )  # in a test's transaction the database's now() stands still
    called = f"http://127.0.0.1:{subscriber.port}"
    page = shown(admin, page_of(dead))
    assert f"POST {called}/old" in page
    assert "as it is now" not in page

    operation = object_operation(callbackUrl="http://elsewhere.example/new")
    path = f"/subscriptions/{subscription['id']}"
    assert retailer.put(path, subscription_request(objectOperations=[operation])).status_code == 200

    now = f"http://elsewhere.example/new (as it is now; written after this was sent to {called})"
    assert f"POST {now}" in shown(admin, page_of(dead))


def test_one_is_sent_again_from_its_page(admin, retailer, subscriber, subscribe, give_up):
    subscribe(retailer)
    first, second = give_up(2)
    assert "Send again" in shown(admin, page_of(first))

    response = admin.post(reverse("admin:vtn_delivery_send_again", args=[first.pk]))
    carry_all_out()

    assert response["Location"] == page_of(first)
    assert [each["object"]["id"] for each in notifications(subscriber)] == [first.object_id]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.DELIVERED, State.DEAD)
    [entry] = LogEntry.objects.all()
    assert (entry.object_id, entry.change_message) == (str(first.pk), "Sent again by hand.")
    assert "Send again" not in shown(admin, page_of(first))


def test_what_was_not_given_up_is_not_sent_again(admin, retailer, program, subscriber, subscribe):
    subscribe(retailer)
    retailer.post("/events", event_request(program))
    carry_out()
    delivery, before = Delivery.objects.get(object_type="EVENT"), everything()

    admin.post(reverse("admin:vtn_delivery_send_again", args=[delivery.pk]))

    assert everything() == before
    assert not LogEntry.objects.exists()


def test_the_selected_are_sent_again_after_a_question(admin, retailer, subscriber, subscribe, give_up):
    subscribe(retailer)
    first, second, third = give_up(3)
    form = {"action": "send_again", "_selected_action": [first.pk, third.pk], "index": 0}
    before = everything()

    question = admin.post(LIST, form)

    assert question.context["number"] == 2
    assert everything() == before
    admin.post(LIST, {**form, "confirmed": "yes"})
    carry_all_out()
    # Of two objects either may be told of first.
    assert {each["object"]["id"] for each in notifications(subscriber)} == {first.object_id, third.object_id}
    assert len(notifications(subscriber)) == 2
    second.refresh_from_db()
    assert second.state == State.DEAD


def test_all_that_match_are_sent_again_after_a_question_with_their_number(
    admin, retailer, subscriber, subscribe, give_up, monkeypatch
):
    monkeypatch.setattr("vtn.admin.deliveries._AT_A_TIME", 2)
    subscribe(retailer, "/a")
    subscribe(retailer, "/b")
    subscriber.answer("/b", Answer(500))
    give_up(5, path="/a")
    recipient = Callback.objects.get(url=subscriber.url("/a")).pk
    of_a = Delivery.objects.filter(recipient_id=recipient)
    url = f"{LIST}?recipient_id={recipient}&state__exact=dead"
    selected = of_a.filter(state=State.DEAD).latest("id").pk
    form = {"action": "send_again", "_selected_action": [selected], "select_across": 1}

    question = admin.post(url, {**form, "index": 0})
    assert question.context["number"] == 5
    # What the page sends when it is answered with yes, to where it is.
    assert 'name="select_across" value="1"' in question.content.decode()
    admin.post(url, {**form, "confirmed": "yes"})
    carry_all_out()

    assert len(notifications(subscriber, "/a")) == 5
    assert {each.state for each in of_a} == {State.DELIVERED}
    assert Delivery.objects.exclude(recipient_id=recipient).filter(state=State.DEAD).count() == 5
    assert LogEntry.objects.count() == 5


def test_who_may_only_look_sends_nothing_again(client, retailer, subscribe, give_up):
    subscribe(retailer)
    [dead] = give_up()
    watcher, before = staff(client, "view_delivery", "view_circuit"), everything()

    assert "Send again" not in shown(watcher, page_of(dead))
    assert watcher.post(reverse("admin:vtn_delivery_send_again", args=[dead.pk])).status_code == 403
    watcher.post(LIST, {"action": "send_again", "_selected_action": [dead.pk], "confirmed": "yes"})
    Circuit.objects.create(host="https://a:443", failures=9, reason="answered 500")
    circuits = reverse("admin:vtn_circuit_changelist")
    watcher.post(circuits, {"action": "call_again_now", "_selected_action": ["https://a:443"]})

    assert Circuit.objects.exists()
    Circuit.objects.filter(host="https://a:443").delete()
    assert everything() == before
    assert not LogEntry.objects.exists()


def test_who_may_change_deliveries_sends_them_again_and_changes_nothing_else(
    client, retailer, subscribe, give_up
):
    subscribe(retailer)
    [dead] = give_up()
    person, before = staff(client, "view_delivery", "change_delivery"), everything()

    assert person.post(page_of(dead), {"state": "delivered"}).status_code == 403
    assert (
        person.post(reverse("admin:vtn_delivery_delete", args=[dead.pk]), {"post": "yes"}).status_code == 403
    )
    assert person.get(reverse("admin:vtn_delivery_send_again", args=[dead.pk])).status_code == 405
    assert everything() == before
    person.post(reverse("admin:vtn_delivery_send_again", args=[dead.pk]))

    dead.refresh_from_db()
    assert dead.state == State.WAITING


def test_deliveries_are_found_by_object_host_and_what_they_are(
    admin, retailer, ven, program, subscriber, subscribe
):
    subscribe(retailer)
    event = retailer.post("/events", event_request(program)).json()
    other = retailer.post("/programs", {"programName": "other"}).json()
    carry_out()
    of_event = Delivery.objects.get(object_id=event["id"]).pk
    of_program = Delivery.objects.get(object_id=other["id"]).pk

    assert found(admin, q=event["id"]) == {of_event}
    assert found(admin, q=event["id"][:8]) == set()
    for host in (f"http://127.0.0.1:{subscriber.port}", f"127.0.0.1:{subscriber.port}"):
        assert found(admin, q=host) >= {of_event, of_program}
    assert of_program in found(admin, object_type="PROGRAM", channel="webhook", state__exact="delivered")
    assert of_event not in found(admin, object_type="PROGRAM")
    assert found(admin, channel="other") == set()
    assert found(admin, state__exact="dead") == set()


def test_a_page_of_deliveries_asks_as_much_as_one_of_them(admin, retailer, program, subscribe):
    for number in range(4):
        subscribe(retailer, f"/{number}")
    retailer.post("/events", event_request(program))
    carry_out()

    def queries(**query):
        with CaptureQueriesContext(connection) as captured:
            admin.get(LIST, query)
        return len(captured)

    some = Delivery.objects.latest("id")
    queries()
    assert len(found(admin)) > 4
    assert queries() == queries(recipient_id=some.recipient_id, object_id=some.object_id)


def test_no_list_is_counted_to_its_end(admin, retailer, program, subscribe, monkeypatch):
    subscribe(retailer)
    for _ in range(3):
        retailer.post("/events", event_request(program))
    carry_out()
    monkeypatch.setattr("vtn.admin.lists.MOST_COUNTED", 2)

    monkeypatch.setattr("vtn.admin.deliveries.DeliveryAdmin.list_per_page", 1)

    page = admin.get(LIST)

    assert page.context["cl"].result_count == 2
    told = " ".join(page.content.decode().split())
    assert "2+ deliveries" in told
    assert "Select all 2+" in told


def test_no_list_offers_to_show_all_which_it_does_not(admin, retailer, program, subscribe):
    subscribe(retailer)
    retailer.post("/events", event_request(program))
    carry_out()

    for query in ({}, {"q": "x.example"}, {"state__exact": "dead"}):
        assert "Show all" not in shown(admin, LIST, query)
    assert "Show all" not in shown(admin, reverse("admin:events_binding_changelist"))


def test_a_recipient_that_is_gone_is_named_by_its_number(admin, retailer, subscriber, subscribe, give_up):
    subscription = subscribe(retailer)
    [dead] = give_up()
    retailer.delete(f"/subscriptions/{subscription['id']}")

    page = shown(admin, page_of(dead))

    name = f"webhook {dead.recipient_id}, at http://127.0.0.1:{subscriber.port}"
    assert name in page
    assert name in shown(admin, LIST, {"state__exact": "dead"})


@pytest.mark.parametrize("left_alone", [30.0, 300.0], ids=["shorter than a lease", "longer"])
def test_a_host_is_called_again_now(admin, settings, retailer, program, subscriber, subscribe, left_alone):
    settings.CIRCUIT_THRESHOLD, settings.CIRCUIT_FIRST = 1, left_alone
    subscribe(retailer)
    subscriber.answer("/", Answer(500))
    retailer.post("/events", event_request(program))
    carry_out()
    subscriber.answer("/", Answer(200))
    event = retailer.post("/events", event_request(program)).json()
    carry_out()
    subscriber.heard.clear()
    circuit = Circuit.objects.get()
    circuits = reverse("admin:vtn_circuit_changelist")
    assert circuit.host in shown(admin, circuits)
    assert found(admin, host=circuit.host, state__exact="waiting") == {
        each.pk for each in Delivery.objects.filter(state=State.WAITING)
    }

    admin.post(circuits, {"action": "call_again_now", "_selected_action": [circuit.host]})
    carry_out()

    assert event["id"] in [each["object"]["id"] for each in notifications(subscriber)]
    assert len(subscriber.heard) == 2
    assert not Circuit.objects.exists()
    assert LogEntry.objects.get().object_id == circuit.host


def test_what_is_being_sent_is_left_to_its_sender(admin, settings, retailer, program, subscriber, subscribe):
    subscribe(retailer)
    retailer.post("/events", event_request(program))
    Telling(all_wired("tells"))()
    [claimed] = store.claim(most=1, lease=settings.DELIVERY_LEASE, busy=())
    Circuit.objects.create(
        host=claimed.host,
        failures=5,
        reason="answered 500",
        open_until=timezone.now() + timedelta(hours=1),
    )
    due_at = Delivery.objects.get(pk=claimed.id).due_at

    admin.post(
        reverse("admin:vtn_circuit_changelist"),
        {"action": "call_again_now", "_selected_action": [claimed.host]},
    )

    assert not Circuit.objects.exists()
    assert Delivery.objects.get(pk=claimed.id).due_at == due_at


def test_a_change_shows_what_it_was_and_became_and_the_deliveries_that_came_of_it(
    admin, retailer, program, subscriber, subscribe, give_up
):
    subscribe(retailer, "/a")
    subscribe(retailer, "/b")
    subscriber.answer("/b", Answer(200))
    [dead] = give_up(path="/a")
    entry = OutboxEntry.objects.get(pk=dead.entry_id)

    page = shown(admin, reverse("admin:vtn_outboxentry_change", args=[entry.pk]))

    assert "1 given up" in page
    assert "1 delivered" in page
    assert json.dumps(program["id"]) in page
    assert found(admin, object_id=entry.object_id, entry_id=entry.pk, state__exact="dead") == {dead.pk}
    assert f"object_id={entry.object_id}&entry_id={entry.pk}&state__exact=dead" in page
    listed = shown(admin, reverse("admin:vtn_outboxentry_changelist"), {"object_type": "EVENT"})
    assert entry.object_id in listed


def test_what_is_sent_again_of_one_object_keeps_its_order(
    admin, settings, retailer, subscriber, subscribe, give_up
):
    subscribe(retailer)
    [created] = give_up()
    subscriber.answer("/", Answer(500))
    settings.DELIVERY_GIVE_UP_AFTER = -3_600.0
    event = retailer.get(f"/events/{created.object_id}").json()
    retailer.put(f"/events/{event['id']}", {**event, "eventName": "renamed"})
    carry_out()
    subscriber.answer("/", Answer(200))
    subscriber.heard.clear()
    form = {"action": "send_again", "_selected_action": [created.pk], "select_across": 1}

    admin.post(LIST, {**form, "confirmed": "yes"})
    carry_all_out()

    assert [each["operation"] for each in notifications(subscriber)] == ["CREATE", "UPDATE"]
