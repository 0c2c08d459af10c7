"""Changes of an event that does not exist: to show what a backend would make of one, and to try templates on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from events.backends.base import EventChange, IntervalInForce
from events.timeline import Phase

_START = datetime(2030, 1, 15, 17, 0, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_WHEN = {
    Phase.ANNOUNCED: _START - _HOUR,
    Phase.ACTIVE: _START,
    Phase.ENDED: _START + _HOUR,
    Phase.CANCELLED: _START - _HOUR,
}


def made_up(phase: Phase, *, program_id: str = "made-up-program", targets: Sequence[str] = ()) -> EventChange:
    """An evening peak of one hour at level 2."""
    payloads = [{"type": "SIMPLE", "values": [2]}]
    interval = IntervalInForce(id=0, starts_at=_START, ends_at=_START + _HOUR, payloads=payloads)
    return EventChange(
        key="0.0",
        event_id="made-up-event",
        program_id=program_id,
        name="evening peak",
        cause="PHASE",
        phase=phase,
        at=_WHEN[phase],
        priority=1,
        targets=tuple(targets),
        intervals=(interval,) if phase is Phase.ACTIVE else (),
        event={
            "id": "made-up-event",
            "objectType": "EVENT",
            "createdDateTime": "2030-01-01T12:00:00Z",
            "modificationDateTime": "2030-01-01T12:00:00Z",
            "programID": program_id,
            "eventName": "evening peak",
            "priority": 1,
            "targets": list(targets),
            "intervalPeriod": {"start": "2030-01-15T17:00:00Z", "duration": "PT1H"},
        },
    )
