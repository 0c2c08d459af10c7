"""What can be done to an event as a whole: moved in time, made shorter, cancelled. Members in, members out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.composer.local import BadLocalTime, label, shifted
from events.content import timing_of
from events.timeline import is_cancelled, schedule
from vtn.wire.metadata import date_time
from vtn.wire.moments import NOW, SENTINEL, iso_duration, parse_moment

Members = dict[str, Any]


class CannotChange(ValueError):
    """The event cannot be changed in this way; the text says why."""


def has_been_cancelled(members: Members) -> bool:
    """Whether it is written as one that is cancelled."""
    timing = timing_of(members)
    return is_cancelled(timing, schedule(timing, now=datetime.fromisoformat("2000-01-01T00:00:00+00:00")))


def moved(members: Members, *, days: int = 0, minutes: int = 0, zone: ZoneInfo) -> Members:
    """Every start that is named, so many days later at the same local time, and then so many minutes. Negative ones
    are earlier. Raises `CannotChange`."""
    _require_not_cancelled(members)
    timing = timing_of(members)
    named = [timing.period.start, *(interval.start for interval in timing.intervals)]
    if not any(isinstance(start, datetime) for start in named):
        raise CannotChange(_("The event names no start that could be moved"))

    def move(start: str) -> str:
        moment = parse_moment(start)
        if moment is NOW:
            return start
        try:
            return date_time(shifted(moment, zone, days=days) + timedelta(minutes=minutes))
        except BadLocalTime as error:
            raise CannotChange(str(error)) from None
        except OverflowError:
            raise CannotChange(_("That is beyond the calendar")) from None

    return _with_starts(members, move)


def shortened(members: Members, *, ends_at: datetime, modified_at: datetime, zone: ZoneInfo) -> Members:
    """The event with an earlier end. Raises `CannotChange`.

    'event.duration … may be used to shorten or lengthen the temporal span of an event' (3.1.0 User Guide §7.3); it is
    counted from the earliest start.
    """
    _require_not_cancelled(members)
    planned = schedule(timing_of(members), now=modified_at)
    if planned.starts_at is None or ends_at <= planned.starts_at:
        raise CannotChange(_("It would end before it begins; withdraw it or cancel it instead"))
    if planned.ends_at is not None and ends_at >= planned.ends_at:
        said = {"end": label(planned.ends_at, zone)}
        raise CannotChange(_("It ends no later than that as it is, at %(end)s") % said)
    return {**members, "duration": iso_duration(ends_at - planned.starts_at)}


def cancelled(members: Members) -> Members:
    """The event as one that is cancelled. Raises `CannotChange`.

    'An event's start and duration may be set to minimal values' (3.1.0 User Guide §7.9). Intervals stay, without times
    of their own: they are what was cancelled.
    """
    _require_not_cancelled(members)
    kept = {name: value for name, value in members.items() if name != "duration"}
    kept["intervalPeriod"] = {"start": SENTINEL, "duration": "PT0S"}
    if "intervals" in members:
        kept["intervals"] = [
            {name: value for name, value in interval.items() if name != "intervalPeriod"}
            for interval in members["intervals"]
        ]
    if not has_been_cancelled(kept):
        raise CannotChange(
            _("In the standard's words a request for reports cannot be cancelled; withdraw it instead")
        )
    return kept


def _require_not_cancelled(members: Members) -> None:
    if has_been_cancelled(members):
        raise CannotChange(_("It is cancelled"))


def _with_starts(members: Members, change: Callable[[str], str]) -> Members:
    changed = _with_start(members, change)
    if "intervals" in members:
        changed["intervals"] = [_with_start(interval, change) for interval in members["intervals"]]
    return changed


def _with_start(timed: Members, change: Callable[[str], str]) -> Members:
    period = timed.get("intervalPeriod", {})
    if "start" not in period:
        return dict(timed)
    return {**timed, "intervalPeriod": {**period, "start": change(period["start"])}}
