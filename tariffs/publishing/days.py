"""Writes the event that holds a local day of a program, or mends the one that is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from events.content import EventContent
from events.models import Event
from events.services import create_event, update_event
from events.wire import v310
from programs.models import Program
from tariffs.publishing.slots import Slot, slots_in, timed, without_timing
from vtn.caller import Caller


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def create_day(
    *, caller: Caller, program: Program, members: Mapping[str, Any], slots: Sequence[Slot], now: datetime
) -> Event:
    """For the targets of the program: whoever does not see it has no use for its prices. `members` are what the event
    says beside them and the slots."""
    content = _content({"programID": program.id, **members, **timed(slots)}, program)
    return create_event(caller=caller, content=content, now=now)


def update_day(
    *, caller: Caller, event: Event, members: Mapping[str, Any], slots: Sequence[Slot], now: datetime
) -> Event:
    """What else somebody gave to the event stays, its targets as well."""
    content = _content({**without_timing(event.content), **members, **timed(slots)}, event)
    return update_event(caller=caller, event_id=event.id, content=content, now=now)


def says(
    event: Event, members: Mapping[str, Any], slots: Sequence[Slot], payload_types: Collection[str]
) -> bool:
    """Whether there is nothing to change about the event."""
    is_named = all(event.content.get(name) == value for name, value in members.items())
    return is_named and slots_in(event.intervals.all(), payload_types) == tuple(slots)


def _content(members: dict[str, Any], meant_for: Program | Event) -> EventContent:
    targets = {"targets": meant_for.targets} if meant_for.targets else {}
    return replace(v310.parse_event({**members, **targets}), literals=meant_for.literals or {})
