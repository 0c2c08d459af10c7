"""Which of an event's intervals its report descriptors want to hear of. Pure.

User Guide 3.1.0 §7.5, "reportDescriptor". Interpretation: "StartInterval and numIntervals together define a contiguous
subset of intervals", which begins with startInterval ("only interested in report data for the last 5. startInterval =
5", and the figure of "Report on a subset of intervals"); `historical` then says when a report comes, and not of what.
Each of `repeat` reports is about a subset `frequency` intervals later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events.reports.charts.curves import Span


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that an event asks for; the names and what an absent one means are the standard's."""

    payload_type: str
    start_interval: int = -1
    num_intervals: int = -1
    frequency: int = -1
    repeat: int = 1
    is_open: bool = False

    @classmethod
    def of(cls, descriptor: Mapping[str, Any]) -> Asked:
        """Of a member of `reportDescriptors` that was checked before."""
        return cls(
            payload_type=descriptor["payloadType"],
            start_interval=_number(descriptor, "startInterval", -1),
            num_intervals=_number(descriptor, "numIntervals", -1),
            frequency=_number(descriptor, "frequency", -1),
            repeat=_number(descriptor, "repeat", 1),
            is_open=descriptor.get("reportIntervals") == "OPEN_INTERVALS",
        )

    def wants(self, position: int, count: int) -> bool:
        """Whether a report is to tell of the interval at this place of so many. Reports that come when the VEN chooses
        (`frequency` 0), or are of times that it chooses, have no interval that could be missing."""
        if self.is_open or self.frequency == 0:
            return False
        length = count if self.num_intervals < 0 else self.num_intervals
        first = max(count - length, 0) if self.start_interval < 0 else self.start_interval
        step = max(length if self.frequency < 0 else self.frequency, 1)
        after = position - first
        turn = after // step if self.repeat < 0 else min(after // step, self.repeat - 1)
        return after >= 0 and turn >= 0 and after - turn * step < length


def wanted(intervals: Sequence[Span], asked: Sequence[Asked], payload_type: str) -> list[Span]:
    """Those of an event's intervals that a value of this type is wanted of: all where the event asks for nothing, for
    whoever reports on it then reports on the whole of it."""
    if not asked:
        return list(intervals)
    of_type = [each for each in asked if each.payload_type == payload_type]
    count = len(intervals)
    return [
        interval
        for position, interval in enumerate(intervals)
        if any(each.wants(position, count) for each in of_type)
    ]


def _number(descriptor: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = descriptor.get(name)
    return otherwise if value is None else value
