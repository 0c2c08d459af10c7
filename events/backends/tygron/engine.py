"""Calls a Tygron engine, within limits of time and size."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from django.conf import settings as django_settings

from events.backends.base import TryLater
from events.backends.calling import rules_of
from events.backends.tygron.answers import content_of, require_done
from events.backends.tygron.calls import NET_CLUSTERS, Call
from events.backends.tygron.settings import TygronSettings
from vtn.notifiers.client import CallFailed, CallRules, Outgoing, Reply

# Of the time that a push has. What is late must have stopped by the time that somebody else goes on with what followed
# it, lest it set an older state over a newer one.
_SHARE_OF_TIME = 0.8
_CALL_TIMEOUT, _CONNECT_TIMEOUT = 10.0, 5.0
_MAX_ANSWER_BYTES = 16 << 20  # of thousands of clusters

Result = TypeVar("Result")


class Engine:
    def __init__(self, settings: TygronSettings) -> None:
        self._settings = settings

    def make(self, calls: Sequence[Call]) -> Reply:
        """One after the other; the last answer. Raises `TryLater`, `Refused` or `OnHold` at the first that fails."""
        return _in_time(self._make(calls))

    def cluster_ids(self) -> set[int]:
        """Raises as `make` does."""
        return _in_time(self._cluster_ids())

    def url(self, path: str) -> str:
        return f"{self._settings.base_url}/{path}"

    def headers(self, token: str) -> dict[str, str]:
        return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    async def _make(self, calls: Sequence[Call]) -> Reply:
        async with Outgoing(_rules()) as outgoing:
            for call in calls:
                reply = await self._call(outgoing, "POST", call.path, call.body().encode())
        return reply

    async def _cluster_ids(self) -> set[int]:
        async with Outgoing(_rules()) as outgoing:
            reply = await self._call(outgoing, "GET", NET_CLUSTERS)
        items = content_of(reply, token=self._settings.token)
        try:
            return {int(item["id"]) for item in items}
        except (TypeError, KeyError, ValueError):
            raise TryLater(
                "answered with JSON that is no list of net clusters", status=reply.status
            ) from None

    async def _call(self, outgoing: Outgoing, method: str, path: str, body: bytes | None = None) -> Reply:
        token = self._settings.token
        try:
            reply = await outgoing.call(method, self.url(path), self.headers(token), body)
        except CallFailed as error:
            raise TryLater(f"{self._settings.base_url} {error}", is_host_at_fault=True) from error
        require_done(reply, token=token)
        return reply


def _in_time(work: Coroutine[Any, Any, Result]) -> Result:
    limit = _SHARE_OF_TIME * django_settings.BACKEND_TIMEOUT

    async def limited() -> Result:
        async with asyncio.timeout(limit):
            return await work

    try:
        return asyncio.run(limited())
    except TimeoutError:
        raise TryLater(f"was not done within {limit:g} seconds", is_host_at_fault=True) from None


def _rules() -> CallRules:
    return rules_of(
        timeout=_CALL_TIMEOUT, connect_timeout=_CONNECT_TIMEOUT, max_answer_bytes=_MAX_ANSWER_BYTES
    )
