"""Everything that changes resources; their targets are granted to the client of their VEN as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction

from participants import rows
from participants.content import ResourceContent
from participants.models import ControllerLink, Resource, Ven
from participants.queries.resources import NoSuchResource
from participants.queries.vens import NoSuchVen
from participants.services.controllers import drop_links
from participants.services.forms import keeping_grant, require_own_form
from participants.services.ven_lock import locked_own_ven, locked_ven
from participants.wire.resources import v301, v310
from vtn import errors, outbox, publishing
from vtn.caller import Caller, Scope
from vtn.constraints import refused_by
from vtn.content import Content
from vtn.documents import recorded
from vtn.ids import new_id
from vtn.outbox import Entry
from vtn.polling import keys
from vtn.publishing import Before, Kind, Operation, Write
from vtn.wire import body

_RESOURCE = Kind("RESOURCE", "resources")


class ResourceTaken(errors.Conflict):
    """3.1.0 Definition, "Object names": a resourceName is unique within its VEN."""


class ResourceMoved(errors.Invalid):
    """A resource stays with its VEN, and so with that VEN's client (decisions/openadr.md §4)."""


def create_resource(
    *, caller: Caller, content: ResourceContent, now: datetime, ven_id: str | None = None
) -> Resource:
    """`ven_id` is that of a 3.0.1 path. Raises `NoSuchVen`, `NoVenYet`, `ResourceTaken`, `ResourceMoved`."""
    require_own_form(caller, content)
    with unique_name(content.resource_name), transaction.atomic():
        ven = _ven_of_new(caller, content, ven_id)
        _require_same_client(content, ven)
        return add_resource(ven, content, caller, now)


def update_resource(
    *, caller: Caller, resource_id: str, content: ResourceContent, now: datetime, ven_id: str | None = None
) -> Resource:
    """Replaces the resource. `ven_id` as above. Raises `NoSuchResource`, `ResourceTaken`, `ResourceMoved`."""
    require_own_form(caller, content)
    with unique_name(content.resource_name), transaction.atomic():
        resource, ven = _locked(caller, resource_id, ven_id)
        if content.ven_id not in (None, ven.id):
            raise ResourceMoved(f"venID: the resource belongs to '{ven.id}' and cannot be moved")
        _require_same_client(content, ven)
        return change_resource(resource, ven, content, caller, now)


@transaction.atomic
def delete_resource(
    *, caller: Caller, resource_id: str, now: datetime, ven_id: str | None = None
) -> Resource:
    """Deletes the resource and returns it as it was. `ven_id` as above. Raises `NoSuchResource`."""
    caller.require(Scope.WRITE_VENS)
    resource, ven = _locked(caller, resource_id, ven_id)
    remove_resources([resource], ven, caller, now)
    return resource


# What follows is for whoever holds the VEN already.


def add_resource(ven: Ven, content: ResourceContent, caller: Caller, now: datetime) -> Resource:
    resource = Resource(id=new_id(), ven=ven, resource_name=content.resource_name, created_at=now)
    return publish_resource(resource, ven, content, Write(Operation.CREATE, caller, now))


def change_resource(
    resource: Resource, ven: Ven, content: ResourceContent, caller: Caller, now: datetime
) -> Resource:
    resource.resource_name = content.resource_name
    wanted = keeping_grant(content, resource)
    return publish_resource(resource, ven, wanted, Write(Operation.UPDATE, caller, now))


def remove_resources(removed: Sequence[Resource], ven: Ven, caller: Caller, now: datetime) -> None:
    """Of one VEN, which may have very many: their rows go together, and each has an entry of its own, as has each link
    of a controller to one of them."""
    write = Write(Operation.DELETE, caller, now)
    drop_links(ControllerLink.objects.filter(resource__in=removed), caller, now)
    Resource.objects.filter(id__in=[resource.id for resource in removed]).delete()
    for resource in removed:
        _record(resource, ven, write, recorded(resource), None)
        publishing.bury(resource, _RESOURCE, write, client_id=ven.client_id, inside=[f"ven:{ven.id}"])


