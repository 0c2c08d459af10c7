"""The names of MQTT topics, which are a VTN's own choice; these are as in the standard's examples (3.1.0 Definition,
"Notifications via Additional Protocols"), and what business logic reads beside VENs begins with `business/`.

No wildcard of one group reaches into another, so that a broker can be told by them who may read what
(docs/decisions/mqtt.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest


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

    @property
    def for_business(self) -> Topics:
        """Where business logic is told of all objects of a group, of which VENs are told of some."""
        return Topics(f"business/{self.group}", self.has_create)


def of_all(collection: str) -> Topics:
    """Of all programs, events, reports, subscriptions, vens or resources."""
    return Topics(collection)


def of_one(collection: str, object_id: str) -> Topics:
    """Of one program or ven."""
    return Topics(f"{collection}/{object_id}", has_create=False)


def of_events_in_program(program_id: str) -> Topics:
    return Topics(f"events/programs/{program_id}")


def of_ven(collection: str, ven_id: str) -> Topics:
    """Of the events, programs or resources that are meant for one ven."""
    return Topics(f"{collection}/vens/{ven_id}")


# What may be subscribed to, as topic filters that cover the filters of clients. The first is for every VEN: nothing
# that has targets is ever published there.
SHARED = ("programs/+", "programs/+/+", "events/programs/+/+")
BUSINESS = ("business/#", "programs/#", "events/#", "vens/#", "resources/#", "reports/+", "subscriptions/+")


def own_of_ven(ven_id: str) -> tuple[str, ...]:
    """The same for one VEN alone: few, since a broker has them for each."""
    return of_one("vens", ven_id).names["ALL"], of_ven("+", ven_id).names["ALL"]


def covers(allowed: str, asked: str) -> bool:
    """Whether all that `asked` matches, a filter or a topic, is matched by the filter `allowed`."""
    for ours, theirs in zip_longest(allowed.split("/"), asked.split("/")):
        if ours == "#":
            return theirs is not None
        if theirs in (None, "#") or ours not in ("+", theirs):
            return False
    return True
