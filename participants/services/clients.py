"""Creates clients and changes them. What it changes is in force at the next request, through any worker."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from participants.models import CLIENT_ID, Client, ClientSecret, Ven
from participants.mqtt.telling import clients_changed
from participants.services.validation import checked_name
from participants.services.ven_lock import wait_for_client_id
from participants.wire import v310
from vtn import errors, outbox
from vtn.audit import described_change
from vtn.caller import GRANTABLE_SCOPES, ROLE_SCOPES, Caller, Role
from vtn.constraints import refused_by
from vtn.models import later_than
from vtn.outbox import Entry


class NoSuchClient(errors.NotFound):
    """No client has this id."""


class ClientTaken(errors.Conflict):
    """Another client has this id, or this name."""


class HasVen(errors.Conflict):
    """A VEN that was made before its client belongs to this one, which is then no business logic: that has none."""


class ScopesNotGrantable(errors.Invalid):
    """A client of this role cannot hold these scopes (decisions/openadr.md §1)."""


def create_client(
    *,
    caller: Caller,
    client_id: str,
    name: str,
    role: Role,
    scopes: Collection[str] | None = None,
    now: datetime,
) -> Client:
    """An enabled client without a secret. Scopes of None are all that its role has by default.

    Raises `ClientTaken`, `HasVen`, `ScopesNotGrantable`, `Invalid`.
    """
    caller.require_staff()
    client = new_client(client_id, name, role, scopes, now)
    id_taken = ClientTaken(f"There is already a client with the id '{client_id}'")
    refusals = {"participants_client_pkey": id_taken, "client_name": _name_taken(name)}
    with refused_by(refusals), transaction.atomic():
        wait_for_client_id(client_id)
        if role is Role.BL and Ven.objects.filter(client_id=client_id).exists():
            raise HasVen(f"There is a VEN of the client '{client_id}', which cannot be business logic")
        client.save(force_insert=True)
        record_client(client, before=None, caller=caller, now=now)
    return client


def new_client(
    client_id: str, name: str, role: Role, scopes: Collection[str] | None, now: datetime
) -> Client:
    """As `create_client` makes it, not stored yet. Raises `ScopesNotGrantable`, `Invalid`."""
    if not CLIENT_ID.fullmatch(client_id):
        raise errors.Invalid("client_id: 1 to 128 visible ASCII characters without spaces")
    return Client(
        client_id=client_id,
        name=checked_name("name", name),
        role=role.value,
        scopes=checked_scopes(role, ROLE_SCOPES[role] if scopes is None else scopes),
        created_at=now,
        modified_at=now,
    )


def rename_client(*, caller: Caller, client_id: str, name: str, now: datetime) -> Client:
    """Raises `NoSuchClient`, `ClientTaken`, `Invalid`."""
    with refused_by({"client_name": _name_taken(name)}):
        return _change(caller, client_id, now, name=checked_name("name", name))


@transaction.atomic
def set_scopes(*, caller: Caller, client_id: str, scopes: Collection[str], now: datetime) -> Client:
    """Raises `NoSuchClient`, `ScopesNotGrantable`. Tokens that are out keep what remains of theirs."""
    caller.require_staff()
    role = Role(locked_client(client_id).role)
    return _change(caller, client_id, now, scopes=checked_scopes(role, scopes))


def set_enabled(*, caller: Caller, client_id: str, is_enabled: bool, now: datetime) -> Client:
    """A disabled client is out at once, whatever tokens it has. Raises `NoSuchClient`."""
    return _change(caller, client_id, now, is_enabled=is_enabled)


def locked_client(client_id: str) -> Client:
    """Nobody else changes the client or its secrets until the caller's transaction ends."""
    client = Client.objects.select_for_update().filter(client_id=client_id).first()
    if client is None:
        raise NoSuchClient(f"There is no client '{client_id}'")
    return client


def recorded_client(client: Client) -> dict[str, Any]:
    return described_client(client, client.secrets.order_by("id"))


def described_client(client: Client, secrets: Iterable[ClientSecret]) -> dict[str, Any]:
    """As the record of changes has it, with these secrets."""
    return v310.render_client(
        client_id=client.client_id,
        name=client.name,
        role=client.role,
        scopes=client.scopes,
        is_enabled=client.is_enabled,
        secrets=[
            v310.render_secret(secret_id=secret.pk, label=secret.label, expires_at=secret.expires_at)
            for secret in secrets
        ],
    )


def record_client(client: Client, *, before: dict[str, Any] | None, caller: Caller, now: datetime) -> None:
    """The audit entry, the end of what was kept of this client, and of what it may read at a broker no more."""
    entry = changed_client(client, before, recorded_client(client))
    outbox.record_all([entry], caller=caller, now=now)
    clients_changed([client.client_id])


def changed_client(client: Client, before: dict[str, Any] | None, after: dict[str, Any]) -> Entry:
    """Its role, scopes or grant may be another now."""
    moves = [f"client:{client.client_id}"]
    return described_change("CLIENT", client.client_id, before, after, moves=moves)


def checked_scopes(role: Role, scopes: Collection[str]) -> list[str]:
    """Raises `ScopesNotGrantable` that names those at fault."""
    wrong = set(scopes) - {scope.value for scope in GRANTABLE_SCOPES[role]}
    if wrong:
        raise ScopesNotGrantable(
            f"scopes: a client with the role {role} cannot hold {', '.join(sorted(wrong))}"
        )
    return sorted(str(scope) for scope in set(scopes))


@transaction.atomic
def _change(caller: Caller, client_id: str, now: datetime, **wanted: Any) -> Client:
    """What is as wanted already is no change and leaves no entry."""
    caller.require_staff()
    client = locked_client(client_id)
    changes = {name: value for name, value in wanted.items() if getattr(client, name) != value}
    if not changes:
        return client
    before = recorded_client(client)
    for name, value in changes.items():
        setattr(client, name, value)
    client.modified_at = later_than(client.modified_at, now)
    client.save(update_fields=[*changes, "modified_at"])
    record_client(client, before=before, caller=caller, now=now)
    return client


def _name_taken(name: str) -> ClientTaken:
    return ClientTaken(f"There is already a client named '{name}'")
