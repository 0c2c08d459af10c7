"""Events that come back each week: on which days, and what each of them is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.composer.changes import CannotChange, moved

MOST_OCCURRENCES = 400
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Weekly:
    """On these days of the week (Monday is 0) until a date, that day included, but on none that is skipped."""

    weekdays: frozenset[int]
    until: date
    skipped: frozenset[date] = frozenset()


def days_of(weekly: Weekly, first: date) -> list[date]:
    """The days on which there is an event, none before the first. Raises `CannotChange` for none, or too many."""
    found = list(islice(_days(weekly, first), MOST_OCCURRENCES + 1))
    if not found:
        raise CannotChange(_("On none of these days until then is there an event"))
    if len(found) > MOST_OCCURRENCES:
        raise CannotChange(_("That makes more than %(most)s events") % {"most": MOST_OCCURRENCES})
    return found


def occurrences(
    members: dict[str, Any], days: Collection[date], *, first: date, zone: ZoneInfo
) -> Iterator[dict[str, Any]]:
    """The event of the first day on each of these days, at the same local time. Raises `CannotChange`."""
    for day in days:
        try:
            yield moved(members, days=(day - first).days, zone=zone)
        except CannotChange as error:
            raise CannotChange(f"{day}: {error}") from None


def _days(weekly: Weekly, first: date) -> Iterator[date]:
    day = first
    while day <= weekly.until:
        if day.weekday() in weekly.weekdays and day not in weekly.skipped:
            yield day
        day += _DAY
