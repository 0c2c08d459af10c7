"""Resources in OpenADR 3.0.1, where they are parts of a VEN: the path, or the VEN around them, says of which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from participants.content import ResourceContent
from participants.wire.own_members import own_members
from vtn.caller import Role
from vtn.wire import body
from vtn.wire.metadata import metadata
from vtn.wire.schema import Name, ObjectID, Schema, ValuesMap
from vtn.wire.targets import from_values_maps


class ResourceRequest(Schema, frozen=True):
    """A resource as a client writes it. The targets are heeded where business logic writes them."""

    resource_name: Name
    attributes: list[ValuesMap] | None = None
    targets: list[ValuesMap] | None = None


class Resource(ResourceRequest, frozen=True, kw_only=True):
    """What stands beside the metadata of a resource in an answer."""

    ven_id: ObjectID


def parse_resource(written: Any, role: Role) -> ResourceContent:
    """Raises `Invalid` that names the member at fault. 3.0.1 has one form for both roles."""
    request = body.conform(written, ResourceRequest)
    return resource_content(written, request, role)


def resource_content(written: dict[str, Any], request: ResourceRequest, role: Role) -> ResourceContent:
    """A body that has been checked as content."""
    # Only BL writes targets, in 3.0.1 as in 3.1 (decisions/openadr.md §2).
    granted = (written.get("targets") or ()) if role is Role.BL else ()
    targets, literals = from_values_maps(granted)
    return ResourceContent(
        written_by=role,
        resource_name=request.resource_name,
        targets=tuple(targets),
        members=own_members(written, role, "venID"),
        literals=literals,
    )


def render_resource(
    *,
    resource_id: str,
    created_at: datetime,
    modified_at: datetime,
    client_id: str | None,
    ven_id: str,
    members: dict[str, Any],
) -> dict[str, Any]:
    """The resource less its targets; 3.0.1 knows no `clientID`."""
    return {**metadata("RESOURCE", resource_id, created_at, modified_at), "venID": ven_id, **members}
