"""A VEN and a resource as a client wants them, whatever dialect it wrote."""

from __future__ import annotations

from dataclasses import dataclass

from vtn.caller import Role
from vtn.content import Content


@dataclass(frozen=True, kw_only=True)
class OwnedContent(Content):
    """`written_by` is the role whose form this is: a VEN's says nothing of targets and clients."""

    written_by: Role = Role.BL
    client_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ResourceContent(OwnedContent):
    """`ven_id` is None where the form leaves it out."""

    resource_name: str
    ven_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class VenContent(OwnedContent):
    """`resources` is None where the form says nothing of them, as in 3.1."""

    ven_name: str
    resources: tuple[ResourceContent, ...] | None = None
