"""The signature of a notification, as a receiver checks it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest

from participants.signing_keys import new_key, resealed_keys, signature, unsealed_keys
from tests.conftest import NOON
from vtn.sealing import CannotUnseal


def checked(header: str, key: str, body: bytes) -> bool:
    """What a receiver does."""
    (_, signed_at), *digests = (part.split("=", 1) for part in header.split(","))
    wanted = hmac.new(key.encode(), f"{signed_at}.".encode() + body, hashlib.sha256).hexdigest()
    return ["v1", wanted] in digests


def test_a_signature_is_of_the_time_and_the_body():
    header = signature(b'{"a":1}', ["the key"], 1_780_000_000)

    assert header.startswith("t=1780000000,v1=")
    assert checked(header, "the key", b'{"a":1}')
    assert not checked(header, "another key", b'{"a":1}')
    assert not checked(header, "the key", b'{"a":2}')
    assert not checked(header.replace("t=1780000000", "t=1780000001"), "the key", b'{"a":1}')


def test_there_is_one_for_each_key():
    header = signature(b"", ["new", "old"], 1)

    assert header.count("v1=") == 2
    assert checked(header, "new", b"")
    assert checked(header, "old", b"")


def test_a_key_is_sealed_and_each_is_another():
    (one,), (two,) = (unsealed_keys([new_key("s1")], "s1", old_key_until=None, now=NOON) for _ in range(2))

    assert one != two
    assert len(one) == 43  # 32 bytes
    assert one not in new_key("s1")


def test_a_key_of_one_subscription_is_none_of_another():
    sealed = new_key("s1")

    with pytest.raises(CannotUnseal):
        unsealed_keys([sealed], "s2", old_key_until=None, now=NOON)


def test_the_old_key_signs_until_its_time_is_over():
    sealed = [new_key("s1"), new_key("s1")]
    new, old = unsealed_keys(sealed, "s1", old_key_until=NOON + timedelta(seconds=1), now=NOON)

    assert new != old
    assert unsealed_keys(sealed, "s1", old_key_until=NOON, now=NOON) == [new]
    assert unsealed_keys(sealed, "s1", old_key_until=None, now=NOON) == [new]


def test_keys_survive_a_change_of_the_sealing_key(settings):
    settings.SEALING_KEYS = ["the first sealing key, which is long"]
    sealed = [new_key("s1")]
    before = unsealed_keys(sealed, "s1", old_key_until=None, now=NOON)

    settings.SEALING_KEYS = ["the second sealing key, which is long", *settings.SEALING_KEYS]
    resealed = resealed_keys(sealed, "s1")
    settings.SEALING_KEYS = settings.SEALING_KEYS[:1]

    assert unsealed_keys(resealed, "s1", old_key_until=None, now=NOON) == before
    with pytest.raises(CannotUnseal):
        unsealed_keys(sealed, "s1", old_key_until=None, now=NOON)
