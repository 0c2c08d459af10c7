"""Where the bars of a timeline lie: pure, so that the page only has to draw them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Frame:
    """The stretch of time that is drawn."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def around(cls, starts_at: datetime, ends_at: datetime) -> Frame:
        """With a tenth of it on either side, and no less than a quarter of an hour."""
        margin = max((ends_at - starts_at) / 10, timedelta(minutes=15))
        return cls(starts_at - margin, ends_at + margin)

    def bar(self, starts_at: datetime | None, ends_at: datetime | None) -> Bar | None:
        """Where something lies, cut off at the ends; None: it is not in the picture. Nothing is thinner than can be
        seen."""
        begins = max(starts_at or self.starts_at, self.starts_at)
        ends = min(ends_at or self.ends_at, self.ends_at)
        if ends < begins:
            return None
        left = self.place_of(begins)
        return Bar(left, round(max(self.place_of(ends) - left, 0.3), 3))

    def place_of(self, moment: datetime) -> float:
        """In hundredths of the width."""
        return round(100 * ((moment - self.starts_at) / (self.ends_at - self.starts_at)), 3)


@dataclass(frozen=True, slots=True)
class Bar:
    """In hundredths of the width."""

    left: float
    width: float


def ticks(frame: Frame, *, most: int = 8) -> list[datetime]:
    """Round moments of UTC in the picture, no more than so many."""
    length = frame.ends_at - frame.starts_at
    step = next((each for each in _STEPS if length / each < most), length / most)
    first = frame.starts_at.replace(hour=0, minute=0, second=0, microsecond=0)
    return list(_from(first, step, frame))


_STEPS = [
    timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 180, 360, 720, 1_440, 2_880, 10_080, 40_320)
]


def _from(first: datetime, step: timedelta, frame: Frame) -> Iterable[datetime]:
    tick = first + step * max((frame.starts_at - first) // step, 0)
    while tick < frame.ends_at:
        if tick >= frame.starts_at:
            yield tick
        tick += step
