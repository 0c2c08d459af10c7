"""Finds the caller behind a request's token."""

from __future__ import annotations

import re
import time

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from participants import queries, tokens
from vtn import errors
from vtn.caller import Caller
from vtn.polling.state import VerifiedToken, polling

# RFC 6750 §2.1
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)


class ClientAuthentication(BaseAuthentication):
    """`request.user` becomes the `Caller`, `request.auth` its token.

    Raises `MissingCredentials` or `BadCredentials`; nobody comes through without a token.
    """

    def authenticate(self, request: Request) -> tuple[Caller, str]:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        token = _bearer_token(header)
        return polling().verified(header, time.time()) or _verified(header, token), token


def _verified(header: str, token: str) -> Caller:
    claims = tokens.verify(token)
    # Before the record is read: a change in between makes what is kept old at once.
    seen = polling().see([f"client:{claims.client_id}"])
    caller = queries.caller_of(claims.client_id, claims.scopes)
    if caller is None:
        raise errors.BadCredentials("The client of this token is not known, or disabled")
    polling().keep_token(header, VerifiedToken(caller, seen, claims.expires_at))
    return caller


def _bearer_token(header: str) -> str:
    if not header:
        raise errors.MissingCredentials("There is no Authorization header with a bearer token")
    match = _BEARER.fullmatch(header)
    if match is None:
        raise errors.MissingCredentials("The Authorization header does not hold a bearer token")
    return match[1]
