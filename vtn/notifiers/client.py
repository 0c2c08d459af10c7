"""The one way in which the VTN calls addresses that somebody else named.

The address is looked at where the socket is made, whatever name it was looked up by: what was checked is what is
connected to, however often the name's owner changes his mind (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from vtn.notifiers.addresses import AddressRules

# `asyncio.run` waits for the threads of its loop, and a name server may take half a minute: so these are our own.
_lookups = ThreadPoolExecutor(max_workers=64, thread_name_prefix="vtn-lookup")


@dataclass(frozen=True, slots=True)
class CallRules:
    """How others are called. Times are in seconds; `ca_file` names certificates to trust beside the system's."""

    addresses: AddressRules
    timeout: float
    connect_timeout: float
    max_answer_bytes: int
    ca_file: str


@dataclass(frozen=True, slots=True)
class Reply:
    """`retry_after` is the header of that name, as it came."""

    status: int
    body: bytes
    retry_after: str | None = None


class CallFailed(Exception):
    """There is no reply. Its text ends a sentence that begins with the URL, and may be shown to who named that."""


class AddressRefused(OSError):
    """The address may not be called; `OSError`, so that the next one of the same name is tried."""


class Resolver(AbstractResolver):
    """The system's own look-up of names."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().run_in_executor(_lookups, _look_up, host, port)
        return [
            ResolveResult(
                hostname=host,
                host=address[0],
                port=port,
                family=kind,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, address in found
        ]

    async def close(self) -> None:
        pass


class Outgoing:
    """A client for one event loop; use it as an async context manager."""

    def __init__(self, rules: CallRules, resolver: AbstractResolver | None = None) -> None:
        self._rules = rules
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=resolver or Resolver(),
                socket_factory=_guard(rules.addresses),
                ssl=tls_context(rules.ca_file),
                use_dns_cache=False,
                limit=0,
            ),
            timeout=aiohttp.ClientTimeout(total=rules.timeout, sock_connect=rules.connect_timeout),
            # Nothing that one receiver says is for another: no cookies; no proxy of the environment either.
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            # A few compressed bytes can be a great many.
            auto_decompress=False,
            headers={"User-Agent": "openadr3-vtn", "Accept-Encoding": "identity"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._session.close()

    async def call(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """The reply, whatever its status; redirects are not followed. Raises `CallFailed`."""
        try:
            async with self._session.request(
                method, URL(url, encoded=True), headers=headers, data=body, allow_redirects=False
            ) as response:
                answer = await self._body(response)
                return Reply(response.status, answer, response.headers.get("Retry-After"))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise CallFailed(_in_words(error)) from error

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        body = b""
        async for part in response.content.iter_any():
            body += part
            if len(body) > self._rules.max_answer_bytes:
                raise CallFailed(f"answered with more than {self._rules.max_answer_bytes} bytes")
        return body


def _guard(rules: AddressRules) -> Callable[[aiohttp.AddrInfoType], socket.socket]:
    """Makes sockets for addresses that may be called. The connection is made to the very address that is given here."""

    def socket_for(address: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, where = address
        if not rules.admit(str(where[0])):
            # One text for all addresses, so that it comes through when there are several.
            raise AddressRefused("the address may not be called")
        return socket.socket(family, kind, protocol)

    return socket_for


def _look_up(host: str, port: int) -> list[tuple[int, Any]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [(family, address) for family, _, _, _, address in found]


@lru_cache(maxsize=4)
def tls_context(ca_file: str) -> ssl.SSLContext:
    """Certificates are checked, always; the standard asks for TLS 1.2 or newer (3.1.0 Definition, "HTTPS/TLS"). Raises
    OSError where the file holds none."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _in_words(error: Exception) -> str:
    cause = getattr(error, "os_error", error)
    if isinstance(cause, AddressRefused):
        return "has an address that may not be called"
    if isinstance(error, TimeoutError):
        return "did not answer in time"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "has a host that is not found"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "has a certificate that is not trusted"
    if isinstance(error, aiohttp.ClientSSLError):
        return "does not speak TLS as it should"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "does not take connections"
    return "does not answer as HTTP has it"