def publish_resource(
    resource: Resource, ven: Ven, content: Content, write: Write, client_before: str | None = None
) -> Resource:
    """Row, documents, ways and outbox entry. `client_before` is that of the VEN, where it has changed."""
    targets_before = [] if write.is_new else resource.targets
    before = fill(resource, ven, content, write)
    resource.save(force_insert=write.is_new)
    if resource.targets or targets_before:
        rows.write_ways_to_resource(resource, is_new=write.is_new)
    _record(resource, ven, write, before.document, recorded(resource), client_before)
    return resource


def fill(resource: Resource, ven: Ven, content: Content, write: Write) -> Before:
    """Gives the resource its content and documents, and tells what it was before."""
    before = publishing.begin(resource, content, content.members, write)
    resource.document_310 = body.encode_text(_rendered(resource, ven, v310.render_resource))
    resource.document_301 = body.encode_text(_rendered(resource, ven, v301.render_resource))
    return before


def unique_name(resource_name: str) -> AbstractContextManager[None]:
    taken = ResourceTaken(f"The VEN already has a resource named '{resource_name}'")
    return refused_by({"resource_name_per_ven": taken})


def _ven_of_new(caller: Caller, content: ResourceContent, ven_id: str | None) -> Ven:
    """3.1.1 lets a VEN leave out which VEN it means: it has only one."""
    if ven_id is not None or caller.is_business:
        return locked_ven(caller, ven_id or content.ven_id)
    ven = locked_own_ven(caller)
    if content.ven_id not in (None, ven.id):
        raise NoSuchVen(str(content.ven_id))
    return ven


def _require_same_client(content: ResourceContent, ven: Ven) -> None:
    """Interpretation: 3.1.0 requires a `clientID` that can only be that of the VEN, and 3.1.1 dropped it."""
    if None not in (content.client_id, ven.client_id) and content.client_id != ven.client_id:
        raise ResourceMoved(f"clientID: the VEN '{ven.id}' belongs to the client '{ven.client_id}'")


def _locked(caller: Caller, resource_id: str, ven_id: str | None) -> tuple[Resource, Ven]:
    """The VEN is locked first, everywhere, so that two changes never wait for each other."""
    known = Resource.objects.owned_by(caller.ownership).filter(id=resource_id)
    found = known.values_list("ven_id", flat=True).first()
    if found is None or ven_id not in (None, found):
        raise NoSuchResource(resource_id)
    try:
        ven = locked_ven(caller, found)
    except NoSuchVen:  # deleted meanwhile, and the resource with it
        raise NoSuchResource(resource_id) from None
    resource = Resource.objects.filter(id=resource_id, ven=ven).first()
    if resource is None:
        raise NoSuchResource(resource_id)
    return resource, ven


def _rendered(resource: Resource, ven: Ven, render: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return render(
        resource_id=resource.id,
        created_at=resource.created_at,
        modified_at=resource.modified_at,
        client_id=ven.client_id,
        ven_id=ven.id,
        members=resource.content,
    )


def _record(
    resource: Resource,
    ven: Ven,
    write: Write,
    before: str | None,
    after: str | None,
    client_before: str | None = None,
) -> None:
    entry = changed_resource(resource, ven, write, before=before, after=after, client_before=client_before)
    outbox.record_all([entry], caller=write.caller, now=write.now)


def changed_resource(
    resource: Resource,
    ven: Ven,
    write: Write,
    *,
    before: str | None,
    after: str | None,
    client_before: str | None = None,
) -> Entry:
    """Moves its own keys; those of its VEN, which 3.0.1 shows with it inside; and those of the clients whose grant it
    is part of, or was."""
    clients = {client for client in (client_before, ven.client_id) if client}
    moves = [
        *keys.owned_changed("resources", resource.id, clients=clients, inside=[f"ven:{ven.id}"]),
        *keys.owned_changed("vens", ven.id, clients=clients),
        *(f"client:{client}" for client in clients),
    ]
    return publishing.entry(
        _RESOURCE, resource.id, write, before=before, after=after, moves=moves, literals=resource.literals
    )
