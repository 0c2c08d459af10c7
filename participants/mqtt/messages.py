"""What is published of a change, and where (docs/decisions/mqtt.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from participants.notifications.sight import targets_of
from participants.wire.subscriptions.operations import with_tokens
from vtn.models import OutboxEntry
from vtn.notifiers import topics
from vtn.notifiers.topics import Topics
from vtn.visibility import Visibility
from vtn.wire import body

Document = dict[str, Any]

_TARGETED = ("PROGRAM", "EVENT")
_ALL = Visibility.of(granted=None, asked=None)
_UNTARGETED = Visibility.of(granted=frozenset(), asked=None)


class Message(NamedTuple):
    topic: str
    payload: bytes


def opening(entry: OutboxEntry) -> list[Message]:
    """Comes before the copies: what business logic and the owner are told, and what all VENs are."""
    return [message for message, is_arrival in _to_groups(entry) if not is_arrival]


def closing(entry: OutboxEntry) -> list[Message]:
    """Comes after the copies: that an object which has lost its targets is now there for all.

    The VENs that had copies of it are told before that it is gone from there, so that whoever follows both ends up with
    the object, and not without.
    """
    return [message for message, is_arrival in _to_groups(entry) if is_arrival]


def copied_targets(entry: OutboxEntry) -> list[str]:
    """The targets, before and after, whose VENs get a copy of their own; none where nobody does."""
    if entry.object_type not in _TARGETED:
        return []
    return sorted({*_targets(entry, entry.before), *_targets(entry, entry.after)})


class Copies:
    """The private copies of one change, encoded once for all VENs that get to see the same."""

    def __init__(self, entry: OutboxEntry) -> None:
        self._entry = entry
        self._collection = f"{entry.object_type.lower()}s"
        self._known: dict[frozenset[str], tuple[str, bytes] | None] = {}

    def of(self, ven_id: str, granted: Collection[str]) -> Message | None:
        """`granted` may leave out what the object does not have. None if the VEN sees the object through no target,
        neither before nor after."""
        grant = frozenset(granted)
        if grant not in self._known:
            self._known[grant] = self._copy(Visibility.of(grant, asked=grant))
        copy = self._known[grant]
        if copy is None:
            return None
        operation, payload = copy
        return Message(topics.of_ven(self._collection, ven_id).of(operation), payload)

    def _copy(self, visibility: Visibility) -> tuple[str, bytes] | None:
        before, after = self._entry.before, self._entry.after
        was = before is not None and visibility.admits(_targets(self._entry, before))
        is_now = after is not None and visibility.admits(_targets(self._entry, after))
        operation = _operation(was, is_now)
        if operation is None:
            return None
        document = after if is_now else before
        assert document is not None
        shown = visibility.shown(_targets(self._entry, document))
        return operation, _payload(self._entry, operation, {**document, "targets": shown})


def _to_groups(entry: OutboxEntry) -> Iterator[tuple[Message, bool]]:
    """What goes to all but the VENs' own copies; and whether the object arrives there without being new."""
    before, after = _groups(entry, entry.before), _groups(entry, entry.after)
    encoded: dict[str, bytes] = {}
    for group in {**before, **after}:
        operation = _operation(group in before, group in after)
        assert operation is not None
        if operation == "CREATE" and not group.has_create:
            continue
        if operation not in encoded:
            document = entry.before if operation == "DELETE" else entry.after
            assert document is not None
            encoded[operation] = _payload(entry, operation, document)
        is_arrival = operation == "CREATE" and entry.before is not None
        yield Message(group.of(operation), encoded[operation]), is_arrival


def _groups(entry: OutboxEntry, document: Document | None) -> dict[Topics, None]:
    """Where the object is told of as long as this is its document."""
    if document is None:
        return {}
    object_id, targets = entry.object_id, _targets(entry, document)
    collection = topics.of_all(f"{entry.object_type.lower()}s")
    found: list[tuple[Visibility, Topics]]
    if entry.object_type == "PROGRAM":
        one = topics.of_one("programs", object_id)
        found = [(_ALL, collection.for_business), (_ALL, one.for_business)]
        found += [(_UNTARGETED, collection), (_UNTARGETED, one)]
    elif entry.object_type == "EVENT":
        in_program = topics.of_events_in_program(document["programID"])
        found = [(_ALL, collection), (_ALL, in_program.for_business), (_UNTARGETED, in_program)]
    elif entry.object_type == "VEN":
        found = [(_ALL, collection), (_ALL, topics.of_one("vens", object_id))]
    elif entry.object_type == "RESOURCE":
        found = [(_ALL, collection), (_ALL, topics.of_ven("resources", document["venID"]))]
    else:
        found = [(_ALL, collection)]
    return {group: None for visibility, group in found if visibility.admits(targets)}


def _operation(was: bool, is_now: bool) -> str | None:
    """What a change is to somebody who saw the object before, or sees it now, or both."""
    if was:
        return "UPDATE" if is_now else "DELETE"
    return "CREATE" if is_now else None


def _payload(entry: OutboxEntry, operation: str, document: Document) -> bytes:
    """A `notification` of 3.1.0."""
    if entry.object_type == "SUBSCRIPTION":
        # Clients in use cannot read one without the member; nobody but the owner has the tokens.
        whole = body.encode_text(document)
        document = body.decode_text(with_tokens(whole, [None] * len(document["objectOperations"])))
    return body.encode(
        {
            "objectType": entry.object_type,
            "operation": operation,
            "object": document,
            "targets": [*_targets(entry, document)] or None,
        }
    )


def _targets(entry: OutboxEntry, document: Document | None) -> Sequence[str]:
    return targets_of(entry.object_type, document or {})
