"""When a publication has something to do: pure rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vtn.local_time import at_clock

_DAY = timedelta(days=1)
# What nobody told of is found within this time: a change whose message was lost, an event that somebody deleted.
_LOOK_AGAIN = timedelta(hours=1)


def wanted_days(now: datetime, publish_at: time, zone: ZoneInfo) -> list[date]:
    """The local days whose events have to be there: today, and tomorrow once it is time."""
    today = now.astimezone(zone).date()
    return [today, today + _DAY] if now >= at_clock(today, publish_at, zone) else [today]


def next_look(now: datetime, publish_at: time, zone: ZoneInfo) -> datetime:
    """At the hour at which tomorrow is due, or sooner to see whether all is well."""
    today = now.astimezone(zone).date()
    coming = (at_clock(day, publish_at, zone) for day in (today, today + _DAY))
    return min(next(at for at in coming if at > now), now + _LOOK_AGAIN)
