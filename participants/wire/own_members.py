"""What is stored of the body of a VEN or a resource."""

from __future__ import annotations

from typing import Any

from vtn.caller import Role
from vtn.wire.metadata import content_members


def own_members(written: dict[str, Any], role: Role, *columns: str) -> dict[str, Any]:
    """All that the client wrote, less the members that have a column.

    In a VEN's body `targets` are unknown content, which must never be taken for a grant, so not even an empty list
    stays.
    """
    left_out = {"clientID", *columns, *(["targets"] if role is Role.VEN else [])}
    return {name: value for name, value in content_members(written).items() if name not in left_out}
