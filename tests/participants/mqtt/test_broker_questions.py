"""Brokers that ask: whose token it is, and what its client may read; with bodies of EMQX 5 and mosquitto-go-auth."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client as HttpClient

from participants.services import clients
from tests.participants.conftest import NOW, STAFF

SECRET = "a-secret-of-both"


@pytest.fixture(autouse=True)
def configured(db, settings):
    settings.MQTT_URL = "mqtts://vtn:its-password@broker.example"
    settings.MQTT_AUTHENTICATION = "OAUTH2_BEARER_TOKEN"
    settings.MQTT_CALLBACK_SECRET = SECRET


def ask(what: str, question: Any, secret: str = SECRET):
    body = question if isinstance(question, bytes) else json.dumps(question)
    return HttpClient().post(f"/mqtt/{secret}/{what}", body, content_type="application/json")


def is_allowed(what: str, question: Any) -> bool:
    answer = ask(what, question)
    assert answer.status_code == 200  # anything else leaves it to EMQX
    told = answer.json()
    assert {"allow": True, "deny": False}[told["result"]] is told["Ok"]
    return told["Ok"]


def test_a_token_is_the_password_of_its_own_client(house, neighbour):
    mine = {"username": "house", "password": house.token, "clientid": "anything"}

    assert is_allowed("authenticate", mine)
    assert ask("authenticate", mine).json()["expire_at"] > 0
    assert ask("authenticate", mine).json()["is_superuser"] is False
    for wrong in (
        {**mine, "password": neighbour.token},
        {**mine, "username": "neighbour"},
        {**mine, "password": house.token + "x"},
        {**mine, "password": ""},
        {"username": "house"},
        {"username": 7},
        [],
        b"no json",
        b"\xff",
    ):
        assert not is_allowed("authenticate", wrong)

    clients.set_enabled(caller=STAFF, client_id="house", is_enabled=False, now=NOW)
    assert not is_allowed("authenticate", mine)


@pytest.mark.parametrize("spelled", [{"action": "subscribe"}, {"acc": 4}, {"acc": 1}])
def test_a_ven_may_read_its_own_topics_and_those_for_all_vens(house, neighbour, own, spelled):
    mine, others = own(house)["id"], own(neighbour)["id"]
    asked = {"username": "house", "clientid": "anything", **spelled}

    for topic in ("programs/+", "programs/create", f"events/vens/{mine}/+", f"vens/{mine}/update"):
        assert is_allowed("authorize", {**asked, "topic": topic})
    for topic in ("#", "programs/#", "events/+", f"events/vens/{others}/+", "vens/+/+", "business/#", ""):
        assert not is_allowed("authorize", {**asked, "topic": topic})
    assert not is_allowed("authorize", {**asked, "username": "nobody", "topic": "programs/+"})
    assert not is_allowed("authorize", {**asked, "username": "", "topic": "programs/+"})


def test_business_logic_reads_all_and_only_the_vtn_publishes(business):
    asked = {"username": "utility", "topic": "business/programs/+"}
    vtn = {"username": "vtn", "topic": "programs/create"}

    assert is_allowed("authorize", {**asked, "action": "subscribe"})
    for publishing in ({"action": "publish"}, {"acc": 2}, {"acc": 3}, {}):
        assert not is_allowed("authorize", {**asked, **publishing})
        assert is_allowed("authorize", {**vtn, **publishing})
    assert is_allowed("superuser", vtn)
    assert not is_allowed("superuser", asked)
    assert is_allowed("authenticate", {"username": "vtn", "password": "its-password"})
    assert not is_allowed("authenticate", {"username": "vtn", "password": "another"})
    assert not is_allowed("authenticate", {"username": "vtn"})


def test_nobody_else_learns_anything(house, settings):
    mine = {"username": "house", "password": house.token}

    assert ask("authenticate", mine, secret="a-guess").status_code == 404
    assert HttpClient().get(f"/mqtt/{SECRET}/authenticate").status_code == 405
    settings.MQTT_CALLBACK_SECRET = ""
    for secret in (SECRET, "", "-"):
        assert ask("authenticate", mine, secret=secret).status_code == 404
