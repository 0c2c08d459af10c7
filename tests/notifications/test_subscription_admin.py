"""Subscriptions in the admin: how their callbacks fare, and notifications that test them."""

from __future__ import annotations

import html
import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client as DjangoClient
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participants.admin.callbacks import HEALTH
from participants.models import Callback, Client, Subscription
from participants.signing_keys import signature, unsealed_keys
from tests.conftest import event_request
from tests.notifications.conftest import carry_out
from tests.twins.subscriber import Answer
from vtn.deliveries.models import Circuit, Delivery, Notification, Tally
from vtn.models import OutboxEntry

LIST = reverse("admin:participants_subscription_changelist")


@pytest.fixture
def admin(db, client):
    client.force_login(User.objects.create_superuser("berta"))
    return client


def page_of(subscription):
    return reverse("admin:participants_subscription_change", args=[subscription["id"]])


def url_of_test(subscription, number=0):
    callbacks = Callback.objects.filter(subscription_id=subscription["id"]).order_by("place")
    return reverse("admin:participants_subscription_test", args=[subscription["id"], callbacks[number].pk])


def everything():
    models = (Subscription, Callback, Delivery, Notification, Circuit, Tally, OutboxEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def shown(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def found(client, **query):
    return {each.pk for each in client.get(LIST, query).context["cl"].result_list}


def test_a_test_notification_is_the_subscription_itself_signed_and_with_its_token(
    admin, retailer, subscriber, subscribe
):
    subscription = subscribe(retailer, "/hook", bearerToken="secret-of-theirs", targets=["north"])
    subscriber.answer("/hook", Answer(202, b"<b>taken</b>"))
    before = everything()

    response = admin.post(url_of_test(subscription))

    [heard] = subscriber.heard
    document = retailer.get(f"/subscriptions/{subscription['id']}").json()
    for operation in document["objectOperations"]:
        operation["bearerToken"] = None
    assert json.loads(heard.body) == {
        "objectType": "SUBSCRIPTION",
        "operation": "UPDATE",
        "object": document,
        "targets": ["north"],
    }
    assert heard.headers["X-OpenADR-Test"] == "true"
    assert heard.headers["Authorization"] == "Bearer secret-of-theirs"
    stored, signed = Subscription.objects.get(), heard.headers["X-OpenADR-Signature"]
    keys = unsealed_keys(stored.sealed_keys, stored.id, old_key_until=None, now=timezone.now())
    assert signed == signature(heard.body, keys, int(signed[2:].partition(",")[0]))
    page = response.content.decode()
    assert "answered <b>202</b>" in page
    assert "&lt;b&gt;taken&lt;/b&gt;" in page
    assert "Authorization: Bearer •••" in page
    assert "secret-of-theirs" not in page
    assert everything() == before
    [entry] = LogEntry.objects.all()
    url = subscriber.url("/hook")
    assert entry.object_id == subscription["id"]
    assert entry.change_message == f"Sent a test notification to {url}, which answered 202."


def test_a_test_notification_is_told_in_the_language_of_who_sent_it(admin, retailer, subscriber, subscribe):
    subscription = subscribe(retailer, "/hook")
    subscriber.answer("/hook", Answer(202, b""))

    admin.post(url_of_test(subscription), headers={"Accept-Language": "nl"})

    url = subscriber.url("/hook")
    told = f"Testmelding verstuurd naar {url}, die 202 antwoordde."
    assert LogEntry.objects.get().change_message == told


@pytest.mark.parametrize(
    ("dialect", "operations", "word"),
    [
        ("3.1.0", ["POST", "PUT"], "UPDATE"),
        ("3.0.1", ["POST"], "PUT"),
        ("3.0.1", ["CREATE"], "PUT"),
        ("3.1.0", ["DELETE"], "UPDATE"),
    ],
)
def test_it_is_written_in_the_version_of_its_subscription(
    admin, retailer, program, subscriber, subscribe, dialect, operations, word
):
    client = retailer.at(dialect)
    subscription = subscribe(client, operations=operations, programID=program["id"])

    admin.post(url_of_test(subscription))

    [heard] = subscriber.heard
    document = client.get(f"/subscriptions/{subscription['id']}").json()
    document["objectOperations"][0]["bearerToken"] = None
    assert json.loads(heard.body)["operation"] == word
    assert json.loads(heard.body)["object"] == document


def test_a_receiver_that_never_answers_is_not_waited_for(admin, settings, retailer, subscriber, subscribe):
    subscription = subscribe(retailer)
    settings.CALLBACK_TIMEOUT = 0.3
    subscriber.answer("/", Answer(-1))
    before = everything()

    page = admin.post(url_of_test(subscription)).content.decode()

    assert "did not answer in time" in page
    assert everything() == before
    assert LogEntry.objects.get().change_message.endswith("which did not answer in time.")


def test_an_address_that_may_not_be_called_is_not_called(admin, settings, retailer, subscriber, subscribe):
    subscription = subscribe(retailer)
    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = False

    page = admin.post(url_of_test(subscription)).content.decode()

    assert "has an address that may not be called" in page
    assert subscriber.heard == []


def test_a_disabled_client_is_told_nothing(admin, retailer, subscriber, subscribe):
    subscription = subscribe(retailer)
    Client.objects.update(is_enabled=False)

    response = admin.post(url_of_test(subscription), follow=True)

    assert "Its client is not there or disabled, and is told nothing" in response.content.decode()
    assert subscriber.heard == []
    assert not LogEntry.objects.exists()


def test_who_may_only_look_or_delete_sends_no_test(client, retailer, subscriber, subscribe):
    subscription = subscribe(retailer)
    watcher = User.objects.create_user("carl", is_staff=True)
    wanted = ("view_subscription", "delete_subscription")
    watcher.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    client.force_login(watcher)
    before = everything()

    assert "Send a test notification" not in shown(client, page_of(subscription))
    assert client.post(url_of_test(subscription)).status_code == 403

    assert subscriber.heard == []
    assert everything() == before
    watcher.user_permissions.add(Permission.objects.get(codename="change_subscription"))
    assert "Send a test notification" in shown(client, page_of(subscription))
    assert client.get(url_of_test(subscription)).status_code == 405
    assert client.post(page_of(subscription), {"client_name": "mine"}).status_code == 403
    assert client.post(url_of_test(subscription)).status_code == 200
    assert len(subscriber.heard) == 1
    assert everything() == before


def test_a_callback_of_another_subscription_is_not_tested(admin, retailer, ven, subscriber, subscribe):
    mine, other = subscribe(retailer, "/mine"), subscribe(ven, "/other")
    of_other = Callback.objects.get(subscription_id=other["id"]).pk

    response = admin.post(reverse("admin:participants_subscription_test", args=[mine["id"], of_other]))

    assert response.status_code == 404
    assert subscriber.heard == []


def test_the_page_shows_how_callbacks_fare_and_the_last_deliveries(
    admin, retailer, program, subscriber, subscribe
):
    subscription = subscribe(retailer, "/hook")
    others = subscribe(retailer, "/other")
    subscriber.answer("/hook", Answer(503))
    for _ in range(21):
        retailer.post("/events", event_request(program))
    carry_out()
    callback = Callback.objects.get(subscription_id=subscription["id"])

    page = shown(admin, page_of(subscription))

    assert "<td>failing</td>" in page
    assert "<td>answered 503</td>" in page
    latest = Delivery.objects.filter(recipient_id=callback.pk).order_by("-id")
    links = [reverse("admin:vtn_delivery_change", args=[each.pk]) for each in latest]
    assert len(links) > 20
    assert [link in page for link in links] == [True] * 20 + [False] * (len(links) - 20)
    assert f"channel=webhook&recipient_id={callback.pk}" in page
    assert "<td>working</td>" in shown(admin, page_of(others))


def test_the_list_shows_and_filters_health_as_the_callbacks_have_it(admin, retailer, subscribe):
    now = timezone.now()
    fares = {
        "working": {},
        "failing": {"failing_since": now},
        "broken": {"failing_since": now, "broken_at": now},
        "gone": {"failing_since": now, "broken_at": now, "gone_at": now},
    }
    ids = {word: subscribe(retailer, f"/{word}")["id"] for word in fares}
    for word, columns in fares.items():
        Callback.objects.filter(subscription_id=ids[word]).update(**columns)

    shows = {each.pk: each for each in admin.get(LIST).context["cl"].result_list}

    model_admin = admin.get(LIST).context["cl"].model_admin
    assert {word: model_admin.health(shows[ids[word]]) for word in ids} == {word: word for word in ids}
    for word, wanted in HEALTH.items():
        assert {each.health for each in Callback.objects.filter(wanted)} == {word}
        assert found(admin, health=word) == {ids[word]}
    assert found(admin) == set(ids.values())


def test_the_list_asks_as_much_for_many_as_for_one(admin, retailer, subscribe):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            admin.get(LIST)
        return len(captured)

    subscribe(retailer, "/0")
    queries()
    for_one = queries()
    for number in range(1, 5):
        subscribe(retailer, f"/{number}")

    assert queries() == for_one


def test_the_worst_health_stands_for_a_subscription(admin, retailer, subscribe):
    subscription = subscribe(retailer)
    first = Callback.objects.get()
    Callback.objects.create(
        subscription_id=subscription["id"],
        place=1,
        url=first.url,
        host=first.host,
        wants=[],
        failing_since=timezone.now() - timedelta(hours=2),
    )

    assert "failing" in [
        admin.get(LIST).context["cl"].model_admin.health(each)
        for each in admin.get(LIST).context["cl"].result_list
    ]


def test_a_page_of_somebody_else_cannot_have_it_sent(retailer, subscriber, subscribe):
    subscription = subscribe(retailer)
    browser = DjangoClient(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_superuser("berta"))
    before = everything()

    assert browser.post(url_of_test(subscription)).status_code == 403

    assert subscriber.heard == []
    assert everything() == before
