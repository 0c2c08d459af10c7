"""Reads of clients and of what was granted to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from participants.models import CLIENT_ID, ClientSecret
from vtn.caller import GRANTABLE_SCOPES, Caller, Role, Scope

# In SQL, because it is read for every token that is not kept, and Django takes longer to put it together than
# PostgreSQL to answer it.
_CALLER = """
    SELECT client.role, client.scopes, ARRAY(
        SELECT unnest(ven.targets)
        UNION
        SELECT unnest(resource.targets) FROM participants_resource resource WHERE resource.ven_id = ven.id
    )
    FROM participants_client client LEFT JOIN participants_ven ven ON ven.client_id = client.client_id
    WHERE client.client_id = %s AND client.is_enabled
"""


def caller_of(client_id: str, scopes: Collection[str] | None = None) -> Caller | None:
    """The caller with the scopes that both its token and its record name (None: all that the record names).

    None when there is no such client, or when it is disabled. The grant is the targets of the client's ven and of
    that ven's resources (decisions/openadr.md §2).
    """
    if not CLIENT_ID.fullmatch(client_id):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_CALLER, [client_id])
        row = cursor.fetchone()
    if row is None:
        return None
    role, held, granted = Role(row[0]), row[1], row[2]
    return Caller(
        client_id=client_id,
        role=role,
        scopes=_scopes_in_force(role, held, scopes),
        granted=frozenset(granted),
    )


def usable_hashes(client_id: str, at: datetime) -> list[str]:
    """The hashes of the secrets that an enabled client can use now; none for anybody else."""
    secrets = ClientSecret.objects.filter(client_id=client_id, client__is_enabled=True).usable(at)
    return list(secrets.order_by("-id").values_list("hash", flat=True))


def _scopes_in_force(role: Role, held: Collection[str], named: Collection[str] | None) -> frozenset[Scope]:
    wanted = set(held) if named is None else set(held) & set(named)
    return frozenset(scope for scope in GRANTABLE_SCOPES[role] if scope in wanted)
