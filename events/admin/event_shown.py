"""How an event is shown in the admin: its phase, and its intervals worked out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from events.content import timing_of
from events.models import Event, Interval
from events.timeline import Phase, moment_of, schedule
from vtn.admin.tables import heads
from vtn.shown_moments import TO_THE_MINUTE, moment_text
from vtn.wire import body

_SHOWN_INTERVALS = 200


def intervals_of(event: Event) -> SafeString | str:
    """The windows worked out, in the time zone of the admin."""
    rows = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", _rows(event))
    return format_html(
        "<table><tr>{}</tr>{}</table>{} {}",
        heads(_("id"), _("from"), _("to"), _("payloads")),
        rows,
        _left_out(event),
        _repetition(event),
    )


def phase_of(event: Event, now: datetime) -> str:
    """By its span, where that tells: an event of many intervals need not be worked out."""
    if event.starts_at is None or event.starts_at != event.ends_at:
        if event.starts_at is not None and now < event.starts_at:
            return _(Phase.ANNOUNCED.value)
        return _((Phase.ENDED if event.ends_at is not None and event.ends_at <= now else Phase.ACTIVE).value)
    timing = timing_of(event.content)
    return _(moment_of(timing, schedule(timing, now=event.modified_at), now).phase.value)


def times_of(event: Event) -> str:
    """From when to when it is, in the time zone of the admin."""
    starts = moment_text(event.starts_at, _("always there"), TO_THE_MINUTE)
    return f"{starts} – {moment_text(event.ends_at, _('open'), TO_THE_MINUTE)}"


def _rows(event: Event) -> list[tuple[Any, ...]]:
    return [
        (
            "–" if interval.interval_id is None else interval.interval_id,
            moment_text(interval.starts_at),
            moment_text(interval.ends_at, _("open")),
            _payloads(interval),
        )
        for interval in event.intervals.order_by("position")[:_SHOWN_INTERVALS]
    ]


def _payloads(interval: Interval) -> str:
    return ", ".join(
        f"{payload['type']} {' '.join(body.encode_text(value) for value in payload['values'])}"
        for payload in interval.payloads
    )


def _left_out(event: Event) -> str:
    more = event.intervals.count() - _SHOWN_INTERVALS
    return _("And %(number)s more.") % {"number": more} if more > 0 else ""


def _repetition(event: Event) -> str:
    if event.repeats_every is None:
        return ""
    if event.ends_at is None:
        return _("Repeated every %(every)s until it is changed.") % {"every": event.repeats_every}
    until = moment_text(event.ends_at)
    return _("Repeated every %(every)s until %(until)s.") % {"every": event.repeats_every, "until": until}
