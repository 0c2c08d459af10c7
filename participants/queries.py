"""Reads of clients and of what was granted to them, each with a fixed number of queries: one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef, QuerySet

from participants.models import CLIENT_ID, Client, ClientSecret, Resource
from vtn.caller import GRANTABLE_SCOPES, Caller, Role, Scope


def caller_of(client_id: str, scopes: Collection[str] | None = None) -> Caller | None:
    """The caller with the scopes that both its token and its record name (None: all that the record names).

    None when there is no such client, or when it is disabled. One query: the targets of the client's ven and of
    that ven's resources come with the client.
    """
    if not CLIENT_ID.fullmatch(client_id):
        return None
    row = (
        Client.objects.filter(client_id=client_id, is_enabled=True)
        .annotate(resource_targets=ArraySubquery(_targets_of_resources()))
        .values_list("role", "scopes", "ven__targets", "resource_targets")
        .first()
    )
    if row is None:
        return None
    role, held, ven_targets, resource_targets = row
    return Caller(
        client_id=client_id,
        role=Role(role),
        scopes=_scopes_in_force(Role(role), held, scopes),
        granted=frozenset([*(ven_targets or ()), *resource_targets]),
    )


def usable_hashes(client_id: str, at: datetime) -> list[str]:
    """The hashes of the secrets that an enabled client can use now; none for anybody else."""
    secrets = ClientSecret.objects.filter(client_id=client_id, client__is_enabled=True).usable(at)
    return list(secrets.order_by("-id").values_list("hash", flat=True))


def _scopes_in_force(role: Role, held: Collection[str], named: Collection[str] | None) -> frozenset[Scope]:
    wanted = set(held) if named is None else set(held) & set(named)
    return frozenset(scope for scope in GRANTABLE_SCOPES[role] if scope in wanted)


def _targets_of_resources() -> QuerySet[Any, Any]:
    unnested = Func(F("targets"), function="unnest")
    return Resource.objects.filter(ven__client=OuterRef("client_id")).order_by().values_list(unnested)
