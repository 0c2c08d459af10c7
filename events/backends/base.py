"""What a backend is: a class that tells another system what an event is doing.

A backend of one's own is a class with these methods, named in `config/wiring.py` or by a package in the entry-point
group `openadr3_vtn.backends` (docs/backends.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from django import forms

from events.timeline import Phase

ENTRY_POINTS = "openadr3_vtn.backends"
# In a mapping it stands for all targets that are not named there.
ALL_OTHERS = "*"


@dataclass(frozen=True, slots=True)
class IntervalInForce:
    """An interval of the event at the moment of the change; `ends_at` is None where it goes on for ever. Payloads are
    as the client wrote them: `{"type": "PRICE", "values": [0.17]}`, numbers as int or Decimal."""

    id: int | None
    starts_at: datetime
    ends_at: datetime | None
    payloads: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class EventChange:
    """What an event does from a moment on.

    `cause` is CREATE, UPDATE or DELETE for what somebody wrote, PHASE for what the clock did. A deleted event is
    cancelled unless it had ended. `intervals` are those in force, of which an event that is not active has none.
    `event` is the whole event as 3.1.0 writes it, without its other intervals. `key` is the same whenever this change
    is pushed again. `targets_before` are those that it had until an edit that changed them, None for any other change:
    who maps targets lets go of what the event has left. `contenders` are the events that are active then at the same
    targets, this one among them if it is; it is filled in for backends that have `shared_targets`.
    """

    key: str
    event_id: str
    program_id: str
    name: str
    cause: str
    phase: Phase
    at: datetime
    priority: int | None
    targets: Sequence[str]
    intervals: Sequence[IntervalInForce]
    event: Mapping[str, Any]
    targets_before: Sequence[str] | None = None
    contenders: Sequence[EventChange] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """A binding as its backend gets it: the settings that its form has checked, secrets among them, and how our targets
    map to whatever they are called there."""

    id: int
    name: str
    settings: Mapping[str, Any]
    mapping: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BackendRequest:
    """A call as it would be made, for people to read; a secret in it shows as `•••`."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side said, for people to read. `nothing_to_do` says that this change means nothing there."""

    status: int | None = None
    answer: str = ""
    nothing_to_do: bool = False


class BackendError(Exception):
    """Its text is shown to staff."""

    def __init__(self, reason: str, *, status: int | None = None, answer: str = "") -> None:
        super().__init__(reason)
        self.reason, self.status, self.answer = reason, status, answer


class TryLater(BackendError):
    """Another try can help. `after` are the seconds that the other side asks for; `is_host_at_fault` says that other
    bindings to the same host will hardly fare better."""

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        answer: str = "",
        after: float | None = None,
        is_host_at_fault: bool = False,
    ) -> None:
        super().__init__(reason, status=status, answer=answer)
        self.after, self.is_host_at_fault = after, is_host_at_fault


class Refused(BackendError):
    """Another try cannot help: the delivery is given up, and can be sent again by hand."""


class OnHold(BackendError):
    """Nothing goes through until staff have done something, such as put in a new token. Everything waits for that,
    for as long as it takes."""


class Backend(Protocol):
    """Told of one change after the other of an event, in order, and of the same one again after a crash: so what is
    pushed has to say how things are, not how they differ. Calls come from several threads at once; each makes an object
    of its own. Whatever else is raised counts as `TryLater`.

    It may have a class method `check_mapping(mapping) -> None` besides, which raises `ValueError` for a mapping that it
    cannot use; the text names the path, as in `north.cluster: a number is missing`. Without one any object will do.

    Where several events can hold one thing there, it may have a method `shared_targets(change) -> Collection[str]`: the
    names in its mapping, `*` for all others among them, by which events reach the same things as this one. Then a
    change comes with its `contenders`, the one that goes first in front; what it holds is not to be let go of.
    """

    # Shown to staff, who choose by it.
    title: ClassVar[str]
    # A change that a later one has overtaken need not be pushed at all, unless it changes the event's targets.
    only_newest_matters: ClassVar[bool]
    # The settings of a binding, and how they are checked. A field with a password's widget is a secret: it is sealed,
    # and never shown again.
    SettingsForm: ClassVar[type[forms.Form]]

    def __init__(self, bound: Bound) -> None: ...

    def host(self) -> str:
        """Whom it calls, as in `https://engine.example:443`: what fails there fails for all bindings to it."""

    def push(self, change: EventChange) -> Receipt:
        """Tells the other side. Every call in it has a limit of time. Raises `TryLater`, `Refused` or `OnHold`."""

    def check_connection(self) -> str:
        """Says in a sentence what it found; changes nothing there. Raises as `push` does."""

    def dry_run(self, change: EventChange) -> Sequence[BackendRequest]:
        """The calls that `push` would make, without making any. Raises `Refused` where it would make none."""
