"""Counts failed attempts to authenticate, so that secrets cannot be guessed.

The counts lie in the cache by client and address, and by address: whoever guesses from one address never locks
out the client at another. Windows are fixed, so the counts need neither a lock nor a look at the time left.
A cache that cannot be reached counts nothing and stops nobody.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from vtn import errors

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempts:
    """The failed attempts of one client from one address, and of that address, in the window of this moment."""

    client_key: str
    address_key: str
    seconds_left: int

    @classmethod
    def of(cls, *, client_id: str, address: str, now: datetime) -> Attempts:
        length = settings.TOKEN_ATTEMPTS_WINDOW.total_seconds()
        window, passed = divmod(now.timestamp(), length)
        prefix = f"token-attempts:{int(window)}:{address}"
        client = hashlib.blake2b(client_id.encode(), digest_size=16).hexdigest()
        return cls(f"{prefix}:{client}", f"{prefix}:", math.ceil(length - passed))

    def require_few(self) -> None:
        """Raises `TooManyAttempts`."""
        try:
            counts = cache.get_many([self.client_key, self.address_key])
        except (RedisError, OSError) as error:
            _warn(error)
            return
        if (
            counts.get(self.client_key, 0) >= settings.TOKEN_ATTEMPTS_PER_CLIENT
            or counts.get(self.address_key, 0) >= settings.TOKEN_ATTEMPTS_PER_ADDRESS
        ):
            raise errors.TooManyAttempts(
                "Too many failed attempts from this address; try again later", retry_after=self.seconds_left
            )

    def count_failure(self) -> None:
        try:
            for key in (self.client_key, self.address_key):
                cache.add(key, 0, timeout=self.seconds_left)
                cache.incr(key)
        except ValueError:
            pass  # the window ended between the two calls
        except (RedisError, OSError) as error:
            _warn(error)

    def forget(self) -> None:
        """After a success the client starts afresh; its address does not, or one good secret would buy guesses."""
        try:
            cache.delete(self.client_key)
        except (RedisError, OSError) as error:
            _warn(error)


def address_of(meta: dict[str, Any]) -> str:
    """Where a request comes from: the connection, or what the outermost trusted proxy wrote down.

    Each proxy appends the address that it saw to X-Forwarded-For, so the last entries are ours and all before them
    is whatever the sender wrote. An IPv6 address counts as its /64, which one host has all of.
    """
    connection = str(meta.get("REMOTE_ADDR") or "")
    proxies = settings.TRUSTED_PROXIES
    forwarded = [entry.strip() for entry in str(meta.get("HTTP_X_FORWARDED_FOR") or "").split(",")]
    named = forwarded[-proxies] if 0 < proxies <= len(forwarded) else connection
    return _network(named) or _network(connection) or "unknown"


def _network(text: str) -> str:
    """The address in one spelling, or "" when it is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def _warn(error: Exception) -> None:
    logger.warning("Failed attempts at /auth/token are not counted while the cache is away: %s", error)
