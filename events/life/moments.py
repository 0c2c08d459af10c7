"""An event of which the document is known, and what it is doing: what the scheduler and the backends share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import Any

from events.content import timing_of
from events.timeline import Moment, boundaries, moment_of, next_boundary, schedule
from vtn.wire.metadata import date_time, moments_of


class Life:
    """The life of an event as one version of it has it planned, from its 3.1.0 document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._timing = timing_of(document)
        _, self.modified_at = moments_of(document)
        self._schedule = schedule(self._timing, now=self.modified_at)

    def began(self, made_at: datetime) -> datetime:
        """The moment at which this version took effect, of which it is written down that it was made then. Where the
        clock of its writer is behind that of the one before, its modificationDateTime is later, and "now" means that.
        """
        return max(made_at, self.modified_at)

    def at(self, moment: datetime) -> Moment:
        return moment_of(self._timing, self._schedule, moment)

    def next_after(self, moment: datetime) -> datetime | None:
        return next_boundary(self._timing, self._schedule, moment)

    def boundaries(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Those later than one moment and no later than the other."""
        coming = boundaries(self._timing, self._schedule, after)
        return takewhile(lambda boundary: boundary <= until, coming)

    def shown(self, at: datetime) -> dict[str, Any]:
        """The event at a moment, as JSON: its document, with those intervals alone that are in force, and the phase."""
        phase, windows = self.at(at)
        written = self.document.get("intervals", [])
        in_force = [
            {
                "id": window.interval_id,
                "startsAt": date_time(window.starts_at),
                "endsAt": None if window.ends_at is None else date_time(window.ends_at),
                "payloads": [] if window.is_implied else written[window.position]["payloads"],
            }
            for window in windows
        ]
        event = {name: value for name, value in self.document.items() if name != "intervals"}
        return {**event, "phase": phase.value, "at": date_time(at), "intervals": in_force}
