"""How a notification is sent: what stands in it, where it goes, and where it must not."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from participants.models import Callback, Subscription
from participants.signing_keys import new_key, unsealed_keys
from tests.conftest import event_request
from tests.notifications.conftest import carry_all_out, carry_out, hurry
from tests.twins.certificates import Authority
from tests.twins.subscriber import Answer, Subscriber
from vtn.deliveries.models import Delivery


@pytest.fixture
def delivery():
    """The only one there is."""
    return Delivery.objects.get


def signs(key, heard):
    (_, signed_at), *digests = (
        part.split("=", 1) for part in heard.headers["X-OpenADR-Signature"].split(",")
    )
    wanted = hmac.new(key.encode(), f"{signed_at}.".encode() + heard.body, hashlib.sha256).hexdigest()
    return ["v1", wanted] in digests


def keys_of(subscription):
    now = timezone.now()
    return unsealed_keys(
        subscription.sealed_keys, subscription.id, old_key_until=subscription.old_key_until, now=now
    )


def test_a_notification_says_what_it_is_and_who_sends_it(retailer, program, subscriber, subscribe):
    subscription = subscribe(retailer, objects=["EVENT"], bearerToken="a-secret")
    retailer.post("/events", event_request(program))

    carry_out()

    (heard,) = subscriber.heard
    delivery = Delivery.objects.get(object_type="EVENT")
    assert heard.headers["Authorization"] == "Bearer a-secret"
    assert heard.headers["Content-Type"] == "application/json"
    assert heard.headers["Idempotency-Key"] == f"{delivery.entry_id}.{delivery.recipient_id}"
    assert heard.headers["X-OpenADR-Change"] == str(delivery.entry_id)
    assert heard.headers["X-OpenADR-Attempt"] == "1"
    (key,) = keys_of(Subscription.objects.get(id=subscription["id"]))
    assert signs(key, heard)


def test_without_a_token_there_is_no_authorization(retailer, program, subscriber, subscribe):
    subscribe(retailer, objects=["EVENT"])
    retailer.post("/events", event_request(program))

    carry_out()

    (heard,) = subscriber.heard
    assert "Authorization" not in heard.headers


def test_the_token_is_in_no_row_of_a_delivery(retailer, program, subscriber, subscribe):
    subscribe(retailer, objects=["EVENT", "SUBSCRIPTION"], bearerToken="a-secret")
    retailer.post("/events", event_request(program))

    carry_out()

    rows = json.dumps([*Delivery.objects.values(), *Callback.objects.values()], default=str)
    assert "a-secret" not in rows


def test_both_keys_sign_while_one_takes_over_from_the_other(retailer, program, subscriber, subscribe):
    subscription = Subscription.objects.get(id=subscribe(retailer, objects=["EVENT"])["id"])
    (old,) = keys_of(subscription)
    subscription.sealed_keys = [new_key(subscription.id), *subscription.sealed_keys]
    subscription.old_key_until = timezone.now() + timedelta(hours=1)
    subscription.save()
    new, _ = keys_of(subscription)

    retailer.post("/events", event_request(program))
    carry_out()
    Subscription.objects.update(old_key_until=timezone.now())
    retailer.post("/events", event_request(program, eventName="later"))
    carry_out()

    both, one = subscriber.heard
    assert signs(new, both)
    assert signs(old, both)
    assert signs(new, one)
    assert not signs(old, one)


def test_another_attempt_is_the_same_and_says_that_it_is_another(retailer, program, subscriber, subscribe):
    subscribe(retailer, objects=["EVENT"])
    subscriber.answer("/", Answer(500), Answer(200))
    retailer.post("/events", event_request(program))

    carry_out()
    hurry()
    carry_out()

    first, second = subscriber.heard
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert [each.headers["X-OpenADR-Attempt"] for each in subscriber.heard] == ["1", "2"]


def test_a_redirect_is_not_followed(retailer, program, subscriber, subscribe, delivery):
    subscribe(retailer, objects=["EVENT"], bearerToken="a-secret")
    subscriber.answer("/", Answer(302, headers={"Location": subscriber.url("/elsewhere")}))
    retailer.post("/events", event_request(program))

    carry_out()

    assert [heard.path for heard in subscriber.heard] == ["/"]
    failed = delivery(object_type="EVENT")
    assert (failed.state, failed.status, failed.reason) == ("waiting", 302, "answered 302")


def test_an_address_that_may_not_be_called_is_not_called_though_it_was_once_allowed(
    retailer, program, subscriber, subscribe, settings, delivery
):
    subscribe(retailer, objects=["EVENT"])
    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = False
    retailer.post("/events", event_request(program))

    carry_out()

    assert subscriber.heard == []
    failed = delivery(object_type="EVENT")
    assert (failed.state, failed.reason) == ("waiting", "has an address that may not be called")


def test_a_name_that_leads_to_another_address_now_is_not_followed_there(
    retailer, program, subscriber, subscribe, settings, delivery
):
    """The address is looked at where it is connected to; at the look-up of a name nobody can be sure of it."""
    subscription = subscribe(retailer, objects=["EVENT"])
    url = subscriber.url("/", host="localhost")
    Callback.objects.filter(subscription_id=subscription["id"]).update(url=url)
    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = False
    retailer.post("/events", event_request(program))

    carry_out()

    assert subscriber.heard == []
    assert delivery(object_type="EVENT").reason == "has an address that may not be called"


def test_a_certificate_of_a_stranger_is_not_trusted(
    retailer, program, subscribe, settings, tmp_path, delivery
):
    authority = Authority(tmp_path)
    with Subscriber(authority.server()).running() as secure:
        subscribe(retailer, objects=["EVENT"], callbackUrl=secure.url("/"))
        retailer.post("/events", event_request(program))

        carry_out()

        assert secure.heard == []
        assert delivery(object_type="EVENT").reason == "has a certificate that is not trusted"

        settings.CALLBACK_CA_FILE = str(authority.file)
        hurry()
        carry_out()

        assert len(secure.heard) == 1
        assert delivery(object_type="EVENT").state == "delivered"


def test_a_certificate_for_another_host_is_refused_and_tried_again_without_a_word_to_who_shows_it(
    retailer, program, subscribe, settings, tmp_path, delivery
):
    authority = Authority(tmp_path)
    settings.CALLBACK_CA_FILE = str(authority.file)
    with Subscriber(tls := authority.server("receiver.example")).running() as secure:
        subscribe(
            retailer, objects=["EVENT"], callbackUrl=secure.url("/", "localhost"), bearerToken="a-secret"
        )
        retailer.post("/events", event_request(program))

        for attempt in (1, 2):
            carry_out()
            failed = delivery(object_type="EVENT")
            assert (failed.state, failed.attempts) == ("waiting", attempt)
            assert failed.reason == "has a certificate that is not trusted"
            hurry()
        assert secure.heard == []

        authority.server("localhost")
        tls.load_cert_chain(tmp_path / "server.pem")
        carry_out()

        assert [heard.headers["Authorization"] for heard in secure.heard] == ["Bearer a-secret"]
        assert delivery(object_type="EVENT").state == "delivered"


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (Answer(500, b"sorry"), 500, "answered 500"),
        (Answer(404), 404, "answered 404"),
        (Answer(429), 429, "answered 429"),
        (Answer(0), None, "does not answer as HTTP has it"),
        (Answer(-1), None, "did not answer in time"),
        (Answer(200, b" " * 100_000), None, "answered with more than 65536 bytes"),
    ],
)
def test_whatever_goes_wrong_is_written_down_and_tried_again(
    retailer, program, subscriber, subscribe, settings, delivery, answer, status, reason
):
    settings.CALLBACK_TIMEOUT = 0.5
    subscribe(retailer, objects=["EVENT"])
    subscriber.answer("/", answer, Answer(200, b"thank you"))
    retailer.post("/events", event_request(program))

    carry_out()

    failed = delivery(object_type="EVENT")
    assert (failed.state, failed.attempts, failed.status, failed.reason) == ("waiting", 1, status, reason)
    callback = Callback.objects.get()
    assert (callback.health, callback.failures, callback.failure) == ("failing", 1, reason)

    hurry()
    carry_out()

    arrived = delivery(object_type="EVENT")
    assert (arrived.state, arrived.attempts, arrived.status) == ("delivered", 2, 200)
    assert arrived.answer == "thank you"
    callback.refresh_from_db()
    assert (callback.health, callback.failures, callback.failure) == ("working", 0, "")


def test_a_host_that_is_not_there_is_tried_again(retailer, program, subscriber, subscribe, delivery):
    subscription = subscribe(retailer, objects=["EVENT"])
    with Subscriber().running() as other:
        away = other.url("/")
    Callback.objects.filter(subscription_id=subscription["id"]).update(url=away)
    retailer.post("/events", event_request(program))

    carry_out()

    assert delivery(object_type="EVENT").reason == "does not take connections"


def test_of_an_answer_only_the_beginning_is_kept(retailer, program, subscriber, subscribe, delivery):
    subscribe(retailer, objects=["EVENT"])
    subscriber.answer("/", Answer(500, b"x" * 5000))
    retailer.post("/events", event_request(program))

    carry_out()

    assert delivery(object_type="EVENT").answer == "x" * 1000


def test_a_token_that_cannot_be_opened_costs_nobody_else_anything(
    retailer, program, subscriber, subscribe, delivery
):
    sealed = subscribe(retailer, "/sealed", objects=["EVENT"], bearerToken="a-secret")
    subscribe(retailer, "/", objects=["EVENT"])
    Subscription.objects.filter(id=sealed["id"]).update(sealed_tokens=["nonsense"])
    retailer.post("/events", event_request(program))

    carry_all_out()

    assert [heard.path for heard in subscriber.heard] == ["/"]
    waiting = delivery(state="waiting")
    assert waiting.reason.startswith("No key opens what is sealed")
