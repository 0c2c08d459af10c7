"""From a report's resources to its single values with their windows: pure rules, values in and values out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from msgspec import Struct

from events.timeline import Window, is_divided, sub_windows
from vtn.wire import body
from vtn.wire.moments import NOW, Duration, parse_duration, parse_moment

# The types of Table 2 of the Definition that are one value of an interval; several then follow each other in time
# (User Guide §7.3), the quality of packed values like these. Not divided are OPERATING_STATE, "a list", SETPOINT, whose
# shape is the program's affair, and private types.
_DIVIDED = frozenset(
    """
    READING USAGE DEMAND DELTA_USAGE BASELINE UP_REGULATION_AVAILABLE DOWN_REGULATION_AVAILABLE REGULATION_SETPOINT
    STORAGE_USABLE_CAPACITY STORAGE_CHARGE_LEVEL STORAGE_MAX_DISCHARGE_POWER STORAGE_MAX_CHARGE_POWER SIMPLE_LEVEL
    USAGE_FORECAST STORAGE_DISPATCH_FORECAST LOAD_SHED_DELTA_AVAILABLE GENERATION_DELTA_AVAILABLE DATA_QUALITY
    IMPORT_RESERVATION_CAPACITY IMPORT_RESERVATION_FEE EXPORT_RESERVATION_CAPACITY EXPORT_RESERVATION_FEE
    """.split()
)


class Extent(NamedTuple):
    """A half-open stretch of time; `ends_at` is None where it goes on for ever."""

    starts_at: datetime
    ends_at: datetime | None


# Both ends of when a value was; of one of which nobody says it, neither.
_Part = tuple[datetime | None, datetime | None]
_UNKNOWN: _Part = (None, None)


class Reading(Struct, frozen=True, gc=False):
    """One value. `number` is what the client wrote, exactly; anything else is in `text`, as JSON if it is no text."""

    resource_name: str
    interval_id: int
    starts_at: datetime | None
    ends_at: datetime | None
    payload_type: str
    number: int | Decimal | None
    text: str | None


def windows_of(
    resources: Iterable[Mapping[str, Any]], of_event: Mapping[int, Extent]
) -> list[list[Extent | None]]:
    """The windows of each resource's intervals; None where nothing says when that interval is. `of_event` are the
    intervals of the event by their ids."""
    return [list(_windows(resource, of_event)) for resource in resources]


def is_complete(windows: Iterable[Iterable[Extent | None]]) -> bool:
    """Whether the report says by itself when all of it is; if not, the event may say more."""
    return None not in chain.from_iterable(windows)


def extent_of(windows: Iterable[Iterable[Extent | None]]) -> Extent | None:
    """From the first start to the last end, or None where there is no window at all."""
    known = [window for window in chain.from_iterable(windows) if window is not None]
    if not known:
        return None
    ends = [window.ends_at for window in known if window.ends_at is not None]
    is_open = len(ends) < len(known)
    return Extent(min(window.starts_at for window in known), None if is_open else max(ends))


def readings_of(
    resources: Iterable[Mapping[str, Any]], windows: Iterable[Iterable[Extent | None]]
) -> list[Reading]:
    """Every value of every payload of every interval, in the order in which they were written."""
    return [
        Reading(resource["resourceName"], interval["id"], *part, payload["type"], *_number_or_text(value))
        for resource, of_resource in zip(resources, windows, strict=True)
        for interval, window in zip(resource["intervals"], of_resource, strict=True)
        for payload in interval["payloads"]
        for value, part in zip(payload["values"], _parts(window, payload), strict=True)
    ]


def _windows(resource: Mapping[str, Any], of_event: Mapping[int, Extent]) -> Iterator[Extent | None]:
    """As in an event: an intervalPeriod of the resource "defines default start and durations of intervals" (comment
    in both files), and an interval without a start follows the one before.

    Interpretation: what hangs on no named moment is the event's interval of the same id, since the id is there "to
    unambiguously associate a report interval to an event's interval" (User Guide §7.5). Of several that share an id
    and have a duration, each follows the one before.
    """
    default_start, default_duration = _period(resource)
    follows, is_timed, id_before = default_start, default_start is not None, None
    for interval in resource["intervals"]:
        id_ = interval["id"]
        start, duration = _period(interval) if "intervalPeriod" in interval else (None, None)
        duration = default_duration if duration is None else duration
        same = of_event.get(id_)
        if start is not None:
            is_timed = True
        elif is_timed or (id_ == id_before and duration is not None):
            start = follows
        elif same is not None:
            start = same.starts_at
        follows = None if start is None else _end(start, duration, None if is_timed else same)
        id_before = id_
        yield None if start is None else Extent(start, follows)


def _end(start: datetime, duration: Duration | None, same: Extent | None) -> datetime | None:
    """Without a duration anywhere it is an instant, as in an event (`events.timeline`)."""
    if duration is not None:
        return duration.added_to(start)
    return start if same is None else same.ends_at


def _period(timed: Mapping[str, Any]) -> tuple[datetime | None, Duration | None]:
    """The moment that is named as the start, and the duration; of a text that was checked before."""
    period = timed.get("intervalPeriod", {})
    start, duration = period.get("start"), period.get("duration")
    moment = parse_moment(start) if start is not None else NOW
    return None if moment is NOW else moment, None if duration is None else parse_duration(duration)


def _parts(window: Extent | None, payload: Mapping[str, Any]) -> Sequence[_Part]:
    """When each value was: in equal parts of the interval's window, or in that as a whole."""
    type_, count = payload["type"], len(payload["values"])
    if window is None:
        return [_UNKNOWN] * count
    if count <= 1 or not (type_ in _DIVIDED or is_divided(type_)):
        return [window] * count
    length = None if window.ends_at is None else window.ends_at - window.starts_at
    parts = sub_windows(Window(0, None, *window, length), count)
    # A window without end belongs to its first value.
    return [*((part.starts_at, part.ends_at) for part in parts), *[_UNKNOWN] * (count - len(parts))]


def _number_or_text(value: Any) -> tuple[int | Decimal | None, str | None]:
    kind = type(value)
    if kind is Decimal or kind is int:
        return value, None
    return None, value if kind is str else body.encode_text(value)
