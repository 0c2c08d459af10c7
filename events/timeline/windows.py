"""From what an event says about time to absolute windows: the form that is stored and read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from events.timeline.timing import Timing


class Window(NamedTuple):
    """The half-open period in which one interval is in force; one that ends as it starts is a mere instant.

    `ends_at` is None when it goes on for ever. `length` is how long it was meant to be before something cut
    it off: a payload of several values is divided by that. `position` is the interval's place in the list.
    """

    position: int
    interval_id: int | None
    starts_at: datetime
    ends_at: datetime | None
    length: timedelta | None

    @property
    def is_implied(self) -> bool:
        """No interval was written down for it; a report gives its own id."""
        return self.interval_id is None


@dataclass(frozen=True, slots=True)
class Schedule:
    """The first pass through the intervals, in list order, and how it goes on.

    starts_at   None: nothing is said about time, the event was always there
    ends_at     None: never; else the event has ended from this moment on (for `active=true`)
    every       the distance from starts_at at which the pass is repeated, until ends_at; None: it is not

    An interval that never starts has no window: it follows one without end, or lies beyond event.duration.
    """

    windows: tuple[Window, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    every: timedelta | None = None


def schedule(timing: Timing, *, now: datetime) -> Schedule:
    """The windows of an event; raises nothing, whatever its timing says.

    `now` stands in for a start that is never named: the modificationDateTime, since whoever wrote the event
    meant that moment.
    """
    now = now.astimezone(UTC)
    if timing.says_nothing:
        return Schedule(tuple(_untimed(timing, now)), starts_at=None, ends_at=None)
    if not timing.intervals:
        return _without_intervals(timing, now)
    planned = _with_intervals(timing, now)
    if timing.report_only and planned.ends_at == planned.starts_at:
        # A request for reports that takes no time stands until it is withdrawn: see Timing.of.
        return Schedule(planned.windows, planned.starts_at, ends_at=None)
    return planned


def _untimed(timing: Timing, now: datetime) -> Iterator[Window]:
    """Interpretation: 'If an intervalPeriod is not present in the event, then one must be present in every
    interval' (User Guide §7.4). If there is none at all, everything holds until the event is changed."""
    for position, interval in enumerate(timing.intervals):
        yield Window(position, interval.id, now, None, None)


def _without_intervals(timing: Timing, now: datetime) -> Schedule:
    """Interpretation: the specification gives such an event a meaning only as a request for reports. Else the
    intervalPeriod is taken for the time of the event itself, without end if it does not say how long."""
    starts_at = timing.start or now
    if timing.report_only:
        implied = timing.implied_intervals()
        if implied.intervals:
            return _with_intervals(implied, now)
        lasts = timing.lasts
    else:
        lasts = timing.duration or timing.period.duration
    return Schedule((), starts_at, lasts.added_to(starts_at) if lasts else None)


def _with_intervals(timing: Timing, now: datetime) -> Schedule:
    windows = _first_pass(timing, now)
    starts_at = min(window.starts_at for window in windows)
    ends_at = _last_end(windows)
    lasts = timing.lasts
    if lasts is None:
        return Schedule(windows, starts_at, ends_at)
    return _lasting(windows, starts_at, ends_at, until=lasts.added_to(starts_at), timing=timing)


def _first_pass(timing: Timing, now: datetime) -> tuple[Window, ...]:
    """'If an intervalPeriod is present in the event, it defines default values that are overridden by any
    intervalPeriods at the interval level' (User Guide §7.4): start and duration each for itself.

    Interpretation: without a duration anywhere an interval is an instant, as the schema's default is PT0S.
    That 3.0.1 adds 'or infinity, depending on payloadType' is not followed: the list of types is open.
    """
    default = timing.period.duration
    follows: datetime | None = timing.start or now
    windows: list[Window] = []
    for position, (id_, start, own_duration) in enumerate(timing.intervals):
        starts_at = start if isinstance(start, datetime) else follows
        if starts_at is None:
            continue
        duration = default if own_duration is None else own_duration
        follows = starts_at if duration is None else duration.added_to(starts_at)
        length = None if follows is None else follows - starts_at
        windows.append(Window(position, id_, starts_at, follows, length))
    return tuple(windows)


def _last_end(windows: Iterable[Window]) -> datetime | None:
    ends = [window.ends_at for window in windows]
    return None if None in ends else max(end for end in ends if end is not None)


def _lasting(
    windows: tuple[Window, ...],
    starts_at: datetime,
    pass_ends_at: datetime | None,
    *,
    until: datetime | None,
    timing: Timing,
) -> Schedule:
    """Applies event.duration: 'shorten or lengthen the temporal span of an event' (User Guide §7.3).

    Interpretation: it is measured from the earliest start, and a pass lasts from there to the latest end,
    gaps and overlaps included. The pass is repeated at that distance, which is absolute, also where the
    intervals count months.
    """
    if pass_ends_at == starts_at:
        return _lasting_instant(windows, starts_at, until=until, timing=timing)
    if pass_ends_at is not None and (until is None or pass_ends_at < until):
        return Schedule(windows, starts_at, until, every=pass_ends_at - starts_at)
    return Schedule(tuple(cut(windows, until)), starts_at, until)


def _lasting_instant(
    windows: tuple[Window, ...], starts_at: datetime, *, until: datetime | None, timing: Timing
) -> Schedule:
    """Interpretation: a pass without length cannot be repeated. Where no duration was stated, event.duration
    is the only one there is, and the intervals have it; one that was stated as zero stays zero, as a
    cancelled event must (User Guide §7.9)."""
    if timing.period.duration is not None:
        return Schedule(windows, starts_at, starts_at)
    length = None if until is None else until - starts_at
    stretched = [
        window._replace(ends_at=until, length=length) if interval.duration is None else window
        for window, interval in zip(windows, timing.intervals, strict=True)
    ]
    return Schedule(tuple(stretched), starts_at, _last_end(stretched))


def cut(windows: Iterable[Window], until: datetime | None) -> Iterator[Window]:
    """The windows as far as they lie before a moment; all of them as they are when it is None."""
    for window in windows:
        if until is None:
            yield window
        elif window.starts_at < until:
            too_long = window.ends_at is None or window.ends_at > until
            yield window._replace(ends_at=until) if too_long else window
