"""Creates VENs and changes them, above all what is granted to them: only business logic writes targets of VENs."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction

from participants.models import Client, Ven
from participants.services.changes import Operation, record_change
from participants.services.clients import NoSuchClient
from participants.services.resources import delete_resource
from participants.services.validation import checked_name, checked_targets
from participants.services.ven_lock import locked_ven
from participants.wire import v310
from vtn import errors
from vtn.caller import Caller, Role, Scope
from vtn.constraints import refused_by
from vtn.models import later_than


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
            client_id=_checked_client_id(client_id),
            targets=checked_targets(targets),
            created_at=now,
            modified_at=now,
        )
        ven.save(force_insert=True)
        after = _recorded(ven)
        _record(ven, Operation.CREATE, caller, now, before=None, after=after, clients=[ven.client_id])
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
        return _change(
            locked_ven(ven_id),
            caller,
            now,
            ven_name=checked_name("ven_name", ven_name),
            client_id=_checked_client_id(client_id),
            targets=checked_targets(targets),
        )


@transaction.atomic
def set_targets(*, caller: Caller, ven_id: str, targets: Iterable[str], now: datetime) -> Ven:
    """Grants exactly these targets to the VEN; its resources keep theirs. Raises `NoSuchVen`, `Invalid`."""
    caller.require_business(Scope.WRITE_VENS)
    return _change(locked_ven(ven_id), caller, now, targets=checked_targets(targets))


@transaction.atomic
def delete_ven(*, caller: Caller, ven_id: str, now: datetime) -> None:
    """With its resources; the client stays, without a grant. Raises `NoSuchVen`."""
    caller.require_business(Scope.WRITE_VENS)
    ven = locked_ven(ven_id)
    before = _recorded(ven)
    for resource_id in ven.resources.order_by("id").values_list("id", flat=True):
        delete_resource(caller=caller, resource_id=resource_id, now=now)
    Ven.objects.filter(id=ven_id).delete()
    _record(ven, Operation.DELETE, caller, now, before=before, after=None, clients=[ven.client_id])


def _change(ven: Ven, caller: Caller, now: datetime, **wanted: Any) -> Ven:
    """What is as wanted already is no change and leaves no entry."""
    changes = {name: value for name, value in wanted.items() if getattr(ven, name) != value}
    if not changes:
        return ven
    before, client_before = _recorded(ven), ven.client_id
    for name, value in changes.items():
        setattr(ven, name, value)
    ven.modified_at = later_than(ven.modified_at, now)
    ven.save(update_fields=[*changes, "modified_at"])
    clients = [client_before, ven.client_id]
    _record(ven, Operation.UPDATE, caller, now, before=before, after=_recorded(ven), clients=clients)
    return ven


def _checked_client_id(client_id: str | None) -> str | None:
    if client_id is None:
        return None
    client = Client.objects.filter(client_id=client_id).first()
    if client is None:
        raise NoSuchClient(f"There is no client '{client_id}'")
    if client.role != Role.VEN:
        raise errors.Invalid(f"client_id: '{client_id}' is business logic, and no VEN")
    return client_id


def _recorded(ven: Ven) -> dict[str, Any]:
    return v310.render_ven(
        ven_id=ven.id,
        created_at=ven.created_at,
        modified_at=ven.modified_at,
        client_id=ven.client_id,
        ven_name=ven.ven_name,
        targets=ven.targets,
        attributes=ven.attributes,
    )


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


def _unique(ven_name: str, client_id: str | None) -> AbstractContextManager[None]:
    return refused_by(
        {
            "ven_name_per_vtn": VenTaken(f"There is already a VEN named '{ven_name}'"),
            "participants_ven_client_id_key": VenTaken(f"The client '{client_id}' has a VEN already"),
        }
    )
