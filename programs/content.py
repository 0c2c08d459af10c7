"""A program as a client wants it, whatever dialect it wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vtn.wire.targets import Literals


@dataclass(frozen=True)
class ProgramContent:
    """`members` is all the client wrote, in the 3.1 model, less metadata and targets."""

    program_name: str
    targets: tuple[str, ...]
    members: dict[str, Any]
    literals: Literals = field(default_factory=dict)

    def replacing(self, stored: dict[str, Any]) -> dict[str, Any]:
        """The members after a PUT of this over the stored ones: a 3.1 body replaces all of them."""
        return self.members
