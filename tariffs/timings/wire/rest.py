"""A timing in our own JSON: lists of numbers instead of texts, for those who do not speak the engine's."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from tariffs.timings.activity import Window
from tariffs.timings.content import LISTS, TODAY, TimingContent
from tariffs.timings.words import SEPARATOR
from vtn import errors
from vtn.wire import body
from vtn.wire.metadata import date_time
from vtn.wire.schema import CheckedMoment, Schema, json_name

_CLOCK = r"(?:[01]\d|2[0-4]):[0-5]\d:[0-5]\d"
# Today's word for no restriction, which both versions read as that.
_ANY = "*any"

Year = Annotated[int, Meta(ge=1, le=9999)]
Month = Annotated[int, Meta(ge=1, le=12)]
MonthDay = Annotated[int, Meta(ge=1, le=31)]
WeekDay = Annotated[int, Meta(ge=0, le=7)]
Time = Annotated[
    str,
    Meta(
        pattern=rf"^(?:{_CLOCK}(?:;{_CLOCK})?|[*+][*a-z0-9_]{{1,30}})\Z",
        examples=["16:00:00;21:00:00"],
        description="When it starts and, after a semicolon, ends; or a word for schedulers such as *asap, which is "
        "never active",
    ),
]


class TimingRequest(Schema, frozen=True):
    """When something holds. A list that is empty or absent does not restrict; 0 and 7 are Sunday."""

    years: list[Year] = []
    months: list[Month] = []
    month_days: list[MonthDay] = []
    week_days: list[WeekDay] = []
    time: Time = "00:00:00"


class StoredTimingBody(Schema, frozen=True):
    """A timing as it is stored. What was written by JSON-RPC or a file may hold numbers that mean nothing, and items
    that are no numbers: those are in dropped."""

    tpid: str
    id: str
    years: list[int]
    months: list[int]
    month_days: list[int]
    week_days: list[int]
    time: str
    dropped: list[str]
    is_schedule: Annotated[bool, Meta(description="Its time is no time of day, so that it is never active")]
    created_date_time: CheckedMoment
    modification_date_time: CheckedMoment


class WindowBody(Schema, frozen=True):
    """A period in which the timing is active; the end does not belong to it."""

    start: CheckedMoment
    end: CheckedMoment


class ActivityBody(Schema, frozen=True):
    """Whether the timing is active, and when that changes next."""

    at: CheckedMoment
    is_active: bool
    next_start: CheckedMoment | None
    next_end: CheckedMoment | None


def parse_timing(written: Any, *, tpid: str, tag: str) -> TimingContent:
    """Raises `Invalid` that names the member at fault."""
    request = body.conform(written, TimingRequest)
    texts = {name: SEPARATOR.join(map(str, getattr(request, name))) or _ANY for name in LISTS}
    for name, text in texts.items():
        if len(text) > TODAY.lists:
            raise errors.Invalid(
                f"{json_name(name)}: Expected `array` of no more than {TODAY.lists} characters"
            )
    return TimingContent(tpid, tag, time=request.time, **texts)


def render_timing(content: TimingContent, *, created_at: datetime, modified_at: datetime) -> dict[str, Any]:
    timing = content.timing
    return {
        "tpid": content.tpid,
        "id": content.tag,
        **{json_name(name): list(getattr(timing, name)) for name in LISTS},
        "time": content.time,
        "dropped": list(timing.dropped),
        "isSchedule": timing.is_schedule,
        "createdDateTime": date_time(created_at),
        "modificationDateTime": date_time(modified_at),
    }


def render_window(window: Window) -> dict[str, str]:
    return {"start": date_time(window.start), "end": date_time(window.end)}


def render_activity(
    at: datetime, *, is_active: bool, next_start: datetime | None, next_end: datetime | None
) -> dict[str, Any]:
    return {
        "at": date_time(at),
        "isActive": is_active,
        "nextStart": None if next_start is None else date_time(next_start),
        "nextEnd": None if next_end is None else date_time(next_end),
    }
