"""Whether callbacks may be called, asked before anything is stored: the rules for their URLs, and the challenge."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Mapping

from aiohttp.abc import AbstractResolver
from yarl import URL

from vtn import errors
from vtn.notifiers.client import CallFailed, CallRules, Outgoing, Resolver
from vtn.notifiers.rules import CallbackRules
from vtn.notifiers.urls import BadCallbackUrl, require_callable, with_echo
from vtn.places import NoPlace, places, places_for_callbacks

_WAIT_FOR_A_PLACE = 0.5


class CallbackRefused(errors.Invalid):
    """A callback that is not called: its URL, its address, or its answer to the challenge is at fault."""


# From the URLs to be called to the members that name them, for the refusal.
Callbacks = Mapping[str, str]


def require_well_formed(callbacks: Callbacks, rules: CallbackRules) -> None:
    """Raises `CallbackRefused` for what a text alone tells."""
    for url, member in callbacks.items():
        try:
            require_callable(url, http=rules.http, local_names=rules.local_names)
        except BadCallbackUrl as fault:
            raise CallbackRefused(f"{member}: {fault}") from None


def require_willing(
    callbacks: Callbacks, rules: CallbackRules, *, resolver: AbstractResolver | None = None
) -> None:
    """Asks the receivers, all at once, so that many take no longer than one. Not for inside a transaction.

    Raises `CallbackRefused` for the first that is at fault, `Busy` when no thread can wait for them.
    """
    if not callbacks or not (rules.challenge or not rules.calls.addresses.everything):
        return
    try:
        with places_for_callbacks().taken(wait=_WAIT_FOR_A_PLACE), places().taken(wait=_WAIT_FOR_A_PLACE):
            failures = asyncio.run(_ask_all(callbacks, rules, resolver or Resolver()))
    except NoPlace:
        raise errors.Busy("Too many callbacks are being checked; try again", retry_after=2) from None
    for member, failure in zip(callbacks.values(), failures, strict=True):
        if failure is not None:
            raise CallbackRefused(f"{member}: the callback {failure}")


async def _ask_all(
    callbacks: Callbacks, rules: CallbackRules, resolver: AbstractResolver
) -> list[str | None]:
    """What each callback does wrong, in their order."""
    if not rules.challenge:
        return await asyncio.gather(*(_failure(_look_up(url, rules.calls, resolver)) for url in callbacks))
    async with Outgoing(rules.calls, resolver) as outgoing:
        return await asyncio.gather(*(_failure(_challenge(url, outgoing)) for url in callbacks))


async def _failure(asking: Awaitable[None]) -> str | None:
    try:
        await asking
    except CallFailed as failure:
        return str(failure)
    return None


async def _challenge(url: str, outgoing: Outgoing) -> None:
    """3.1.0 Definition, "Webhooks": a GET with a random `echo`, which a 200 has to have in its body.

    Interpretation: "include the query string parameter value in the body of the response" asks for no more than that it
    be somewhere in there; receivers in use wrap it in JSON.
    """
    value = secrets.token_urlsafe(24)
    reply = await outgoing.call("GET", with_echo(url, value))
    if reply.status != 200:
        raise CallFailed(f"answered the challenge with {reply.status}, not with 200")
    if value.encode() not in reply.body:
        raise CallFailed("did not give back the value of echo")


async def _look_up(url: str, rules: CallRules, resolver: AbstractResolver) -> None:
    """Without a challenge, what can be known now: a name whose addresses may all not be called is refused. One that is
    not found may be there later; at each call the address is looked at again."""
    address = URL(url, encoded=True)
    assert address.host is not None
    try:
        async with asyncio.timeout(rules.timeout):
            found = await resolver.resolve(address.host, address.port or 0)
    except (OSError, TimeoutError):
        return
    if not any(rules.addresses.admit(each["host"]) for each in found):
        raise CallFailed("has an address that may not be called")
