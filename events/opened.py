"""What a grant opens, for the page of a VEN in the admin, whose app knows nothing of programs and events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from events.models import Event, EventTarget
from programs.models import Program

_COUNTED, _SHOWN = 1_000, 5


@dataclass(frozen=True, slots=True)
class Opened:
    """How many objects of a kind there are (where `is_more`, at least so many), and the newest of them."""

    name: str
    count: int
    is_more: bool
    first: list[Any]


def seen_with_targets(granted: frozenset[str]) -> list[Opened]:
    """The programs and events that a VEN sees because it is granted these targets."""
    ways = EventTarget.objects.filter(target__in=granted - {EventTarget.UNTARGETED})
    return [
        _opened("programs", Program.objects.filter(targets__overlap=sorted(granted))),
        _opened("events", Event.objects.filter(id__in=ways.values("event_id"))),
    ]


def _opened(name: str, objects: QuerySet[Any]) -> Opened:
    count = objects[: _COUNTED + 1].count()
    newest = list(objects.order_by("-created_at", "-id")[:_SHOWN])
    return Opened(name, min(count, _COUNTED), count > _COUNTED, newest)
