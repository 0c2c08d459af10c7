"""Mistakes in the settings of tokens and maps are found by `manage.py check`, and say which setting it is."""

import pytest

from participants.checks import external_issuer, map_tiles, token_keys
from tests.participants.keys import private_key, private_pem, public_pem

EXTERNAL = {
    "EXTERNAL_ISSUER": "https://login.example/",
    "EXTERNAL_JWKS_URL": "https://login.example/keys",
    "EXTERNAL_AUDIENCE": "vtn",
}


def found(check):
    return [(message.id, message.msg) for message in check(None)]


def test_the_defaults_are_in_order():
    assert found(token_keys) == []
    assert found(external_issuer) == []
    assert found(map_tiles) == []


@pytest.mark.parametrize(
    ("algorithm", "signing", "older", "message"),
    [
        ("none", "", [], "TOKEN_ALGORITHM is 'none'; it may be HS256, RS256, ES256"),
        ("HS256", "short", [], "A secret that signs tokens needs 32 bytes or more"),
        ("HS256", "", ["short"], "A secret that signs tokens needs 32 bytes or more"),
        ("RS256", "", [], "RS256 needs a private key: set TOKEN_SIGNING_KEY to a PEM or its path"),
        (
            "RS256",
            "/nowhere/key.pem",
            [],
            "TOKEN_SIGNING_KEY: the file '/nowhere/key.pem' cannot be read: No such file or directory",
        ),
        (
            "ES256",
            lambda: private_pem(private_key("RS256")),
            [],
            "TOKEN_SIGNING_KEY: ES256 needs a key on the curve P-256",
        ),
        (
            "RS256",
            lambda: private_pem(private_key("RS256")),
            [lambda: public_pem(private_key("ES256"))],
            "TOKEN_VERIFYING_KEYS: RS256 needs an RSA key of 2048 bits or more",
        ),
    ],
)
def test_keys_that_are_of_no_use(settings, algorithm, signing, older, message):
    settings.TOKEN_ALGORITHM = algorithm
    settings.TOKEN_SIGNING_KEY = signing() if callable(signing) else signing
    settings.TOKEN_VERIFYING_KEYS = [key() if callable(key) else key for key in older]

    assert found(token_keys) == [("participants.E001", message)]


@pytest.mark.parametrize("text", ["-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "public"])
def test_what_is_no_private_key(settings, text):
    settings.TOKEN_ALGORITHM = "RS256"
    settings.TOKEN_SIGNING_KEY = public_pem(private_key("RS256")) if text == "public" else text

    ((identity, message),) = found(token_keys)
    assert identity == "participants.E001"
    assert message.startswith("TOKEN_SIGNING_KEY holds no private key in PEM: ")


def test_an_external_issuer_is_named_whole(settings):
    settings.EXTERNAL_ISSUER = "https://login.example/"

    assert found(external_issuer) == [
        (
            "participants.E002",
            "EXTERNAL_ISSUER, EXTERNAL_JWKS_URL and EXTERNAL_AUDIENCE go together; set all three",
        )
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"EXTERNAL_ISSUER": "openadr3-vtn"}, ["participants.E003"]),
        ({"EXTERNAL_JWKS_URL": "http://login.example/keys"}, ["participants.W001"]),
        ({"EXTERNAL_JWKS_URL": "http://127.0.0.1:8080/keys"}, []),
    ],
)
def test_an_external_issuer_that_is_named_whole(settings, changes, expected):
    for name, value in (EXTERNAL | changes).items():
        setattr(settings, name, value)

    assert [identity for identity, _ in found(external_issuer)] == expected


@pytest.mark.parametrize(
    ("address", "is_fine"),
    [
        ("https://{s}.tiles.example/{z}/{x}/{y}{r}.png", True),
        ("http://localhost:8080/{z}/{x}/{y}.png", True),
        ("https://tiles.example/", False),
        ("tiles.example/{z}/{x}/{y}.png", False),
        ("javascript:{z}{x}{y}", False),
    ],
)
def test_tiles_have_an_address_with_three_places_to_fill_in(settings, address, is_fine):
    settings.MAP_TILES_URL = address

    message = "MAP_TILES_URL must begin with https:// or http:// and have {z}, {x} and {y}"
    assert found(map_tiles) == ([] if is_fine else [("participants.E004", message)])
