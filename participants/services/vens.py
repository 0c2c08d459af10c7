"""Creates VENs and changes them, above all what is granted to them: only business logic writes targets of VENs."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from django.db import transaction

from participants.models import Client, Ven
from participants.records import ven_record
from participants.services.changes import Operation, record_change
from participants.services.checks import checked_name, checked_targets
from participants.services.clients import NoSuchClient
from vtn import errors
from vtn.caller import Caller, Role, Scope
from vtn.constraints import refused_by


class NoSuchVen(errors.NotFound):
    """No VEN has this id."""


class VenTaken(errors.Conflict):
    """The name belongs to another VEN, or the client has another VEN (DESIGN §9: one per client)."""


def create_ven(
    *, caller: Caller, ven_name: str, client_id: str | None = None, targets: Iterable[str] = (), now: datetime
) -> Ven:
    """Raises `NoSuchClient`, `VenTaken`, `Invalid`."""
    caller.require_business(Scope.WRITE_VENS)
    with _unique(ven_name, client_id), transaction.atomic():
        ven = Ven(
            ven_name=checked_name("ven_name", ven_name),
            client=_client_with_role_ven(client_id),
            targets=checked_targets(targets),
            created_at=now,
            modified_at=now,
        )
        ven.save(force_insert=True)
        _record(
            ven, Operation.CREATE, caller, now, before=None, after=ven_record(ven), clients=[ven.client_id]
        )
    return ven


def update_ven(
    *,
    caller: Caller,
    ven_id: str,
    ven_name: str,
    client_id: str | None,
    targets: Iterable[str],
    now: datetime,
) -> Ven:
    """Raises `NoSuchVen`, `NoSuchClient`, `VenTaken`, `Invalid`."""
    caller.require_business(Scope.WRITE_VENS)
    with _unique(ven_name, client_id), transaction.atomic():
        ven = locked_ven(ven_id)
        before, client_before = ven_record(ven), ven.client_id
        ven.ven_name = checked_name("ven_name", ven_name)
        ven.client = _client_with_role_ven(client_id)
        ven.targets = checked_targets(targets)
        if ven_record(ven) == before:
            return ven
        ven.modified_at = now
        ven.save(force_update=True)
        clients = [client_before, ven.client_id]
        _record(ven, Operation.UPDATE, caller, now, before=before, after=ven_record(ven), clients=clients)
    return ven


@transaction.atomic
def set_targets(*, caller: Caller, ven_id: str, targets: Iterable[str], now: datetime) -> Ven:
    """Grants exactly these targets to the VEN; its resources keep theirs. Raises `NoSuchVen`, `Invalid`."""
    caller.require_business(Scope.WRITE_VENS)
    ven = locked_ven(ven_id)
    return update_ven(
        caller=caller, ven_id=ven.id, ven_name=ven.ven_name, client_id=ven.client_id, targets=targets, now=now
    )


@transaction.atomic
def delete_ven(*, caller: Caller, ven_id: str, now: datetime) -> None:
    """With its resources; the client stays, without a grant. Raises `NoSuchVen`."""
    from participants.services.resources import delete_resource  # which stands on this module

    caller.require_business(Scope.WRITE_VENS)
    ven = locked_ven(ven_id)
    before = ven_record(ven)
    for resource_id in ven.resources.order_by("id").values_list("id", flat=True):
        delete_resource(caller=caller, resource_id=resource_id, now=now)
    Ven.objects.filter(id=ven_id).delete()
    _record(ven, Operation.DELETE, caller, now, before=before, after=None, clients=[ven.client_id])


def locked_ven(ven_id: str) -> Ven:
    """Nobody else changes the VEN until the caller's transaction ends."""
    ven = Ven.objects.select_for_update().filter(id=ven_id).first()
    if ven is None:
        raise NoSuchVen(f"There is no VEN '{ven_id}'")
    return ven


def _client_with_role_ven(client_id: str | None) -> Client | None:
    if client_id is None:
        return None
    client = Client.objects.filter(client_id=client_id).first()
    if client is None:
        raise NoSuchClient(f"There is no client '{client_id}'")
    if client.role != Role.VEN:
        raise errors.Invalid(f"client_id: '{client_id}' is business logic, and no VEN")
    return client


def _record(
    ven: Ven,
    operation: Operation,
    caller: Caller,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    clients: Iterable[str | None],
) -> None:
    record_change(
        object_type="VEN",
        object_id=ven.id,
        operation=operation,
        before=before,
        after=after,
        clients=clients,
        caller=caller,
        now=now,
    )


def _unique(ven_name: str, client_id: str | None) -> Any:
    stack = ExitStack()
    stack.enter_context(
        refused_by("ven_name_per_vtn", VenTaken(f"There is already a VEN named '{ven_name}'"))
    )
    stack.enter_context(
        refused_by("participants_ven_client_id_key", VenTaken(f"The client '{client_id}' has a VEN already"))
    )
    return stack
