"""The names of MQTT topics, which are a VTN's own choice; these are as in the standard's examples (3.1.0 Definition,
"Notifications via Additional Protocols").

No wildcard of one group reaches into another, so that a broker can be told by them who may read what.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topics:
    """Those of a group of objects, or of one object, of whose creation nobody can be told who knows its id."""

    group: str
    has_create: bool = True

    def of(self, operation: str) -> str:
        return f"{self.group}/{operation.lower()}"

    @property
    def names(self) -> dict[str, str]:
        """All there are, by operation."""
        operations = [*(["CREATE"] if self.has_create else []), "UPDATE", "DELETE"]
        return {**{operation: self.of(operation) for operation in operations}, "ALL": f"{self.group}/+"}


def of_all(collection: str) -> Topics:
    """Of all programs, events, reports, subscriptions, vens or resources."""
    return Topics(collection)


def of_one(collection: str, object_id: str) -> Topics:
    """Of one program or ven."""
    return Topics(f"{collection}/{object_id}", has_create=False)


def of_events_in_program(program_id: str) -> Topics:
    return Topics(f"events/programs/{program_id}")


def of_ven(collection: str, ven_id: str) -> Topics:
    """Of the events, programs or resources that one ven sees."""
    return Topics(f"{collection}/vens/{ven_id}")
