"""What an explanation is made from: frozen values, found out by `events.why.finding`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from events.queries import EventFilter
from vtn.caller import Role, Scope
from vtn.dialect import Dialect


@dataclass(frozen=True, slots=True)
class Question:
    """A VEN asks for the list of events in a dialect, now."""

    dialect: Dialect
    wanted: EventFilter
    now: datetime

    @property
    def understood(self) -> EventFilter:
        """3.0.1 knows no `active`, and unknown parameters are ignored (decisions/openadr.md §5)."""
        return self.wanted if self.dialect is Dialect.V310 else replace(self.wanted, active=False)


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """`scopes` are those of the record, which a token has at most."""

    role: Role
    is_enabled: bool
    scopes: frozenset[Scope]
    has_usable_secret: bool


@dataclass(frozen=True, slots=True)
class Granted:
    """A target of the event that is granted: by the VEN, and by so many of its resources, one of which is named."""

    target: str
    by_ven: bool
    by_resources: int = 0
    resource_name: str = ""


@dataclass(frozen=True, slots=True)
class VenFacts:
    """`targets` and `resource_targets` are all that is granted, of very many some; `granted` those of the event's
    targets that are among them."""

    name: str
    client_id: str | None
    client: ClientFacts | None
    targets: Collection[str]
    resource_targets: Collection[str]
    granted: tuple[Granted, ...]

    @property
    def sees_everything(self) -> bool:
        return self.client is not None and self.client.role is Role.BL


@dataclass(frozen=True, slots=True)
class EventFacts:
    """`is_instant`: it starts and ends at one moment, which belongs to it."""

    name: str
    program_id: str
    program_name: str
    targets: tuple[str, ...]
    program_targets: tuple[str, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    version_at: datetime

    @property
    def is_instant(self) -> bool:
        return self.starts_at is not None and self.starts_at == self.ends_at


@dataclass(frozen=True, slots=True)
class Facts:
    """`sent_at` is when the VEN was sent the event in its present version; `change_waits`, whether staff have a change
    of it that is not published."""

    ven: VenFacts
    event: EventFacts
    program_is_granted: bool
    polled_at: datetime | None = None
    sent_at: datetime | None = None
    change_waits: bool = False
