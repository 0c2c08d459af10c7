"""Who calls JSON-RPC: a client by its token or by its secret, staff by their password, or a trusted network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from rest_framework.request import Request

from participants import hashers
from participants import queries as participants_queries
from participants.attempts import Attempts, address_of
from participants.authentication import ClientAuthentication
from participants.wire.token import GRANT_TYPE, TokenRequest, parse_token_request
from vtn import errors
from vtn.caller import Caller, Role, Scope

# All that the methods can do, since which of them are called is not known yet.
_ALL = ["tariffs.add_storedtiming", "tariffs.change_storedtiming", "tariffs.delete_storedtiming"]


def caller_of(request: Request, *, now: datetime) -> Caller:
    """Raises `MissingCredentials`, `BadCredentials`, `TooManyAttempts`, or what a token request may raise.

    Whoever names itself is taken at its word, wherever it is. A page in a browser says in `Origin` where it comes
    from; it is never trusted for its address, which is that of whoever happens to look at it.
    """
    header = request.META.get("HTTP_AUTHORIZATION", "")
    scheme = header.partition(" ")[0].lower()
    if scheme == "basic":
        return _by_password(parse_token_request({"grant_type": GRANT_TYPE}, header), request.META, now)
    if not header and "HTTP_ORIGIN" not in request.META and (caller := _by_network(request.META)):
        return caller
    return ClientAuthentication().authenticate(request)[0]


def _by_password(asked: TokenRequest, meta: dict[str, Any], now: datetime) -> Caller:
    """A client's id and secret, or the name and password of staff who may add, change and delete timings."""
    attempts = Attempts.of(client_id=asked.client_id, address=address_of(meta), now=now)
    attempts.require_few()
    caller = _client(asked, now) or _staff(asked)
    if caller is None:
        attempts.count_failure()
        raise errors.BadCredentials("There is no client with this id and secret")
    attempts.forget()
    return caller


def _client(asked: TokenRequest, now: datetime) -> Caller | None:
    hashes = participants_queries.usable_hashes(asked.client_id, at=now)
    if not hashes or not hashers.matches(asked.client_secret, hashes):
        return None
    return participants_queries.caller_of(asked.client_id)


def _staff(asked: TokenRequest) -> Caller | None:
    user: Any = authenticate(username=asked.client_id, password=asked.client_secret)
    if user is None or not user.is_staff or not user.has_perms(_ALL):
        return None
    return Caller.staff(user.get_username())


def _by_network(meta: Mapping[str, Any]) -> Caller | None:
    """May do with timings what business logic may. An IPv6 host counts as its /64, as with failed logins: all of
    that has to be trusted."""
    address = address_of(dict(meta))
    if address == "unknown":
        return None
    host = ip_network(address if "." in address else f"{address}/64")
    if not any(_lies_in(host, network) for network in settings.TARIFFS_TRUSTED_NETWORKS):
        return None
    # No client can have this id, so that the audit tells them apart.
    return Caller(f"address {address}", Role.BL, frozenset({Scope.READ_TARGETS, Scope.WRITE_EVENTS}))


def _lies_in(host: IPv4Network | IPv6Network, network: IPv4Network | IPv6Network) -> bool:
    if isinstance(host, IPv4Network):
        return isinstance(network, IPv4Network) and host.subnet_of(network)
    return isinstance(network, IPv6Network) and host.subnet_of(network)
