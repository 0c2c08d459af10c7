"""Sealed texts: opened by those who hold a key, in the context they were sealed for."""

from __future__ import annotations

import pytest

from vtn.sealing import CannotUnseal, seal, unseal


@pytest.fixture(autouse=True)
def keys(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.SEALING_KEYS = "first", [], []


@pytest.mark.parametrize("text", ["", "a token", "ключ", "x" * 10_000])
def test_what_is_sealed_can_be_read_again(text):
    sealed = seal(text, context="here")

    assert not text or text not in sealed
    assert unseal(sealed, context="here") == text


def test_equal_texts_do_not_look_equal():
    assert seal("token", context="here") != seal("token", context="here")


def test_a_text_opens_in_its_own_context_only():
    with pytest.raises(CannotUnseal):
        unseal(seal("token", context="here"), context="there")


def test_a_text_that_was_tampered_with_does_not_open():
    sealed = seal("token", context="here")

    # In the middle: at the end, some bits of base64 mean nothing.
    place = len(sealed) // 2
    forged = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]

    with pytest.raises(CannotUnseal):
        unseal(forged, context="here")


def test_a_change_of_the_secret_key_is_survived_by_way_of_the_fallbacks(settings):
    sealed = seal("token", context="here")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    assert unseal(sealed, context="here") == "token"
    fresh = seal(unseal(sealed, context="here"), context="here")

    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(fresh, context="here") == "token"


def test_when_no_key_fits_the_error_says_what_to_do(settings):
    sealed = seal("token", context="a token")

    settings.SECRET_KEY = "second"
    with pytest.raises(CannotUnseal) as error:
        unseal(sealed, context="a token")

    assert str(error.value) == (
        "No key opens what is sealed for a token. Either it is not ours, or its key is gone: put the SECRET_KEY of "
        "before into SECRET_KEY_FALLBACKS, or its key back into SEALING_KEYS"
    )


def test_sealing_keys_come_first_and_can_be_added_later(settings):
    before = seal("old", context="here")

    settings.SEALING_KEYS = ["of its own"]
    after = seal("new", context="here")
    assert unseal(before, context="here") == "old"

    settings.SECRET_KEY = "second"
    assert unseal(after, context="here") == "new"
    with pytest.raises(CannotUnseal):
        unseal(before, context="here")


def test_sealing_keys_are_rotated_by_putting_the_new_one_in_front(settings):
    settings.SEALING_KEYS = ["one"]
    sealed = seal("token", context="here")

    settings.SEALING_KEYS = ["two", "one"]
    fresh = seal(unseal(sealed, context="here"), context="here")

    settings.SEALING_KEYS = ["two"]
    assert unseal(fresh, context="here") == "token"
    with pytest.raises(CannotUnseal):
        unseal(sealed, context="here")
