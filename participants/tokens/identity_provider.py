"""Tokens of an external identity provider: verified with its published keys, turned into claims of ours."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings

from participants.tokens.claims import Claims
from participants.tokens.key_set import KeySet
from vtn import errors

_LEEWAY = 30  # seconds: clocks of two organisations
# A token is verified again after this, so that a key that its issuer has withdrawn does not live on in a memory.
_TRUSTED_FOR = 300

# Which claim names the client, the first that is there; which ones name scopes, all of them.
_CLIENT_CLAIMS = ("azp", "client_id", "sub")
_SCOPE_CLAIMS = ("scope", "scp", "roles")


def is_configured() -> bool:
    return bool(settings.EXTERNAL_ISSUER and settings.EXTERNAL_JWKS_URL and settings.EXTERNAL_AUDIENCE)


def verify(text: str) -> Claims:
    """Raises `BadCredentials`, or PyJWT's own errors for what is wrong with the token itself."""
    header = jwt.get_unverified_header(text)
    algorithm = str(header.get("alg"))
    key = key_set(settings.EXTERNAL_JWKS_URL).key(header.get("kid"), algorithm)
    if key is None:
        raise errors.BadCredentials("The token is signed with a key that its issuer does not publish")
    claims = jwt.decode(
        text,
        key,
        algorithms=[algorithm],
        audience=settings.EXTERNAL_AUDIENCE,
        issuer=settings.EXTERNAL_ISSUER,
        leeway=_LEEWAY,
        options={"require": ["exp", "iss", "aud"], "verify_sub": False, "verify_jti": False},
    )
    return Claims(
        client_id=client_id_in(claims),
        scopes=frozenset(scopes_in(claims)),
        expires_at=float(min(claims["exp"], time.time() + _TRUSTED_FOR)),
    )


def client_id_in(claims: Mapping[str, Any]) -> str:
    """Raises `BadCredentials` when no claim names a client."""
    for name in _CLIENT_CLAIMS:
        if claims.get(name):
            return str(claims[name])
    raise errors.BadCredentials("The token does not say whose it is")


def scopes_in(claims: Mapping[str, Any]) -> Iterator[str]:
    """All that the token names, be it as text with spaces or as a list."""
    for name in _SCOPE_CLAIMS:
        value = claims.get(name)
        if isinstance(value, str):
            yield from value.split()
        elif isinstance(value, list):
            yield from (item for item in value if isinstance(item, str))


@lru_cache(maxsize=4)
def key_set(url: str) -> KeySet:
    """The one of this process."""
    return KeySet(url)
