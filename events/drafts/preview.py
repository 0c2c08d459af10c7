"""What will come of an event, before it is saved: when it is, what gets in its way, who sees it, what it drives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.bindings.models import Binding
from events.composer.conflicts import Claim, Conflict, Span, conflict_of
from events.composer.drawing import Bar, Frame, ticks
from events.composer.local import label
from events.content import EventContent, timing_of
from events.drafts.audience import Audience, audience_of
from events.drafts.claims import claimed_spans
from events.drafts.queries import Neighbour, bindings_of, neighbours
from events.timeline import Schedule, is_cancelled, schedule
from programs.models import Program
from vtn.wiring import all_wired

_SHOWN_LINES, _ENDLESS, _LINE = 30, timedelta(days=7), 8
_SHOWN_INTERVALS = 100  # quarters of a day, of which one has 25 hours


@dataclass(frozen=True, slots=True)
class Line:
    """An event on the timeline. Times are texts in the zone that was chosen."""

    name: str
    event_id: str
    starts: str
    ends: str
    priority: int | None
    bars: tuple[Bar, ...]
    conflict: Conflict | None
    conflict_from: str = ""
    conflict_to: str = ""
    top: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """An interval: its local time, UTC and its values as texts."""

    starts: str
    ends: str
    utc: str
    values: str


@dataclass(frozen=True, slots=True)
class Tick:
    left: float
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    zone: str
    this: Line
    lines: tuple[Line, ...]
    lines_left_out: bool
    ticks: tuple[Tick, ...]
    height: int
    intervals: tuple[Shown, ...]
    intervals_left_out: int
    days: tuple[date, ...]
    audience: Audience
    bindings: tuple[Binding, ...]
    remarks: tuple[str, ...]


def preview_of(
    content: EventContent,
    *,
    program: Program,
    zone: ZoneInfo,
    now: datetime,
    event_id: str | None = None,
    days: Sequence[date] = (),
    remarks: Iterable[str] = (),
) -> Preview:
    """A fixed number of queries: four, and those of `event_warnings`. Raises `CannotChange` where a day has no such
    time."""
    timing = timing_of(content.members)
    planned = schedule(timing, now=now)
    spans = claimed_spans(content, planned, days, zone)
    begins, ends = _extent(spans, planned, now)
    frame = Frame.around(begins, ends)
    claim = Claim(content.priority, content.targets, tuple(spans))
    others, is_more = neighbours(program.id, begins, ends, but=event_id)
    lines = sorted((_line(other, claim, frame, zone) for other in others), key=_most_telling_first)
    shown = [replace(line, top=1 + _LINE * place) for place, line in enumerate(lines[:_SHOWN_LINES], start=1)]
    return Preview(
        zone=zone.key,
        this=_own_line(content, planned, claim, frame, zone),
        lines=tuple(shown),
        lines_left_out=is_more or len(lines) > _SHOWN_LINES,
        ticks=tuple(Tick(frame.place_of(tick), _tick(tick, frame, zone)) for tick in ticks(frame)),
        height=_LINE * (len(shown) + 1),
        intervals=tuple(_shown(content, planned, zone)),
        intervals_left_out=max(len(planned.windows) - _SHOWN_INTERVALS, 0),
        days=tuple(days),
        audience=audience_of(content.targets),
        bindings=tuple(bindings_of(program.id, content.targets)),
        remarks=(*remarks, *_remarks(content, program, planned, now, is_cancelled(timing, planned))),
    )


def _extent(spans: Sequence[Span], planned: Schedule, now: datetime) -> tuple[datetime, datetime]:
    """From the first start to the last end; of what never ends, the first week."""
    starts_at = min((span[0] for span in spans), default=planned.starts_at or now)
    ends = [span[1] for span in spans] or [planned.ends_at]
    known = [end for end in ends if end is not None]
    return starts_at, max(*known, starts_at) if len(known) == len(ends) else starts_at + _ENDLESS


def _own_line(content: EventContent, planned: Schedule, claim: Claim, frame: Frame, zone: ZoneInfo) -> Line:
    bars = tuple(bar for span in claim.spans if (bar := frame.bar(span[0], span[1])) is not None)
    starts, ends = _texts(planned.starts_at, planned.ends_at, zone)
    return Line(content.event_name, "", starts, ends, content.priority, bars, None)


def _line(other: Neighbour, claim: Claim, frame: Frame, zone: ZoneInfo) -> Line:
    bar = frame.bar(other.starts_at, other.ends_at)
    conflict = conflict_of(claim, other.claim)
    starts, ends = _texts(other.starts_at, other.ends_at, zone)
    from_, to = _texts(conflict.starts_at, conflict.ends_at, zone) if conflict else ("", "")
    bars = (bar,) if bar is not None else ()
    return Line(other.name, other.id, starts, ends, other.claim.priority, bars, conflict, from_, to)


def _texts(starts_at: datetime | None, ends_at: datetime | None, zone: ZoneInfo) -> tuple[str, str]:
    return (
        label(starts_at, zone) if starts_at else _("always there"),
        label(ends_at, zone) if ends_at else _("open"),
    )


def _most_telling_first(line: Line) -> tuple[bool, str]:
    return line.conflict is None, line.starts


def _tick(tick: datetime, frame: Frame, zone: ZoneInfo) -> str:
    local = tick.astimezone(zone)
    return f"{local:%H:%M}" if frame.ends_at - frame.starts_at < timedelta(days=2) else f"{local:%d-%m}"


def _shown(content: EventContent, planned: Schedule, zone: ZoneInfo) -> Iterable[Shown]:
    intervals = content.members.get("intervals", [])
    for window in planned.windows[:_SHOWN_INTERVALS]:
        starts, ends = _texts(window.starts_at, window.ends_at, zone)
        payloads = [] if window.is_implied else intervals[window.position]["payloads"]
        values = ", ".join(
            f"{payload['type']} {' '.join(str(value) for value in payload['values'])}" for payload in payloads
        )
        yield Shown(starts, ends, label(window.starts_at, ZoneInfo("UTC"))[:16], values)


def _remarks(
    content: EventContent, program: Program, planned: Schedule, now: datetime, cancelled: bool
) -> Iterable[str]:
    if cancelled:
        yield _("This is how a cancelled event is written: VENs stop following it")
    elif planned.ends_at is not None and planned.ends_at <= now:
        yield _("It has ended before it is saved: no VEN will act on it")
    elif planned.starts_at is not None and planned.starts_at <= now:
        yield _("It has begun already: it is active as soon as it is published")
    if program.targets and not content.targets:
        yield _("Every VEN sees it: an event does not inherit the targets of its program")
    for warnings in all_wired("event_warnings"):
        yield from warnings(content, now)
