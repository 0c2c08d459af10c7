"""The cached keys of another issuer: how often it is asked, and what happens when it fails."""

import threading

import pytest

from participants.tokens.key_set import ASK_AGAIN_AFTER, FRESH_FOR, USABLE_FOR, KeySet
from tests.participants.issuer import jwk, running_issuer


@pytest.fixture
def issuer():
    with running_issuer() as issuer:
        issuer.publish(jwk("first"))
        yield issuer


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys(issuer, clock):
    return KeySet(issuer.url, clock=clock)


def test_a_known_key_is_fetched_once(keys, issuer):
    found = [keys.key("first", "RS256") for _ in range(50)]

    assert all(found)
    assert issuer.requests == 1


def test_unknown_keys_make_it_ask_once_a_minute_at_most(keys, issuer, clock):
    keys.key("first", "RS256")

    for second in range(int(ASK_AGAIN_AFTER) * 2):
        clock.now = float(second)
        assert keys.key(f"unknown {second}", "RS256") is None

    assert issuer.requests == 2


def test_a_new_key_of_the_issuer_is_found_and_the_old_one_forgotten(keys, issuer, clock):
    keys.key("first", "RS256")
    issuer.publish(jwk("second"))

    assert keys.key("second", "RS256") is None
    clock.now = ASK_AGAIN_AFTER
    assert keys.key("second", "RS256") is not None
    assert keys.key("first", "RS256") is None


def test_a_withdrawn_key_is_forgotten_although_nobody_shows_a_new_one(keys, issuer, clock):
    keys.key("first", "RS256")
    issuer.publish(jwk("second"))

    clock.now = FRESH_FOR - 1
    assert keys.key("first", "RS256") is not None
    clock.now = FRESH_FOR
    assert keys.key("first", "RS256") is None


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (503, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"keys": []}'),
        (200, b'{"keys": "x"}'),
        (200, b'{"keys": 1}'),
        (200, b'{"keys": [1, {"kty": "oct", "k": "AAAA", "kid": "first"}]}'),
        (200, b"[" * 100_000),
        (200, b" " * 300_000),
        (200, b"\xff\xfe"),
    ],
)
def test_an_issuer_in_trouble_is_asked_once_a_minute_and_its_keys_stay_in_use(
    keys, issuer, clock, status, answer
):
    keys.key("first", "RS256")
    issuer.status, issuer.answer = status, answer

    clock.now = FRESH_FOR
    assert keys.key("first", "RS256") is not None
    assert keys.key("first", "RS256") is not None
    assert keys.key("unknown", "RS256") is None
    assert issuer.requests == 2

    issuer.publish(jwk("second"))
    clock.now += ASK_AGAIN_AFTER
    assert keys.key("second", "RS256") is not None
    assert issuer.requests == 3


def test_keys_that_could_not_be_refreshed_for_a_day_are_not_trusted_any_more(keys, issuer, clock):
    keys.key("first", "RS256")
    issuer.status = 503

    clock.now = USABLE_FOR
    assert keys.key("first", "RS256") is None


def test_a_redirect_is_not_followed(keys, issuer):
    issuer.status, issuer.headers = 302, {"Location": issuer.url}

    assert keys.key("first", "RS256") is None
    assert issuer.requests == 1


def test_an_issuer_that_is_not_there_costs_no_more_than_a_refusal():
    assert KeySet("http://127.0.0.1:9/keys").key("first", "RS256") is None


def test_only_http_is_fetched(tmp_path):
    (tmp_path / "keys").write_text("{}")

    assert KeySet(f"file://{tmp_path}/keys").key("first", "RS256") is None


def test_many_threads_ask_together_and_the_issuer_is_asked_once(keys, issuer):
    issuer.hold.clear()
    found = []
    threads = [threading.Thread(target=lambda: found.append(keys.key("first", "RS256"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    issuer.hold.set()
    for thread in threads:
        thread.join()

    assert issuer.requests == 1
    assert len(found) == 8
    assert all(found)


@pytest.mark.parametrize(
    ("changes", "algorithm"),
    [
        ({"use": "enc"}, "RS256"),
        ({"alg": "RS512"}, "RS256"),
        ({"kty": "oct"}, "RS256"),
        ({}, "HS256"),
        ({}, "none"),
        ({}, "ES256"),
    ],
)
def test_a_key_serves_only_what_it_is_for(keys, issuer, changes, algorithm):
    issuer.publish(jwk("first", **changes))

    assert keys.key("first", algorithm) is None


def test_a_token_without_kid_is_taken_while_there_is_one_key_of_its_kind(keys, issuer, clock):
    issuer.publish(jwk("first"), jwk("curve", "ES256"))
    assert keys.key(None, "RS256") is not None

    issuer.publish(jwk("first"), jwk("second"))
    clock.now = FRESH_FOR
    assert keys.key(None, "RS256") is None
