"""VENs in OpenADR 3.0.1, which belong to no client in so many words and have their resources inside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from participants.content import ResourceContent, VenContent
from participants.wire.own_members import own_members
from participants.wire.resources.v301 import ResourceRequest, resource_content
from vtn import errors
from vtn.caller import Role
from vtn.wire import body
from vtn.wire.metadata import metadata
from vtn.wire.schema import Name, Schema, ValuesMap
from vtn.wire.targets import from_values_maps

# Each is an object of its own with an entry in the record; a body has room for many thousand.
_MOST_RESOURCES = 1_000


class VenRequest(Schema, frozen=True):
    """A VEN as a client writes it. The targets are heeded where business logic writes them."""

    ven_name: Name
    attributes: list[ValuesMap] | None = None
    targets: list[ValuesMap] | None = None
    resources: list[ResourceRequest] | None = None


class Ven(Schema, frozen=True):
    """What stands beside the metadata of a VEN in an answer, less its resources."""

    ven_name: Name
    attributes: list[ValuesMap] | None = None
    targets: list[ValuesMap] | None = None


def parse_ven(written: Any, role: Role) -> VenContent:
    """Raises `Invalid` that names the member at fault. 3.0.1 has one form for both roles."""
    request = body.conform(written, VenRequest)
    granted = (written.get("targets") or ()) if role is Role.BL else ()
    targets, literals = from_values_maps(granted)
    return VenContent(
        written_by=role,
        ven_name=request.ven_name,
        targets=tuple(targets),
        members=own_members(written, role, "resources"),
        literals=literals,
        resources=_resources(written, request, role),
    )


def render_ven(
    *,
    ven_id: str,
    created_at: datetime,
    modified_at: datetime,
    client_id: str | None,
    members: dict[str, Any],
) -> dict[str, Any]:
    """The VEN less its targets and its resources; 3.0.1 knows no `clientID`."""
    return {**metadata("VEN", ven_id, created_at, modified_at), **members}


def with_resources(document: str, resources: Iterable[str]) -> str:
    """The document of a VEN with those of its resources inside."""
    return f'{{"resources":[{",".join(resources)}],{document[1:]}'


def _resources(written: Any, request: VenRequest, role: Role) -> tuple[ResourceContent, ...] | None:
    if request.resources is None:
        return None
    if len(request.resources) > _MOST_RESOURCES:
        raise errors.Invalid(f"resources: more than {_MOST_RESOURCES}; write the others one by one")
    return tuple(
        resource_content(item, checked, role)
        for item, checked in zip(written["resources"], request.resources, strict=True)
    )
