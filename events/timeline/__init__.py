"""When the intervals of an event begin and end: pure rules, so that every door and the database agree."""

from events.timeline.phases import Moment, Phase, boundaries, is_cancelled, moment_of, next_boundary
from events.timeline.sub_intervals import is_divided, sub_windows
from events.timeline.timing import IntervalTiming, Period, Timing
from events.timeline.unrolled import in_force, occurrences, passes
from events.timeline.windows import Schedule, Window, schedule

__all__ = [
    "IntervalTiming",
    "Moment",
    "Period",
    "Phase",
    "Schedule",
    "Timing",
    "Window",
    "boundaries",
    "in_force",
    "is_cancelled",
    "is_divided",
    "moment_of",
    "next_boundary",
    "occurrences",
    "passes",
    "schedule",
    "sub_windows",
]
