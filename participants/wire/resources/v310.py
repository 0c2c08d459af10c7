"""Resources in OpenADR 3.1.0, which has a form for business logic and one for VENs; 3.1.1's shorter ones will do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from participants.content import ResourceContent
from participants.wire.own_members import own_members
from participants.wire.vens.v310 import shown_client_id
from vtn.caller import Role
from vtn.wire import body
from vtn.wire.metadata import metadata
from vtn.wire.schema import Name, ObjectID, Schema, Target, ValuesMap
from vtn.wire.targets import require_few


class BlResourceRequest(Schema, frozen=True, tag_field="objectType", tag="BL_RESOURCE_REQUEST"):
    """A resource as business logic writes it. A clientID must be that of the VEN."""

    resource_name: Name
    ven_id: ObjectID
    client_id: Name | None = None
    attributes: list[ValuesMap] | None = None
    targets: list[Target] | None = None


class VenResourceRequest(Schema, frozen=True, tag_field="objectType", tag="VEN_RESOURCE_REQUEST"):
    """A resource as the client of its VEN writes it. A venID must be that of its own VEN."""

    resource_name: Name
    ven_id: ObjectID | None = None
    attributes: list[ValuesMap] | None = None


class Resource(Schema, frozen=True):
    """What stands beside the metadata of a resource in an answer."""

    client_id: Name
    resource_name: Name
    ven_id: ObjectID
    attributes: list[ValuesMap] | None = None
    targets: list[Target] | None = None


ResourceRequest = BlResourceRequest | VenResourceRequest


def parse_resource(written: Any, role: Role) -> ResourceContent:
    """Raises `Invalid` that names the member at fault. The form tells by itself which role it is for."""
    request: ResourceRequest = body.conform(written, ResourceRequest)  # type: ignore[arg-type]  # msgspec takes unions
    if isinstance(request, VenResourceRequest):
        return ResourceContent(
            written_by=Role.VEN,
            resource_name=request.resource_name,
            ven_id=request.ven_id,
            targets=(),
            members=own_members(written, Role.VEN, "venID"),
        )
    require_few(request.targets or ())
    return ResourceContent(
        client_id=request.client_id,
        resource_name=request.resource_name,
        ven_id=request.ven_id,
        targets=tuple(request.targets or ()),
        members=own_members(written, Role.BL, "venID"),
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
    """The resource less its targets."""
    owner = {"clientID": shown_client_id(client_id, ven_id), "venID": ven_id}
    return {**metadata("RESOURCE", resource_id, created_at, modified_at), **owner, **members}
