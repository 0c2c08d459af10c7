"""Creates resources and changes them; their targets are granted to the client of their VEN as well."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction

from participants.models import Resource, Ven
from participants.services.changes import Operation, record_change
from participants.services.validation import checked_name, checked_targets
from participants.services.ven_lock import locked_ven
from participants.wire import v310
from vtn import errors
from vtn.caller import Caller, Scope
from vtn.constraints import refused_by
from vtn.models import later_than


class NoSuchResource(errors.NotFound):
    """No resource has this id."""


class ResourceTaken(errors.Conflict):
    """The VEN has another resource of this name."""


def create_resource(
    *, caller: Caller, ven_id: str, resource_name: str, targets: Iterable[str] = (), now: datetime
) -> Resource:
    """Raises `NoSuchVen`, `ResourceTaken`, `Invalid`."""
    caller.require_business(Scope.WRITE_VENS)
    with _unique(resource_name), transaction.atomic():
        ven = locked_ven(ven_id)
        resource = Resource(
            ven=ven,
            resource_name=checked_name("resource_name", resource_name),
            targets=checked_targets(targets),
            created_at=now,
            modified_at=now,
        )
        resource.save(force_insert=True)
        after = _recorded(resource, ven)
        _record(resource, ven, Operation.CREATE, caller, now, before=None, after=after)
    return resource


def update_resource(
    *, caller: Caller, resource_id: str, resource_name: str, targets: Iterable[str], now: datetime
) -> Resource:
    """Raises `NoSuchResource`, `ResourceTaken`, `Invalid`."""
    caller.require_business(Scope.WRITE_VENS)
    with _unique(resource_name), transaction.atomic():
        resource, ven = _locked(resource_id)
        before = _recorded(resource, ven)
        resource.resource_name = checked_name("resource_name", resource_name)
        resource.targets = checked_targets(targets)
        if _recorded(resource, ven) == before:
            return resource
        resource.modified_at = later_than(resource.modified_at, now)
        resource.save(force_update=True)
        after = _recorded(resource, ven)
        _record(resource, ven, Operation.UPDATE, caller, now, before=before, after=after)
    return resource


@transaction.atomic
def delete_resource(*, caller: Caller, resource_id: str, now: datetime) -> None:
    """Raises `NoSuchResource`."""
    caller.require_business(Scope.WRITE_VENS)
    resource, ven = _locked(resource_id)
    before = _recorded(resource, ven)
    Resource.objects.filter(id=resource_id).delete()
    _record(resource, ven, Operation.DELETE, caller, now, before=before, after=None)


def _locked(resource_id: str) -> tuple[Resource, Ven]:
    """The VEN is locked first, everywhere, so that two changes never wait for each other."""
    ven_id = Resource.objects.filter(id=resource_id).values_list("ven_id", flat=True).first()
    if ven_id is not None:
        ven = locked_ven(ven_id)
        resource = Resource.objects.filter(id=resource_id, ven=ven).first()
        if resource is not None:
            return resource, ven
    raise NoSuchResource(f"There is no resource '{resource_id}'")


def _recorded(resource: Resource, ven: Ven) -> dict[str, Any]:
    return v310.render_resource(
        resource_id=resource.id,
        created_at=resource.created_at,
        modified_at=resource.modified_at,
        client_id=ven.client_id,
        ven_id=ven.id,
        resource_name=resource.resource_name,
        targets=resource.targets,
        attributes=resource.attributes,
    )


def _record(
    resource: Resource,
    ven: Ven,
    operation: Operation,
    caller: Caller,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    record_change(
        object_type="RESOURCE",
        object_id=resource.id,
        operation=operation,
        before=before,
        after=after,
        clients=[ven.client_id],
        caller=caller,
        now=now,
    )


def _unique(resource_name: str) -> AbstractContextManager[None]:
    taken = ResourceTaken(f"The VEN already has a resource named '{resource_name}'")
    return refused_by({"resource_name_per_ven": taken})
