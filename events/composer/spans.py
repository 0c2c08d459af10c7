"""When the intervals of a grid are: by their step, or as each of them says."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.composer.local import BadLocalTime, Turn, label, moment_of
from events.composer.tables import Fault, Row, looks_like_time
from vtn.local_time import moments_of

_DAY = timedelta(days=1)

Span = tuple[datetime, datetime]


def stepped(
    rows: list[Row], step: timedelta, start: datetime | None, zone: ZoneInfo, faults: list[Fault]
) -> list[Span]:
    """Absolute steps: on a day of 25 hours there are 25 of an hour."""
    if start is None:
        start = _start_in(rows, zone, faults)
    if start is None:
        return []
    spans = []
    for place, row in enumerate(rows):
        begins = start + place * step
        spans.append((begins, begins + step))
        for time_cell, expected in zip(row.times, spans[-1], strict=False):
            if not _is_at(time_cell, expected, zone):
                said = {"found": time_cell, "expected": label(expected, zone)}
                text = _(
                    "'%(found)s' is not where the row is, which is %(expected)s: something is missing, or double"
                )
                faults.append(Fault(text % said, row.number, _("time")))
    return spans


def _start_in(rows: list[Row], zone: ZoneInfo, faults: list[Fault]) -> datetime | None:
    first = rows[0].times[0] if rows[0].times else ""
    local, offset = _read_time(first)
    if local is None:
        faults.append(Fault(_("Say when the first interval starts")))
        return None
    return _moment(local, offset, zone, None, 1, faults)


def _is_at(cell: str, expected: datetime, zone: ZoneInfo) -> bool:
    """Whether a time that was written is this moment; where only hours are written, whether it shows those."""
    match = looks_like_time(cell)
    if match is None:
        return False
    read, offset = _read_time(cell)
    if read is not None:
        found = moments_of(read, zone) if offset is None else [(read - offset).replace(tzinfo=UTC)]
        return expected in found
    local = expected.astimezone(zone)
    hour, minute = map(int, match["time"].split(":"))
    return match["date"] is None and (hour % 24, minute) == (local.hour, local.minute)


def free(rows: list[Row], start: datetime | None, zone: ZoneInfo, faults: list[Fault]) -> list[Span]:
    """Each row says from when to when. A time without a date is the next one that shows it."""
    spans: list[Span] = []
    before = start
    for row in rows:
        span = _span(row, before, zone, faults)
        if span is None:
            return spans
        if spans and span[0] < spans[-1][1]:
            faults.append(Fault(_("it starts before the one above it has ended"), row.number, _("time")))
        spans.append(span)
        before = span[1]
    return spans


def _span(row: Row, before: datetime | None, zone: ZoneInfo, faults: list[Fault]) -> Span | None:
    if len(row.times) != 2:
        faults.append(Fault(_("it needs two times, from and to"), row.number))
        return None
    begins = _next(row.times[0], before, zone, row.number, faults)
    ends = _next(row.times[1], begins, zone, row.number, faults, is_later=True) if begins else None
    if begins is None or ends is None:
        return None
    if ends <= begins:
        faults.append(Fault(_("it ends before it has begun"), row.number, _("time")))
        return None
    return begins, ends


def _next(
    cell: str,
    before: datetime | None,
    zone: ZoneInfo,
    row: int,
    faults: list[Fault],
    *,
    is_later: bool = False,
) -> datetime | None:
    local, offset = _read_time(cell)
    if local is not None:
        return _moment(local, offset, zone, before, row, faults)
    match = looks_like_time(cell)
    if match is None or before is None:
        faults.append(Fault(_("'%(cell)s' needs a date") % {"cell": cell[:40]}, row, _("time")))
        return None
    hour, minute = map(int, match["time"].split(":"))
    if match["date"] or hour > 24 or minute > 59 or (hour == 24 and minute):
        faults.append(Fault(_("'%(cell)s' is no time that there is") % {"cell": cell[:40]}, row, _("time")))
        return None
    day = datetime.combine(before.astimezone(zone).date(), time())
    for each in (day, day + _DAY, day + 2 * _DAY):
        for moment in moments_of(each + timedelta(hours=hour, minutes=minute), zone):
            if moment > before or (moment == before and not is_later):
                return moment
    return None


def _moment(
    local: datetime,
    offset: timedelta | None,
    zone: ZoneInfo,
    before: datetime | None,
    row: int,
    faults: list[Fault],
) -> datetime | None:
    """Of a time that comes twice, the first that is not before what came before."""
    if offset is not None:
        return (local - offset).replace(tzinfo=UTC)
    found = moments_of(local, zone)
    if before is not None and len(found) == 2:
        return found[0] if found[0] >= before else found[1]
    try:
        return moment_of(local, zone, Turn.UNSAID)
    except BadLocalTime as error:
        faults.append(Fault(str(error), row, _("time")))
        return None


def _read_time(cell: str) -> tuple[datetime | None, timedelta | None]:
    """The date and time, and the distance from UTC where that is said. Nothing where there is no date."""
    match = looks_like_time(cell)
    if match is None or match["date"] is None:
        return None, None
    parts = [int(part) for part in match["date"].split("-")]
    year, month, day = parts if len(match["date"].split("-")[0]) == 4 else reversed(parts)
    hour, minute = map(int, match["time"].split(":"))
    try:
        return datetime(year, month, day, hour, minute), _offset(match["offset"])
    except ValueError:
        return None, None


def _offset(text: str | None) -> timedelta | None:
    if text is None or text == "Z":
        return None if text is None else timedelta(0)
    hours, minutes = int(text[1:3]), int(text[-2:])
    return (-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)
