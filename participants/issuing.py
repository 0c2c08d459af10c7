"""Decides whether a client gets a token, and with which scopes. It writes nothing: a token is not stored."""

from __future__ import annotations

from datetime import datetime

from participants import hashers, queries, tokens
from participants.wire.token import InvalidClient, InvalidScope, TokenRequest
from vtn.caller import Caller


def issue_token(asked: TokenRequest, *, now: datetime) -> tokens.IssuedToken:
    """Raises `InvalidClient`, whatever it is that does not fit, or `InvalidScope`."""
    hashes = queries.usable_hashes(asked.client_id, at=now)
    if not hashers.matches(asked.client_secret, hashes):
        raise InvalidClient("There is no client with this id and secret")
    caller = queries.caller_of(asked.client_id)
    if caller is None:  # disabled since the line above
        raise InvalidClient("There is no client with this id and secret")
    return tokens.issue(client_id=asked.client_id, scopes=_granted_scopes(asked, caller), now=now)


def _granted_scopes(asked: TokenRequest, caller: Caller) -> tuple[str, ...]:
    """All that were asked for, or all that the client holds. Never fewer than asked for: a client that asked by
    name is told at once, not at its first request."""
    if asked.scopes is None:
        if not caller.scopes:
            raise InvalidScope("The client holds no scope")
        return tuple(sorted(caller.scopes))
    if not caller.scopes.issuperset(asked.scopes):
        raise InvalidScope("The client does not hold all of these scopes")
    return asked.scopes
