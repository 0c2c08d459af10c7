"""Callbacks are checked before anything is stored: by the rules of each dialect, and against real receivers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import connection

from participants.models import Subscription
from participants.services import subscriptions as services
from participants.wire.subscriptions.v310 import parse_subscription
from tests.conftest import NOON
from tests.participants.subscribing import object_operation, subscription_request
from tests.twins.certificates import Authority
from tests.twins.receiver import Receiver
from tests.web import serving
from vtn.caller import ROLE_SCOPES, Caller, Role
from vtn.dialect import Dialect
from vtn.models import OutboxEntry
from vtn.places import Places

HIDDEN = "objectOperations[0].callbackUrl: the callback has an address that may not be called"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("authority")))


@pytest.fixture
def receiver(authority: Authority, settings: Any) -> Iterator[Receiver]:
    """A receiver with TLS, in a network that the operator allows, with a certificate of an authority that it trusts."""
    settings.CALLBACK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.CALLBACK_CA_FILE = str(authority.file)
    with Receiver(authority.server()).running() as receiver:
        yield receiver


@pytest.fixture
def plain() -> Iterator[Receiver]:
    with Receiver().running() as receiver:
        yield receiver


def to(*urls: str, **members: Any) -> dict[str, Any]:
    return subscription_request(
        objectOperations=[object_operation(callbackUrl=url) for url in urls], **members
    )


def refused(answer: Any) -> str:
    assert answer.status_code == 400, answer.content
    assert not OutboxEntry.objects.filter(object_type="SUBSCRIPTION", operation="UPDATE").exists()
    return answer.json()["detail"]


# -- 3.1.0 ----------------------------------------------------------------------------------------------------


def test_a_receiver_that_answers_the_challenge_is_subscribed(house, receiver):
    answer = house.post("/subscriptions", to(receiver.url("/echo?key=value")))

    assert answer.status_code == 201
    (heard,) = receiver.heard
    assert (heard.method, heard.path, heard.query["key"]) == ("GET", "/echo", ["value"])
    assert Subscription.objects.get().verified_urls == [receiver.url("/echo?key=value")]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/silent", "did not give back the value of echo"),
        ("/wrong", "answered the challenge with 500, not with 200"),
        ("/redirect", "answered the challenge with 302, not with 200"),
        ("/flood", "answered with more than 65536 bytes"),
        ("/early", "does not answer as HTTP has it"),
    ],
)
def test_one_that_does_not_is_not(house, receiver, path, why):
    answer = house.post("/subscriptions", to(receiver.url("/echo"), receiver.url(path)))

    assert refused(answer) == f"objectOperations[1].callbackUrl: the callback {why}"
    assert not Subscription.objects.exists()


def test_a_slow_one_is_not_waited_for(house, receiver, settings):
    settings.CALLBACK_TIMEOUT = 0.3

    answer = house.post("/subscriptions", to(receiver.url("/slow")))

    assert refused(answer) == "objectOperations[0].callbackUrl: the callback did not answer in time"
    assert not Subscription.objects.exists()


def test_each_url_is_asked_once(house, receiver):
    urls = [receiver.url("/1/echo"), receiver.url("/2/echo"), receiver.url("/1/echo")]

    assert house.post("/subscriptions", to(*urls)).status_code == 201

    assert sorted(heard.path for heard in receiver.heard) == ["/1/echo", "/2/echo"]


def test_nobody_is_asked_for_what_is_refused_anyway(house, stranger, business, receiver):
    hidden = business.post("/programs", {"programName": "p", "targets": ["south"]}).json()
    good = receiver.url("/echo")

    assert "programID" in refused(house.post("/subscriptions", to(good, programID=hidden["id"])))
    assert "credentials" in refused(house.post("/subscriptions", to(good, "https://a@b.example")))
    assert "mechanism" in refused(
        house.post(
            "/subscriptions",
            subscription_request(objectOperations=[object_operation(callbackUrl=good, mechanism="MQTT")]),
        )
    )
    assert receiver.heard == []


def test_a_replacement_asks_the_new_ones_only(house, receiver):
    before = house.post("/subscriptions", to(receiver.url("/1/echo"))).json()
    path = f"/subscriptions/{before['id']}"
    receiver.heard.clear()

    assert house.put(path, to(receiver.url("/1/echo"), clientName="renamed")).status_code == 200
    assert receiver.heard == []

    assert house.put(path, to(receiver.url("/2/echo"), receiver.url("/1/echo"))).status_code == 200
    assert [heard.path for heard in receiver.heard] == ["/2/echo"]
    assert Subscription.objects.get().verified_urls == [receiver.url("/2/echo"), receiver.url("/1/echo")]

    assert house.put(path, to(receiver.url("/2/echo"))).status_code == 200
    receiver.heard.clear()
    assert house.put(path, to(receiver.url("/1/echo"))).status_code == 200
    assert [heard.path for heard in receiver.heard] == ["/1/echo"]


def test_a_replacement_that_is_refused_changes_nothing(house, receiver):
    before = house.post("/subscriptions", to(receiver.url("/echo"))).json()
    path = f"/subscriptions/{before['id']}"

    answer = house.put(path, to(receiver.url("/silent"), clientName="renamed"))

    assert (
        refused(answer) == "objectOperations[0].callbackUrl: the callback did not give back the value of echo"
    )
    assert house.get(path).json() == before


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://receiver.example/", "must be an https URL"),
        ("https://127.1/", "an IPv4 address is written as four decimal numbers"),
        ("https://2130706433/", "an IPv4 address is written as four decimal numbers"),
        ("https://localhost/", "its host is the VTN itself"),
        ("https://127.0.0.1:8443/", "the callback has an address that may not be called"),
        ("https://10.0.0.1/", "the callback has an address that may not be called"),
        ("https://169.254.169.254/latest/meta-data", "the callback has an address that may not be called"),
        ("https://[::1]:8443/", "the callback has an address that may not be called"),
        ("https://[fe80::1]/", "the callback has an address that may not be called"),
        ("https://[::ffff:127.0.0.1]/", "the callback has an address that may not be called"),
        ("https://[::ffff:a9fe:a9fe]/", "the callback has an address that may not be called"),
        ("https://[::7f00:1]/", "the callback has an address that may not be called"),
        ("https://[64:ff9b::7f00:1]/", "the callback has an address that may not be called"),
        ("https://[2002:7f00:1::]/", "the callback has an address that may not be called"),
        ("https://0.0.0.0:8443/", "the callback has an address that may not be called"),
        ("https://100.64.0.1/", "the callback has an address that may not be called"),
        ("https://nowhere.invalid/", "the callback has a host that is not found"),
    ],
)
def test_what_may_not_be_called_is_refused(house, url, why):
    answer = house.post("/subscriptions", to(url))

    assert refused(answer) == f"objectOperations[0].callbackUrl: {why}"
    assert not Subscription.objects.exists()


def test_a_certificate_that_nobody_vouches_for(house, receiver, settings):
    settings.CALLBACK_CA_FILE = ""

    answer = house.post("/subscriptions", to(receiver.url("/echo")))

    assert refused(answer).endswith("the callback has a certificate that is not trusted")
    assert receiver.heard == []


# -- 3.0.1 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("root", ["3.0.1", "/api/openadr/v1"])
def test_3_0_1_takes_http_and_asks_nobody(house, program, plain, settings, root):
    settings.CALLBACK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]

    answer = house.at(root).post("/subscriptions", to(plain.url("/silent"), programID=program["id"]))

    assert answer.status_code == 201
    assert plain.heard == []
    assert Subscription.objects.get().verified_urls == []


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254", "0.0.0.0"])
def test_3_0_1_looks_at_addresses_all_the_same(house, program, host):
    answer = house.at("3.0.1").post("/subscriptions", to(f"http://{host}/", programID=program["id"]))

    assert refused(answer) == HIDDEN
    assert not Subscription.objects.exists()


def test_what_3_0_1_took_unasked_is_asked_by_the_next_one_in_3_1_0(house, program, receiver):
    url = receiver.url("/echo")
    before = house.at("3.0.1").post("/subscriptions", to(url, programID=program["id"])).json()
    assert receiver.heard == []

    assert house.put(f"/subscriptions/{before['id']}", to(url)).status_code == 200

    assert [heard.path for heard in receiver.heard] == ["/echo"]
    assert Subscription.objects.get().verified_urls == [url]


# -- A laboratory ---------------------------------------------------------------------------------------------


def test_each_setting_takes_away_one_check(house, plain, settings):
    silent = plain.url("/silent")
    assert refused(house.post("/subscriptions", to(silent))).endswith("must be an https URL")

    settings.UNSAFE_CALLBACKS_OVER_HTTP = True
    assert refused(house.post("/subscriptions", to(silent))) == HIDDEN

    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = True
    assert refused(house.post("/subscriptions", to(silent))).endswith("did not give back the value of echo")
    assert house.post("/subscriptions", to(plain.url("/echo", "localhost"))).status_code == 201

    settings.UNSAFE_CALLBACKS_WITHOUT_CHALLENGE = True
    assert house.post("/subscriptions", to(silent)).status_code == 201

    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = False
    assert refused(house.post("/subscriptions", to(silent))) == HIDDEN
    settings.UNSAFE_CALLBACKS_OVER_HTTP = False
    assert refused(house.post("/subscriptions", to(silent))).endswith("must be an https URL")


# -- The database and the threads -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_nobody_is_asked_inside_a_transaction(house, receiver, monkeypatch):
    asked = []
    require_willing = services.require_willing

    def ask(*args: Any) -> None:
        asked.append(connection.in_atomic_block)
        require_willing(*args)

    monkeypatch.setattr(services, "require_willing", ask)
    created = house.post("/subscriptions", to(receiver.url("/1/echo"))).json()
    house.put(f"/subscriptions/{created['id']}", to(receiver.url("/2/echo")))

    assert asked == [False, False]


def test_the_time_of_a_write_is_that_after_the_answer(house, receiver):
    """Whoever asks what has changed since would miss what was written long after its time."""
    heard_by_then = []

    def clock() -> datetime:
        heard_by_then.append(len(receiver.heard))
        return NOON

    subscription = services.create_subscription(
        caller=Caller("house", Role.VEN, ROLE_SCOPES[Role.VEN]),
        content=parse_subscription(to(receiver.url("/echo"))),
        dialect=Dialect.V310,
        sees_program=lambda *_: True,
        clock=clock,
    )

    assert heard_by_then == [1]
    assert subscription.created_at == NOON


def test_when_all_that_may_wait_are_waiting_a_subscriber_is_told_to_come_back(house, receiver, monkeypatch):
    taken = Places(1)
    monkeypatch.setattr("vtn.notifiers.callbacks.places", lambda: taken)

    with taken.taken(wait=0):
        answer = house.post("/subscriptions", to(receiver.url("/echo")))
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer.json()["detail"] == "Too many callbacks are being checked; try again"
    assert (receiver.heard, Subscription.objects.count()) == ([], 0)

    assert house.post("/subscriptions", to(receiver.url("/echo"))).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_slow_receivers_hold_up_nobody_who_polls(house, business, plain):
    laboratory = {"UNSAFE_CALLBACKS_OVER_HTTP": "yes", "CALLBACK_ALLOWED_NETWORKS": "127.0.0.0/8"}
    with (
        serving(workers=1, CALLBACK_TIMEOUT_SECONDS="60", **laboratory) as web,
        ThreadPoolExecutor(4) as pool,
    ):
        headers = {"Authorization": f"Bearer {house.token}"}

        def subscribe(number: int) -> int:
            wanted = to(plain.url(f"/{number}/slow"))
            url = f"{web.url}/openadr3/3.1.0/subscriptions"
            return requests.post(url, json=wanted, headers=headers, timeout=60).status_code

        subscribing = [pool.submit(subscribe, number) for number in range(4)]
        assert plain.is_called.wait(10)
        for number in range(20):
            url = f"{web.url}/openadr3/3.1.0/programs?skip={number}"
            assert requests.get(url, headers=headers, timeout=5).status_code == 200
        assert not all(each.done() for each in subscribing)
        plain.go_on.set()
        answers = [each.result() for each in subscribing]

    # Whoever found no place was told so; the others have waited, one after the other.
    assert 503 in answers
    assert answers.count(201) == Subscription.objects.count() == len(plain.heard) == 4 - answers.count(503)


def test_many_callers_at_once_share_the_places():
    places, inside, most = Places(2), [], []
    gate = threading.Barrier(2)

    def wait() -> None:
        with places.taken(wait=5):
            inside.append(1)
            most.append(len(inside))
            gate.wait(5)
            inside.pop()

    with ThreadPoolExecutor(6) as pool:
        for each in [pool.submit(wait) for _ in range(6)]:
            each.result()

    assert max(most) == 2
