"""What a change is to one subscriber: a pure rule. It is told what it would see if it polled before and after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vtn.caller import Role, Scope
from vtn.relay.changes import Change
from vtn.visibility import Ownership, Visibility

# Programs and events are for those who have their targets, all others for their owners (3.1.0 Definition, "Object
# Privacy").
TARGETED = frozenset({"PROGRAM", "EVENT"})
# A report has none, so a filter by targets says nothing of it.
_WITHOUT_TARGETS = frozenset({"REPORT"})

_MAY_READ = {
    True: frozenset({Scope.READ_TARGETS, Scope.READ_ALL}),
    False: frozenset({Scope.READ_VEN_OBJECTS, Scope.READ_ALL}),
}


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who is told: by its role and grant, which need hold no more targets than the change has, and by the targets that
    its subscription is narrowed to (None: not at all)."""

    client_id: str
    role: Role
    scopes: frozenset[str]
    granted: frozenset[str] = frozenset()
    asked: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What it is told: an operation, and the object as it is or, behind a DELETE, as it was, with these targets."""

    operation: str
    targets: tuple[str, ...]

    @property
    def is_gone(self) -> bool:
        return self.operation == "DELETE"


def targets_of(object_type: str, document: Mapping[str, Any]) -> Sequence[str]:
    """Those of an object as the outbox has it. What a client calls so in a report is a member like any other."""
    return () if object_type in _WITHOUT_TARGETS else document.get("targets") or ()


def owner_of(object_type: str, document: Mapping[str, Any]) -> str | None:
    """Its client. What a client calls so in a program or an event is a member like any other."""
    return None if object_type in TARGETED else document.get("clientID")


def as_seen(change: Change, subscriber: Subscriber) -> Seen | None:
    """None for whom there is nothing to tell.

    Interpretation: 3.1.0 Definition, "Object Privacy", has notifications follow the rules of reads. An object that a
    VEN can no longer see is gone for it, and one that it sees for the first time is new, whatever was done to it.
    """
    is_targeted = change.object_type in TARGETED
    if subscriber.scopes.isdisjoint(_MAY_READ[is_targeted]):
        return None
    admits = _admits_target(subscriber) if is_targeted else _admits_owner(subscriber)
    was, is_ = _is_seen(change.before, admits), _is_seen(change.after, admits)
    if not (was or is_) or not _is_asked_for(change, subscriber):
        return None
    operation = "UPDATE" if was and is_ else "CREATE" if is_ else "DELETE"
    shown = change.after if is_ else change.before
    assert shown is not None
    targets = _shown(shown, subscriber) if is_targeted else targets_of(change.object_type, shown)
    return Seen(operation, tuple(targets))


def may_be_told(subscriber: Subscriber, object_type: str, targets: Collection[str]) -> bool:
    """Whether it may be told now of an object with these targets, which it saw, or owned, when that changed."""
    is_targeted = object_type in TARGETED
    if subscriber.scopes.isdisjoint(_MAY_READ[is_targeted]):
        return False
    return not is_targeted or _visibility(subscriber, None).admits(targets)


def _admits_target(subscriber: Subscriber) -> Any:
    visibility = _visibility(subscriber, None)
    return lambda document: visibility.admits(document.get("targets", ()))


def _admits_owner(subscriber: Subscriber) -> Any:
    ownership = Ownership(None if subscriber.role is Role.BL else subscriber.client_id)
    return lambda document: ownership.admits(document.get("clientID"))


def _is_seen(document: dict[str, Any] | None, admits: Any) -> bool:
    return document is not None and admits(document)


def _is_asked_for(change: Change, subscriber: Subscriber) -> bool:
    """The targets of a subscription are those of a query: one of them is enough, before the change or after it."""
    kind = change.object_type
    if subscriber.asked is None or kind in _WITHOUT_TARGETS:
        return True
    documents = (document for document in (change.before, change.after) if document is not None)
    if kind in TARGETED:
        visibility = _visibility(subscriber, subscriber.asked)
        return any(visibility.admits(document.get("targets", ())) for document in documents)
    return any(not subscriber.asked.isdisjoint(targets_of(kind, document)) for document in documents)


def _shown(document: dict[str, Any], subscriber: Subscriber) -> list[str]:
    """As in the answer to the query that the subscription stands for, or to one without targets, where the object has
    none of those any more."""
    targets = document.get("targets", ())
    narrow = _visibility(subscriber, subscriber.asked)
    return (narrow if narrow.admits(targets) else _visibility(subscriber, None)).shown(targets)


def _visibility(subscriber: Subscriber, asked: frozenset[str] | None) -> Visibility:
    return Visibility.of(None if subscriber.role is Role.BL else subscriber.granted, asked)
