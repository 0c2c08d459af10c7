"""The bearer tokens of subscriptions, which only their owners get to see again."""

from __future__ import annotations

from collections.abc import Iterable

from vtn.sealing import seal, unseal

# By place in objectOperations; None where there is none.
Tokens = list[str | None]


def sealed(tokens: Iterable[str | None], subscription_id: str) -> Tokens:
    return [
        token if token is None else seal(token, context=_context(subscription_id, place))
        for place, token in enumerate(tokens)
    ]


def unsealed(tokens: Iterable[str | None], subscription_id: str) -> Tokens:
    """Raises `CannotUnseal`."""
    return [unsealed_token(token, subscription_id, place) for place, token in enumerate(tokens)]


def unsealed_token(token: str | None, subscription_id: str, place: int) -> str | None:
    """Raises `CannotUnseal`."""
    return token if token is None else unseal(token, context=_context(subscription_id, place))


def resealed(tokens: Iterable[str | None], subscription_id: str) -> Tokens:
    """The same under the newest key. Raises `CannotUnseal`."""
    return sealed(unsealed(tokens, subscription_id), subscription_id)


def _context(subscription_id: str, place: int) -> str:
    return f"bearer token {place} of subscription {subscription_id}"
