"""What a channel has to bring along so that deliveries are made by it: webhooks are one, backends another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from django.db.models import Model

from vtn.deliveries.models import Delivery
from vtn.deliveries.outcomes import Outcome
from vtn.deliveries.store import Claimed

# Of one request, as the channel has prepared it.
Send = Callable[[Any], Awaitable[Outcome]]


class Channel(Protocol):
    """Deliveries are claimed, prepared with what the database says of their recipients now, sent many at a time, and
    noted. Secrets are looked up here, and are in no delivery."""

    def prepare(self, claimed: Sequence[Claimed]) -> Mapping[int, Any]:
        """What to send, by delivery. One that is not in there is no longer wanted; an `Outcome` is one that fails
        before it is sent."""

    def open(self) -> AbstractAsyncContextManager[Send]:
        """What sends, for as long as the event loop in which it is called runs. It raises nothing, and has a limit of
        time of its own."""

    def note(self, outcomes: Sequence[tuple[Claimed, Outcome]]) -> None:
        """Remembers how its recipients fare, in the transaction that writes down the ends."""


@dataclass(frozen=True, slots=True)
class Described:
    """A delivery for people to read: the object that it is sent on behalf of, and the request but for its body, in
    which secrets are masked."""

    owner: Model
    url: str
    headers: Mapping[str, str]


@runtime_checkable
class Describing(Protocol):
    """A channel that can say so; none has to."""

    def describe(self, deliveries: Iterable[Delivery]) -> Mapping[int, Described]:
        """By delivery, with the same number of queries for any number of them. One whose recipient is not there any
        more is not in there."""
