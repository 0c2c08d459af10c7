"""Those who are told, each with a failing of its own, and what each of them should have heard."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.twins.subscriber import Answer, Subscriber

EVERYTHING = ("PROGRAM", "EVENT", "REPORT", "SUBSCRIPTION", "VEN", "RESOURCE")
_WORDS = {"CREATE": "POST", "UPDATE": "PUT", "DELETE": "DELETE"}

# How a receiver fails; where a redirect leads, nobody ever comes.
FAILINGS = {
    "well": Answer(200),
    "fails": Answer(500, b"out of order"),
    "hangs": Answer(-1),
    "closes": Answer(0),
    "is busy": Answer(429, headers={"Retry-After": "1"}),
    "redirects": Answer(302, headers={"Location": "/elsewhere"}),
    "is gone": Answer(410),
}


class Entry(NamedTuple):
    """One change, as the outbox has it."""

    id: int
    object_type: str
    object_id: str
    operation: str
    program_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [each for each in (self.before, self.after) if each is not None]


@dataclass
class Watcher:
    """Somebody who subscribes. `grant` is None for business logic, `asked` are the targets of the subscription, and
    `program_id` is what it is bound to where it is written in 3.0.1."""

    client: str
    grant: frozenset[str] | None
    failing: str
    asked: frozenset[str] = frozenset()
    objects: tuple[str, ...] = EVERYTHING
    operations: tuple[str, ...] = ("CREATE", "UPDATE", "DELETE")
    dialect: str = "3.1.0"
    program_id: str | None = None
    receiver: Subscriber = field(default_factory=Subscriber)

    def subscription(self) -> dict[str, Any]:
        words = [self._word(each) for each in self.operations]
        told = {
            "bearerToken": "a-secret",
            "objects": [*self.objects],
            "operations": words,
            "callbackUrl": self.receiver.url("/told"),
        }
        targets = sorted(self.asked)
        if self.dialect == "3.0.1":
            return {"clientName": self.failing, "programID": self.program_id, "objectOperations": [told]}
        return {"clientName": self.failing, "objectOperations": [told], "targets": targets or None}

    def fall_ill(self, share: float) -> None:
        """From now on it fails for this part of the calls."""
        well, ill = FAILINGS["well"], FAILINGS[self.failing]
        self.receiver.mood = lambda: ill if random.random() < share else well

    def heal(self) -> None:
        self.receiver.mood = None
        self.receiver.go_on.set()

    def expects(self, entries: Iterable[Entry]) -> dict[int, tuple[Any, ...]]:
        """By change: what it is called, whose object it is of, and that object with the targets that it has here."""
        return {entry.id: told for entry in entries if (told := self._told(entry)) is not None}

    def heard(self, after: int) -> list[tuple[int, tuple[Any, ...]]]:
        """The same of what has come in, in the order in which it came."""
        found = []
        for told in self.receiver.heard:
            assert told.path == "/told"
            change = int(told.headers["X-OpenADR-Change"])
            if change > after:
                body = json.loads(told.body)
                found.append((change, self._essence(body["operation"], body["objectType"], body["object"])))
        return found

    def _told(self, entry: Entry) -> tuple[Any, ...] | None:
        was, is_ = self._sees(entry.before, entry), self._sees(entry.after, entry)
        if not (was or is_) or not self._asked_for(entry) or entry.object_type not in self.objects:
            return None
        operation = "UPDATE" if was and is_ else "CREATE" if is_ else "DELETE"
        if operation not in self.operations:
            return None
        shown = dict((entry.after if is_ else entry.before) or {})
        if entry.object_type in ("PROGRAM", "EVENT"):
            shown["targets"] = self._shown(shown.get("targets") or [])
        return self._essence(self._word(operation), entry.object_type, shown)

    def _sees(self, document: dict[str, Any] | None, entry: Entry) -> bool:
        if document is None or self.grant is None:
            return document is not None
        if entry.object_type in ("PROGRAM", "EVENT"):
            targets = document.get("targets") or []
            return not targets or bool(self.grant & set(targets))
        return document.get("clientID") == self.client

    def _asked_for(self, entry: Entry) -> bool:
        found = [target for document in entry.documents for target in document.get("targets") or []]
        is_inside = self.program_id in (None, entry.program_id)
        return is_inside and (not self.asked or bool(self.asked & set(found)))

    def _shown(self, targets: list[str]) -> list[str]:
        return targets if self.grant is None else [each for each in targets if each in self.grant]

    def _word(self, operation: str) -> str:
        return operation if self.dialect == "3.1.0" else _WORDS[operation]

    def _essence(self, word: str, kind: str, shown: dict[str, Any]) -> tuple[Any, ...]:
        if self.dialect == "3.0.1":  # its spelling is another story
            return word, kind, shown["id"]
        plain = {name: value for name, value in shown.items() if name not in ("targets", "objectOperations")}
        return word, kind, json.dumps(plain, sort_keys=True), tuple(shown.get("targets") or [])


def in_order(heard: Iterable[tuple[int, tuple[Any, ...]]], object_of: dict[int, str]) -> bool:
    """Whether of each object the changes came for the first time one after the other."""
    first: dict[int, None] = dict.fromkeys(change for change, _ in heard)
    newest: dict[str, int] = {}
    for change in first:
        if change < newest.get(object_of[change], 0):
            return False
        newest[object_of[change]] = change
    return True


def cast(program_id: str) -> Collection[Watcher]:
    """Those of one story, in which there is this program."""
    north, south = frozenset({"north"}), frozenset({"south"})
    return [
        Watcher("retailer", None, "closes"),
        Watcher("north", north, "fails"),
        Watcher("south", south, "hangs"),
        Watcher("roamer", north | south, "is busy"),
        Watcher("retailer", None, "redirects", north, ("PROGRAM", "EVENT"), ("CREATE", "DELETE")),
        Watcher("north", north, "well", dialect="3.0.1", program_id=program_id),
        Watcher("retailer", None, "is gone"),
    ]
