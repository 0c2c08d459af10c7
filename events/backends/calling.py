"""Calls of other systems, for backends: within limits, and to whatever address staff have named."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings

from vtn.notifiers.addresses import AddressRules
from vtn.notifiers.client import CallRules, Outgoing, Reply


def host_of(url: str) -> str:
    """Whom a URL calls, with a port where the URL names one: `https://engine.example`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def rules_of(*, timeout: float, connect_timeout: float, max_answer_bytes: int) -> CallRules:
    return CallRules(
        # Staff may mean a machine beside this one.
        addresses=AddressRules(everything=True),
        timeout=timeout,
        connect_timeout=connect_timeout,
        max_answer_bytes=max_answer_bytes,
        ca_file=settings.CALLBACK_CA_FILE,
    )


def call(
    rules: CallRules, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
) -> Reply:
    """The reply, whatever its status. Raises `vtn.notifiers.client.CallFailed`. Not for inside an event loop."""
    return asyncio.run(_call(rules, method, url, headers, body))


async def _call(
    rules: CallRules, method: str, url: str, headers: Mapping[str, str], body: bytes | None
) -> Reply:
    async with Outgoing(rules) as outgoing:
        return await outgoing.call(method, url, headers, body)
