"""The twin of Eniris answers as the documents say: so that what is tested against it means something."""

from __future__ import annotations

import pytest
import requests

from tests.twins.eniris import eniris_running


@pytest.fixture
def twin():
    with eniris_running() as twin:
        yield twin


@pytest.fixture
def send(twin):
    """Calls with an access token."""
    credentials = {"username": twin.tokens.username, "password": twin.tokens.password}
    refresh = requests.post(f"{twin.url}/auth/login", json=credentials, timeout=5).text
    access = requests.get(f"{twin.url}/auth/accesstoken", headers=bearer(refresh), timeout=5).text

    def send(method, path, content=None, **headers):
        headers = {**bearer(access), **headers}
        return requests.request(method, twin.url + path, json=content, headers=headers, timeout=5)

    return send


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def said(answer):
    return answer.status_code, answer.json()["message"]


def add(path, value=1):
    return [{"op": "add", "path": path, "value": value}]


def test_an_unknown_token_is_none(twin):
    answer = requests.get(f"{twin.url}/v1/license/controller/12", headers=bearer("x"), timeout=5)

    assert answer.json() == {"statusCode": 401, "error": "Unauthorized", "message": "Failed to verify token"}


def test_wrong_passwords_lock_the_account_for_a_minute(twin):
    wrong = {"username": twin.tokens.username, "password": "wrong"}

    answers = [requests.post(f"{twin.url}/auth/login", json=wrong, timeout=5) for _ in range(6)]

    assert [each.status_code for each in answers] == [401] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("operations", "answer"),
    [
        (add("/openadr"), 200),
        ({"op": "add"}, (400, "Missing or misformatted query parameter or body")),
        ([{"op": "add", "path": "/openadr"}], (400, "Missing or misformatted query parameter or body")),
        (add("/name"), (403, "User does not have sufficient rights")),
        (add("/openadr/a/b"), (422, 'Operation 0 (add) failed for device 45 at path "/openadr/a/b"')),
        (
            [*add("/openadr"), {"op": "test", "path": "/openadr", "value": 2}],
            (422, 'Operation 1 (test) failed for device 45 at path "/openadr"'),
        ),
    ],
)
def test_a_device_is_patched_wholly_or_not_at_all(twin, send, operations, answer):
    given = send("PATCH", "/v1/device/45", operations)

    assert (given.status_code if answer == 200 else said(given)) == answer
    assert twin.devices[45].properties == ({"openadr": 1} if answer == 200 else {})


def test_a_device_that_was_changed_since(twin, send):
    answer = send(
        "PATCH", "/v1/device/45", add("/openadr"), **{"If-Unmodified-Since": "2026-01-01T00:00:00+00:00"}
    )

    assert said(answer) == (412, "At least one device was modified after the specified time")


def test_bodies_of_licences_are_strict(twin, send):
    assert send("POST", "/v1/license/claim", {"key": "SGO-FREE", "nodeId": 14}).status_code == 400
    assert send("POST", "/v1/license/activate", {"key": "SGO-13", "now": True}).status_code == 400
    assert said(send("POST", "/v1/license/activate", {"key": "SGO-12"})) == (
        400,
        "License is already activated",
    )


def test_what_it_is_told_shows_on_its_page(twin, send):
    send("PATCH", "/v1/device/45", add("/openadr", {"phase": "active", "eventName": "<b>"}))

    page = requests.get(twin.url, timeout=5).text

    assert '<b class="off">active</b>' in page
    assert "&lt;b&gt;" in page


def test_it_can_be_told_to_ask_for_patience_and_to_forget_tokens(twin, send):
    requests.post(f"{twin.url}/_twin/tokens", json={"access": True}, timeout=5)
    assert send("GET", "/v1/license/controller/12").status_code == 401

    requests.post(f"{twin.url}/_twin/limit", json={"seconds": 30}, timeout=5)

    assert send("GET", "/v1/license/controller/12").headers["Retry-After"] == "30"
