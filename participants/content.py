"""A VEN, a resource and a subscription as a client wants them, whatever dialect and whatever words it wrote."""

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


@dataclass(frozen=True, slots=True)
class ObjectOperations:
    """What to tell one callback. The operations are READ, CREATE, UPDATE and DELETE, whatever the client calls them."""

    object_types: tuple[str, ...]
    operations: tuple[str, ...]
    callback_url: str
    bearer_token: str | None


@dataclass(frozen=True, kw_only=True)
class SubscriptionContent(Content):
    """`members` hold no bearer token: those are sealed, and stand beside."""

    client_name: str
    program_id: str | None
    object_operations: tuple[ObjectOperations, ...]

    @property
    def callbacks(self) -> dict[str, str]:
        """Each URL once, with the first member that names it."""
        members: dict[str, str] = {}
        for place, each in enumerate(self.object_operations):
            members.setdefault(each.callback_url, f"objectOperations[{place}].callbackUrl")
        return members

    @property
    def object_types(self) -> list[str]:
        return sorted({kind for each in self.object_operations for kind in each.object_types})
