"""What an event says about time, without everything else that it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from vtn.wire.moments import NOW, Duration, Now, parse_duration, parse_moment

# numIntervals is any int32, and each implied interval becomes a window. The grid repeats anyway.
MOST_IMPLIED = 1000

_FOREVER = Duration(years=9999)


class Period(NamedTuple):
    """An intervalPeriod. Its randomizeStart is missing because shifting the start is the client's duty."""

    start: datetime | Now | None = None
    duration: Duration | None = None


class IntervalTiming(NamedTuple):
    """An interval without its payloads. The id is the client's label; there is none where nobody gave one."""

    id: int | None
    start: datetime | Now | None = None
    duration: Duration | None = None


_NO_PERIOD = Period()


@dataclass(frozen=True, slots=True)
class Timing:
    """The part of an event's content that matters for time, intervals in the order of the list.

    `report_only`: the event asks for reports and no interval of it carries a payload. Only then does
    `num_intervals`, the largest of its report descriptors, matter: see `implied_intervals`.
    """

    period: Period = _NO_PERIOD
    duration: Duration | None = None
    intervals: tuple[IntervalTiming, ...] = ()
    report_only: bool = False
    num_intervals: int = -1

    @classmethod
    def of(
        cls,
        *,
        period: tuple[str | None, str | None] | None = None,
        duration: str | None = None,
        intervals: Iterable[tuple[int, str | None, str | None]] | None = None,
        report_only: bool = False,
        num_intervals: int = -1,
    ) -> Timing:
        """From texts: (start, duration) of the event, (id, start, duration). ValueError for a bad one.

        Interpretation: 'An event's start and duration may be set to minimal values ("0001-01-01" and "PT0S"
        respectively)' to cancel it (User Guide §7.9). Only both together do. PT0S alone is the default that the
        schema gives to `duration`, which generated clients send without meaning it; and the examples of §8.6 and
        §8.10.2 write requests for reports in the very form of a cancellation.
        """
        of_event = Period(*_parsed(*period)) if period else _NO_PERIOD
        lasts = parse_duration(duration) if duration is not None else None
        may_be_cancelled = of_event.start is NOW and not report_only
        return cls(
            period=of_event,
            duration=None if lasts is not None and lasts.is_zero and not may_be_cancelled else lasts,
            intervals=tuple(
                [IntervalTiming(id_, *_parsed(start, length)) for id_, start, length in intervals or ()]
            ),
            report_only=report_only,
            num_intervals=num_intervals,
        )

    @property
    def says_nothing(self) -> bool:
        """Neither the event nor one of its intervals mentions time."""
        return (
            self.duration is None
            and self.period == _NO_PERIOD
            and all(interval.start is None and interval.duration is None for interval in self.intervals)
        )

    @property
    def start(self) -> datetime | None:
        """The moment the event names as its start, if it names one."""
        return None if self.period.start is NOW else self.period.start

    @property
    def lasts(self) -> Duration | None:
        """How long the event goes on, if that is said apart from its intervals.

        Interpretation: 3.0.1 has no event.duration. There an event.intervalPeriod.duration of P9999Y means that
        the event goes on until it is changed, and 'requires that each interval define its own duration' (left
        over in User Guide §8.8). It is what 3.1.0 writes as event.duration, so its intervals repeat too. Where
        one has no duration of its own, that one lasts for ever, and there is nothing to repeat.
        """
        if self.duration is None and self.period.duration is not None and self.period.duration.is_infinite:
            return self.period.duration
        return self.duration

    def implied_intervals(self) -> Timing:
        """A report-only event without intervals, with its implied ones written out (User Guide §7.5, §8.7).

        Interpretation: the grid goes on until event.duration, or for ever when there is none: 'reports will
        repeat until the last interval has transpired, which is not defined' (§8.8). A step without length
        implies no intervals.
        """
        step = self.period.duration
        count = 0 if step is None or step.is_zero else min(max(self.num_intervals, 1), MOST_IMPLIED)
        return Timing(
            period=self.period,
            duration=self.lasts or _FOREVER,
            intervals=(IntervalTiming(id=None),) * count,
            report_only=True,
        )


def _parsed(start: str | None, duration: str | None) -> tuple[datetime | Now | None, Duration | None]:
    return (
        parse_moment(start) if start is not None else None,
        parse_duration(duration) if duration is not None else None,
    )
