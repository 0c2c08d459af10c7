"""Reads of resources, one query each: business logic reads all of them, a VEN those of its own VEN."""

from __future__ import annotations

from dataclasses import dataclass

from participants.models import Resource, Ven
from participants.pages import owned
from participants.queries.vens import NoSuchVen
from vtn import errors
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.documents import list_of
from vtn.mirror import Since, changed_since
from vtn.models import Tombstone
from vtn.paging import Page
from vtn.polling import keys
from vtn.polling.answers import Answer
from vtn.polling.state import polling
from vtn.queries import answer_to


class NoSuchResource(errors.NoSuchObject):
    """No resource has this id, or none that the caller may see."""

    kind = "resource"


@dataclass(frozen=True, slots=True)
class ResourceFilter:
    """What a list of resources is narrowed to."""

    asked: frozenset[str] | None = None
    resource_name: str | None = None
    ven_id: str | None = None
    since: Since | None = None


def visible_resources(caller: Caller, wanted: ResourceFilter, *, page: Page, dialect: Dialect) -> Answer:
    """A page of the resources that the caller sees, oldest first. Those of a VEN that it does not see are none."""
    seen = polling().see(_dependencies(caller, wanted))
    if wanted.since is not None:
        body = _changed(wanted.since, caller, wanted, page, dialect)
    else:
        narrowed = owned.Wanted(wanted.asked, wanted.resource_name, wanted.ven_id)
        found = owned.page_of(owned.RESOURCES, caller.ownership, narrowed, page, dialect)
        body = list_of(found).encode()
    return answer_to(caller, body, seen, is_personal=True)


def visible_resources_of(
    caller: Caller, ven_id: str, wanted: ResourceFilter, *, page: Page, dialect: Dialect
) -> Answer:
    """The same where the resources are parts of a VEN. Raises `NoSuchVen`, as both files have it."""
    seen = polling().see(
        [*_dependencies(caller, wanted), *keys.owned_object_dependency("vens", ven_id, caller.ownership)]
    )
    if wanted.since is not None:
        if not Ven.objects.owned_by(caller.ownership).filter(id=ven_id).exists():
            raise NoSuchVen(ven_id)
        body = _changed(wanted.since, caller, wanted, page, dialect)
    else:
        narrowed = owned.Wanted(wanted.asked, wanted.resource_name)
        found = owned.resources_of_ven(ven_id, caller.ownership, narrowed, page, dialect)
        if found is None:
            raise NoSuchVen(ven_id)
        body = list_of(found).encode()
    return answer_to(caller, body, seen, is_personal=True)


def visible_resource(
    caller: Caller, resource_id: str, dialect: Dialect, *, ven_id: str | None = None
) -> Answer:
    """One resource, of this VEN where one is named. Raises `NoSuchResource`."""
    seen = polling().see(keys.owned_object_dependency("resources", resource_id, caller.ownership))
    found = owned.by_id(owned.RESOURCES, caller.ownership, [resource_id], dialect, ven_id=ven_id)
    if resource_id not in found:
        raise NoSuchResource(resource_id)
    return answer_to(caller, found[resource_id].encode(), seen, is_personal=True)


def _dependencies(caller: Caller, wanted: ResourceFilter) -> list[str]:
    inside = f"ven:{wanted.ven_id}" if wanted.ven_id else ""
    return keys.owned_dependencies("resources", caller.ownership, inside=inside)


def _changed(since: Since, caller: Caller, wanted: ResourceFilter, page: Page, dialect: Dialect) -> bytes:
    """As a mirror wants it, with a second query for the documents."""
    ownership = caller.ownership
    resources, deleted = Resource.objects.owned_by(ownership), Tombstone.objects.owned_by(ownership)
    if wanted.ven_id is not None:
        resources, deleted = resources.filter(ven_id=wanted.ven_id), deleted.inside("ven", wanted.ven_id)
    if wanted.resource_name is not None:
        resources = resources.filter(resource_name=wanted.resource_name)
    if wanted.asked is not None:
        resources = resources.filter(targets__overlap=sorted(wanted.asked))
    return changed_since(
        since,
        page,
        object_type="RESOURCE",
        objects=resources,
        deleted=deleted,
        documents=lambda ids: owned.by_id(owned.RESOURCES, ownership, ids, dialect),
    )
