"""VENs in OpenADR 3.1.0, which has a form for business logic and one for VENs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from participants.content import VenContent
from participants.wire.own_members import own_members
from vtn.caller import Role
from vtn.wire import body
from vtn.wire.metadata import metadata
from vtn.wire.schema import Name, Schema, Target, ValuesMap
from vtn.wire.targets import require_few


class BlVenRequest(Schema, frozen=True, tag_field="objectType", tag="BL_VEN_REQUEST"):
    """A VEN as business logic writes it."""

    client_id: Name
    ven_name: Name
    attributes: list[ValuesMap] | None = None
    targets: list[Target] | None = None


class VenVenRequest(Schema, frozen=True, tag_field="objectType", tag="VEN_VEN_REQUEST"):
    """A VEN as its own client writes it."""

    ven_name: Name
    attributes: list[ValuesMap] | None = None


class Ven(Schema, frozen=True):
    """What stands beside the metadata of a VEN in an answer."""

    client_id: Name
    ven_name: Name
    attributes: list[ValuesMap] | None = None
    targets: list[Target] | None = None


class StaffVenRequest(Schema, frozen=True):
    """A VEN as staff write it, in the admin."""

    ven_name: Name
    client_id: Name | None = None
    attributes: list[ValuesMap] | None = None
    targets: list[Target] | None = None


VenRequest = BlVenRequest | VenVenRequest


def parse_ven(written: Any, role: Role) -> VenContent:
    """Raises `Invalid` that names the member at fault. The form tells by itself which role it is for."""
    request: VenRequest = body.conform(written, VenRequest)  # type: ignore[arg-type]  # msgspec takes unions
    if isinstance(request, VenVenRequest):
        members = own_members(written, Role.VEN, "resources")
        return VenContent(written_by=Role.VEN, ven_name=request.ven_name, targets=(), members=members)
    return _of_business(written, request, request.client_id)


def parse_staff_ven(written: Any) -> VenContent:
    """A VEN as staff write it: it need not have a client yet."""
    request = body.conform(written, StaffVenRequest)
    return _of_business(written, request, request.client_id)


def render_ven(
    *,
    ven_id: str,
    created_at: datetime,
    modified_at: datetime,
    client_id: str | None,
    members: dict[str, Any],
) -> dict[str, Any]:
    """The VEN less its targets."""
    owner = shown_client_id(client_id, ven_id)
    return {**metadata("VEN", ven_id, created_at, modified_at), "clientID": owner, **members}


def shown_client_id(client_id: str | None, ven_id: str) -> str:
    """Interpretation: `clientID` is required, and a VEN that was made in 3.0.1 may belong to nobody yet. It then shows
    its own id, which is no client's."""
    return client_id if client_id is not None else ven_id


def _of_business(written: Any, request: BlVenRequest | StaffVenRequest, client_id: str | None) -> VenContent:
    require_few(request.targets or ())
    return VenContent(
        client_id=client_id,
        ven_name=request.ven_name,
        targets=tuple(request.targets or ()),
        # A VEN has no member `resources` in 3.1; kept, it would stand where 3.0.1 shows the real ones.
        members=own_members(written, Role.BL, "resources"),
    )
