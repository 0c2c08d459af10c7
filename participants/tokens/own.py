"""Tokens of our own: JWTs that say which client may do what until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError
from rest_framework_simplejwt.tokens import AccessToken

from participants.models import CLIENT_ID
from participants.tokens import identity_provider
from participants.tokens.claims import Claims
from participants.tokens.keys import KeyRing, key_ring
from vtn import errors

# The hosts that issue and verify may differ by this much.
_LEEWAY = timedelta(seconds=5)
# A text may fail to be a token in many ways: nested deeper than Python's stack, an expiry beyond all numbers, ...
_NOT_A_TOKEN = (TokenError, jwt.PyJWTError, RecursionError, ValueError, TypeError, LookupError, OverflowError)
# Ours have some 600 characters; whatever is much longer is not worth taking apart.
_LONGEST_TOKEN = 16_384


class RingBackend(TokenBackend):
    """simplejwt's backend with a ring of keys: the token's `kid` says which one, the settings which algorithm."""

    def __init__(self, ring: KeyRing) -> None:
        super().__init__(
            ring.algorithm, audience=settings.TOKEN_AUDIENCE, issuer=settings.TOKEN_ISSUER, leeway=_LEEWAY
        )
        self._ring = ring

    def get_verifying_key(self, token: Any) -> Any:
        kid = str(jwt.get_unverified_header(token).get("kid"))
        if kid not in self._ring.verifying:
            raise TokenBackendError("Token is signed with a key that is not in use")
        return self._ring.verifying[kid]

    def encode(self, payload: dict[str, Any]) -> str:
        return jwt.encode(
            {**payload, "aud": self.audience, "iss": self.issuer},
            self._ring.signing_key,
            algorithm=self.algorithm,
            headers={"kid": self._ring.signing_kid},
        )


class ClientToken(AccessToken):
    """An access token of a client; simplejwt's own would read its settings once and a user at every request."""

    @property
    def lifetime(self) -> timedelta:  # type: ignore[override]
        return settings.TOKEN_LIFETIME

    @property
    def token_backend(self) -> TokenBackend:
        return RingBackend(key_ring())


@dataclass(frozen=True)
class IssuedToken:
    """A token and what its client is told about it."""

    text: str
    expires_in: int
    scopes: tuple[str, ...]


def issue(*, client_id: str, scopes: Collection[str], now: datetime | None = None) -> IssuedToken:
    """`now` is when its life begins; left out, it is simplejwt's own clock."""
    token = ClientToken()
    if now is not None:
        token.set_iat(at_time=now)
        token.set_exp(from_time=now)
    token["sub"] = token["client_id"] = client_id
    token["scope"] = " ".join(scopes)
    return IssuedToken(str(token), int(settings.TOKEN_LIFETIME.total_seconds()), tuple(scopes))


def verify(text: str) -> Claims:
    """What a token says, once it is known to be ours, or the external issuer's, and in force.

    Raises `BadCredentials`, without saying what exactly was wrong with a token that nobody issued.
    """
    try:
        if len(text) > _LONGEST_TOKEN:
            raise errors.BadCredentials("The token is too long")
        if identity_provider.is_configured() and _claimed_issuer(text) == settings.EXTERNAL_ISSUER:
            claims = identity_provider.verify(text)
        else:
            claims = _own_claims(ClientToken(text))  # type: ignore[arg-type]
    except _NOT_A_TOKEN:
        raise errors.BadCredentials("The token is not valid, or no longer") from None
    if not CLIENT_ID.fullmatch(claims.client_id):  # and may not even be text that UTF-8 can hold
        raise errors.BadCredentials("The client of this token is not known, or disabled")
    return claims


def _claimed_issuer(text: str) -> Any:
    return jwt.decode(text, options={"verify_signature": False}).get("iss")


def _own_claims(token: ClientToken) -> Claims:
    return Claims(
        client_id=str(token["client_id"]),
        scopes=frozenset(str(token["scope"]).split()),
        expires_at=float(token["exp"]),
    )
