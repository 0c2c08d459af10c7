"""Everything that changes VENs, above all what is granted to them: only business logic writes targets of VENs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from participants import rows
from participants.content import VenContent
from participants.models import Client, ControllerLink, Resource, Ven
from participants.services.controllers import drop_links
from participants.services.embedded import put_resources
from participants.services.forms import as_stored, keeping_grant, require_own_form
from participants.services.resources import publish_resource, remove_resources
from participants.services.validation import checked_targets
from participants.services.ven_lock import locked_ven, wait_for_client_id
from participants.wire.vens import v301, v310
from participants.wire.vens.v310 import shown_client_id
from vtn import errors, outbox, publishing
from vtn.caller import Caller, Role, Scope
from vtn.constraints import refused_by
from vtn.content import Content, with_targets
from vtn.documents import recorded
from vtn.ids import new_id
from vtn.outbox import Entry
from vtn.polling import keys
from vtn.publishing import Before, Kind, Operation, Write
from vtn.wire import body

_VEN = Kind("VEN", "vens")


class VenTaken(errors.Conflict):
    """The name belongs to another VEN, or the client has another VEN (decisions/openadr.md §4: one per client)."""


class VenOfAnother(errors.Invalid):
    """A VEN stays with its client: what hangs on it, reports above all, would not go with it."""


class WrittenVen(NamedTuple):
    """A VEN as it has become, or as it was when it was deleted, with all its resources, which 3.0.1 shows inside."""

    ven: Ven
    resources: list[Resource]


def create_ven(*, caller: Caller, content: VenContent, now: datetime) -> WrittenVen:
    """What a VEN creates belongs to its client. Raises `VenTaken`, `ResourceTaken`, `Invalid`, `Forbidden`."""
    require_own_form(caller, content)
    client_id = content.client_id if caller.is_business else caller.client_id
    with _unique(content.ven_name, client_id), transaction.atomic():
        wait_for_client_id(client_id)
        require_no_business(client_id)
        ven = Ven(id=new_id(), client_id=client_id, ven_name=content.ven_name, created_at=now)
        _publish(ven, content, Write(Operation.CREATE, caller, now))
        put_resources(ven, content.resources or (), caller, now)
        return _with_resources(ven)


def update_ven(*, caller: Caller, ven_id: str, content: VenContent, now: datetime) -> WrittenVen:
    """Replaces the VEN, and of its resources those that are named. Business logic may say whose it is once, where that
    was not known. Raises `NoSuchVen`, `VenOfAnother`, `VenTaken`, `ResourceTaken`, `Invalid`, `Forbidden`."""
    require_own_form(caller, content)
    with _unique(content.ven_name, content.client_id), transaction.atomic():
        wait_for_client_id(content.client_id)
        ven = locked_ven(caller, ven_id)
        client_before = ven.client_id
        if content.client_id not in (None, client_before, shown_client_id(client_before, ven.id)):
            if client_before is not None:
                raise VenOfAnother(f"clientID: the VEN belongs to '{client_before}' and cannot be moved")
            ven.client_id = content.client_id
            require_no_business(ven.client_id)
        ven.ven_name = content.ven_name
        _publish(ven, keeping_grant(content, ven), Write(Operation.UPDATE, caller, now), client_before)
        put_resources(ven, content.resources or (), caller, now)
        return _with_resources(ven)


@transaction.atomic
def set_targets(*, caller: Caller, ven_id: str, targets: Iterable[str], now: datetime) -> Ven:
    """Grants exactly these targets to the VEN; its resources keep theirs. Nothing is written where nothing changes.

    Raises `NoSuchVen`, `Invalid`.
    """
    caller.require_business(Scope.WRITE_VENS)
    wanted = checked_targets(targets)
    ven = locked_ven(caller, ven_id)
    if ven.targets != wanted:
        _publish(ven, with_targets(ven, wanted), Write(Operation.UPDATE, caller, now), ven.client_id)
    return ven


def set_client(*, caller: Caller, ven_id: str, client_id: str | None, now: datetime) -> Ven:
    """Gives the VEN to another client, or to nobody: a correction, which staff make.

    Raises `NoSuchVen`, `VenTaken`, `Invalid`.
    """
    caller.require_staff()
    with _unique("", client_id), transaction.atomic():
        wait_for_client_id(client_id)
        ven = locked_ven(caller, ven_id)
        client_before = ven.client_id
        if client_before != client_id:
            require_no_business(client_id)
            ven.client_id = client_id
            _publish(ven, as_stored(ven), Write(Operation.UPDATE, caller, now), client_before)
    return ven


@transaction.atomic
def delete_ven(*, caller: Caller, ven_id: str, now: datetime) -> WrittenVen:
    """Deletes the VEN with its resources, and the links of controllers to them, each with an entry of its own, and
    returns the VEN and the resources as they were. What its client has reported and subscribed to stays. Raises
    `NoSuchVen`."""
    caller.require(Scope.WRITE_VENS)
    deleted = _with_resources(locked_ven(caller, ven_id))
    ven, write = deleted.ven, Write(Operation.DELETE, caller, now)
    remove_resources(deleted.resources, ven, caller, now)
    drop_links(ControllerLink.objects.filter(ven=ven), caller, now)
    Ven.objects.filter(id=ven.id).delete()
    _record(ven, write, before=recorded(ven), after=None, client_before=None)
    publishing.bury(ven, _VEN, write, client_id=ven.client_id)
    return deleted


def require_no_business(client_id: str | None) -> None:
    """A client may be enrolled later, but one of business logic has no VEN: it sees everything. Raises `Invalid`."""
    if Client.objects.filter(client_id=client_id, role=Role.BL).exists():
        raise errors.Invalid(f"clientID: '{client_id}' is business logic, and no VEN")


def _publish(ven: Ven, content: Content, write: Write, client_before: str | None = None) -> None:
    """Row, documents, ways and outbox entry; and its resources anew, where it has another client now: they name it."""
    targets_before = [] if write.is_new else ven.targets
    before = fill(ven, content, write)
    ven.save(force_insert=write.is_new)
    if ven.targets != targets_before:
        rows.write_ways_to_ven(ven, is_new=write.is_new)
    _record(ven, write, before=before.document, after=recorded(ven), client_before=client_before)
    if not write.is_new and client_before != ven.client_id:
        for resource in _with_resources(ven).resources:
            publish_resource(resource, ven, as_stored(resource), write, client_before)


def fill(ven: Ven, content: Content, write: Write) -> Before:
    """Gives the VEN its content and documents, and tells what it was before."""
    before = publishing.begin(ven, content, content.members, write)
    ven.document_310 = body.encode_text(_rendered(ven, v310.render_ven))
    ven.document_301 = body.encode_text(_rendered(ven, v301.render_ven))
    return before


def _record(
    ven: Ven, write: Write, *, before: str | None, after: str | None, client_before: str | None
) -> None:
    entry = changed_ven(ven, write, before=before, after=after, client_before=client_before)
    outbox.record_all([entry], caller=write.caller, now=write.now)


def changed_ven(
    ven: Ven, write: Write, *, before: str | None, after: str | None, client_before: str | None = None
) -> Entry:
    """Moves its own keys, and those of the clients whose grant it is, or was."""
    clients = {client for client in (client_before, ven.client_id) if client}
    moves = keys.owned_changed("vens", ven.id, clients=clients)
    granted = [f"client:{client}" for client in clients]
    return publishing.entry(
        _VEN, ven.id, write, before=before, after=after, moves=[*moves, *granted], literals=ven.literals
    )


def _rendered(ven: Ven, render: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return render(
        ven_id=ven.id,
        created_at=ven.created_at,
        modified_at=ven.modified_at,
        client_id=ven.client_id,
        members=ven.content,
    )


def _with_resources(ven: Ven) -> WrittenVen:
    return WrittenVen(ven, list(ven.resources.order_by("created_at", "id")))


def _unique(ven_name: str, client_id: str | None) -> AbstractContextManager[None]:
    return refused_by(
        {
            "ven_name_per_vtn": VenTaken(f"There is already a VEN named '{ven_name}'"),
            "ven_per_client": VenTaken(f"The client '{client_id}' has a VEN already"),
        }
    )
