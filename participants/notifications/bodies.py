"""The bodies of notifications: `notification` of both files, whose object is written as in an answer to a read."""

from __future__ import annotations

from typing import Any

from participants.notifications.sight import Seen, targets_of
from participants.wire.subscriptions.operations import with_tokens
from vtn.dialect import Dialect
from vtn.documents import targets_text, with_targets
from vtn.relay.changes import Change
from vtn.wire import body
from vtn.wire.v301 import kept_document
from vtn.wiring import wired

# What 3.0.1 calls its owner by none of these objects, and all that it has no member for in them.
_OF_CLIENTS = frozenset({"VEN", "RESOURCE", "SUBSCRIPTION"})


class Bodies:
    """Those of one change. Each is made once, for as many as see the same."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._documents: dict[tuple[Dialect, bool], str] = {}

    def of(self, seen: Seen, word: str, dialect: Dialect) -> str:
        """The JSON of what a subscriber sees, which has this word for the operation.

        Interpretation: no text says what `targets` of a notification are; they are those of the object that it shows.
        """
        shown, literals = list(seen.targets), self._change.literals
        whole = with_targets(self._document(seen, dialect), shown, literals, dialect)
        targets = targets_text(shown, literals, dialect) if shown else "null"
        kind = self._change.object_type
        return f'{{"objectType":"{kind}","operation":"{word}","object":{whole},"targets":{targets}}}'

    def _document(self, seen: Seen, dialect: Dialect) -> str:
        """The object without its targets."""
        key = dialect, seen.is_gone
        if key not in self._documents:
            self._documents[key] = self._rendered(seen, dialect)
        return self._documents[key]

    def _rendered(self, seen: Seen, dialect: Dialect) -> str:
        if dialect is Dialect.V301 and (kept := kept_document(self._change.literals, is_gone=seen.is_gone)):
            return kept
        recorded = self._change.before if seen.is_gone else self._change.after
        assert recorded is not None
        document = recorded if dialect is Dialect.V310 else self._in_301(recorded)
        if targets_of(self._change.object_type, recorded):  # an empty list stands where it was written
            document = {name: value for name, value in document.items() if name != "targets"}
        text = body.encode_text(document)
        if self._change.object_type != "SUBSCRIPTION":
            return text
        # As for everybody but its owner, who knows them: a token is not for the log of a receiver.
        return with_tokens(text, [None] * len(document["objectOperations"]))

    def _in_301(self, recorded: dict[str, Any]) -> dict[str, Any]:
        kind = self._change.object_type
        if kind in _OF_CLIENTS:
            return {name: value for name, value in recorded.items() if name != "clientID"}
        render = wired(f"{kind.lower()}_in_301")
        return render(recorded, literals=self._change.literals, program_id=self._change.program_id)
