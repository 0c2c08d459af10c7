"""What the composer's form is filled in with, from what it begins with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.admin.composer_fields import FREE, STEPS
from events.admin.composer_source import Source
from events.composer.changes import CannotChange, has_been_cancelled
from events.composer.content import grid_of
from events.composer.grid import Grid, format_grid
from events.composer.local import Turn
from vtn.local_time import moments_of


def initial_of(source: Source, zone: ZoneInfo) -> dict[str, Any]:
    """Raises `CannotChange` where the content says more than a grid can."""
    blank = {"token": uuid4().hex, "zone": zone.key, "step": "60", "seen": _seen(source)}
    if not source.content:
        return {**blank, "payload_types": _first_type(source)}
    grid = grid_of(source.content)
    if grid is None:
        raise CannotChange(_why_no_grid(source.content))
    begins, draft = grid.starts_at.astimezone(zone), source.draft
    minutes = str((grid.step or timedelta(0)) // timedelta(minutes=1))
    return {
        **blank,
        "version": draft.version if draft else None,
        "event_name": source.content.get("eventName", ""),
        "priority": source.content.get("priority"),
        "targets": source.content.get("targets", []),
        "payload_types": " ".join(grid.types),
        # A template is for another day.
        "start_date": None if source.template else begins.date(),
        "start_time": begins.time(),
        "turn": _turn(grid.starts_at, zone),
        "step": minutes if minutes in STEPS else FREE,
        "grid": format_grid(grid if minutes in STEPS else Grid(grid.types, None, grid.cells), zone),
        "weekdays": draft.weekdays if draft else [],
        "until": draft.until if draft else None,
        "calendar": draft.calendar_id if draft else None,
        "kept_as": draft.name if draft else "",
    }


def _why_no_grid(content: dict[str, Any]) -> str:
    if has_been_cancelled(content):
        return _("A cancelled event has no times to begin from")
    return _("This event says more than a grid can show; edit it as JSON")


def _seen(source: Source) -> str:
    return source.began_from.isoformat() if source.began_from else ""


def _turn(moment: datetime, zone: ZoneInfo) -> str:
    """Said only where it has to be."""
    found = moments_of(moment.astimezone(zone).replace(tzinfo=None, fold=0), zone)
    if len(found) < 2:
        return Turn.UNSAID.value
    return (Turn.FIRST if found[0] == moment else Turn.SECOND).value


def _first_type(source: Source) -> str:
    types = described_types(source)
    return types[0] if types else ""


def described_types(source: Source) -> list[str]:
    """Those of events that the program describes."""
    descriptors = source.program.content.get("payloadDescriptors") or []
    return [
        each["payloadType"] for each in descriptors if each.get("objectType") == "EVENT_PAYLOAD_DESCRIPTOR"
    ]
