"""Events along the time, as shares of a width: pure, whoever draws it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Event
from events.overview import AHEAD, BEFORE
from vtn.admin.addresses import page_address
from vtn.panels import Bar, Drawing, Lane

_SHOWN_LANES = 30
_THINNEST = 0.004  # what is shorter could not be seen, or hit
_MARK_EVERY, _LABEL = timedelta(hours=4), timedelta(hours=1)  # as wide as the text beside a mark


def draw(events: Iterable[Event], now: datetime) -> Drawing:
    """A lane for each program; `events` come in the order of programs."""
    begins = now - BEFORE
    lanes = tuple(
        Lane(name, tuple(_bar(event, begins, now) for event in group))
        for name, group in groupby(events, key=lambda event: event.program.program_name)
    )
    title = _("Events from %(begins)s to %(ends)s") % {
        "begins": _clock(begins),
        "ends": _clock(begins + BEFORE + AHEAD),
    }
    return Drawing(title, lanes[:_SHOWN_LANES], tuple(_marks(begins)), _share(now, begins))


def _bar(event: Event, begins: datetime, now: datetime) -> Bar:
    start = 0.0 if event.starts_at is None else _share(event.starts_at, begins)
    end = 1.0 if event.ends_at is None else _share(event.ends_at, begins)
    is_coming = event.starts_at is not None and event.starts_at > now
    return Bar(
        str(event), page_address("events_event", event.id), start, max(end, start + _THINNEST), is_coming
    )


def _marks(begins: datetime) -> Iterable[tuple[float, str]]:
    """The first one says in which zone they all are. None is where its text would be cut off."""
    local = timezone.localtime(begins)
    mark = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=4 - local.hour % 4)
    zone = f" {mark:%Z}"
    while mark <= begins + BEFORE + AHEAD - _LABEL:
        yield _share(mark, begins), _clock(mark) + zone
        mark, zone = mark + _MARK_EVERY, ""


def _share(moment: datetime, begins: datetime) -> float:
    return min(max((moment - begins) / (BEFORE + AHEAD), 0.0), 1.0)


def _clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")
