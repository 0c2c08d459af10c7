"""What an event is doing at a moment, and when that changes next: pure rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from events.timeline.timing import Timing
from events.timeline.unrolled import edges, in_force
from events.timeline.windows import Schedule, Window
from vtn.wire.moments import NOW


class Phase(StrEnum):
    """The standard has no word for these; they are those of the User Guide's prose (§7.9, §7.10)."""

    ANNOUNCED = "announced"
    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whoever follows the event has to let go of it."""
        return self in (Phase.ENDED, Phase.CANCELLED)


class Moment(NamedTuple):
    """An event at a moment: its phase, and the windows that are in force, which an active event may have none of."""

    phase: Phase
    windows: tuple[Window, ...]


def is_cancelled(timing: Timing, schedule: Schedule) -> bool:
    """'An event's start and duration may be set to minimal values' to cancel it (User Guide §7.9): it begins at a time
    that nobody names, and takes none. A request for reports is never one (`Timing.of` tells why)."""
    takes_no_time = schedule.starts_at is not None and schedule.starts_at == schedule.ends_at
    return timing.period.start is NOW and takes_no_time and not timing.report_only


def moment_of(timing: Timing, schedule: Schedule, at: datetime) -> Moment:
    """What the event is doing then. An instant is never active: it has ended as it begins."""
    if is_cancelled(timing, schedule):
        return Moment(Phase.CANCELLED, ())
    if schedule.starts_at is not None and at < schedule.starts_at:
        return Moment(Phase.ANNOUNCED, ())
    if schedule.ends_at is not None and at >= schedule.ends_at:
        return Moment(Phase.ENDED, ())
    return Moment(Phase.ACTIVE, tuple(in_force(schedule, at)))


def next_boundary(timing: Timing, schedule: Schedule, after: datetime) -> datetime | None:
    """The first moment later than this at which the event does something else; None: it never will."""
    return next(boundaries(timing, schedule, after), None)


def boundaries(timing: Timing, schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """All of them, in order. One that repeats for ever has any number."""
    if is_cancelled(timing, schedule):
        return
    # No window begins before the event does, and none that is cut off ends after it.
    for boundary in chain([schedule.starts_at], edges(schedule, after), [schedule.ends_at]):
        if boundary is not None and boundary > after:
            yield boundary
            after = boundary
