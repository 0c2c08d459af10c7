"""A report as a client wants it, whatever dialect it wrote, and as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """`members` is all the client wrote, less metadata and what only one dialect has. `program_id` is None in 3.1.0,
    where the event alone says it."""

    event_id: str
    program_id: str | None
    client_name: str
    report_name: str
    members: dict[str, Any]

    def replacing(self, stored: str) -> Self:
        """What a PUT of this leaves in place of a stored document: a 3.1 body replaces all."""
        return self

    @property
    def resources(self) -> list[dict[str, Any]]:
        return self.members["resources"]


class Shown(NamedTuple):
    """What a report is shown from: `document` is what the client wrote, as one dialect writes it."""

    id: str
    created_at: datetime
    modified_at: datetime
    client_id: str
    program_id: str
    document: str
