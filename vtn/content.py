"""What a client wants an object to be, whatever dialect it wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vtn.models import TargetedObject
from vtn.wire.targets import Literals


@dataclass(frozen=True, kw_only=True)
class Content:
    """`members` is all the client wrote, in the 3.1 model, less metadata and targets."""

    targets: tuple[str, ...]
    members: dict[str, Any]
    literals: Literals = field(default_factory=dict)

    def replacing(self, stored: dict[str, Any], *, written_at: datetime) -> dict[str, Any]:
        """The members after a PUT of this over the stored ones, which are of that time: a 3.1 body replaces all."""
        return self.members


def with_targets(stored: TargetedObject, targets: Iterable[str]) -> Content:
    """What is stored already, with these targets in place of its own."""
    # An empty list that was written as such would stand beside them.
    members = {name: value for name, value in stored.content.items() if name != "targets"}
    return Content(targets=tuple(targets), members=members, literals=stored.literals or {})
