"""Local times of a time zone, and the moments they stand for: none in the hour that is left out in spring, two in the
one that comes twice."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from vtn.local_time import midnight, moments_of


class Turn(StrEnum):
    """Which of the two is meant, where a local time comes twice."""

    UNSAID = ""
    FIRST = "first"
    SECOND = "second"


class BadLocalTime(ValueError):
    """A local time that is no moment, or two; the text says so to whoever wrote it."""


@cache
def zone_names() -> list[str]:
    """Those that staff may choose from, as `Europe/Amsterdam` and `UTC`."""
    return sorted(name for name in available_timezones() if re.match(r"[A-Z][a-z]+/|UTC$", name))


def moment_of(local: datetime, zone: ZoneInfo, turn: Turn = Turn.UNSAID) -> datetime:
    """The moment that is meant, in UTC. Raises `BadLocalTime`."""
    found = moments_of(local, zone)
    words = {"time": f"{local:%Y-%m-%d %H:%M}", "zone": zone.key}
    if not found:
        # Both readings of a time in the gap lie beside it, the later one as far behind as it lies before the gap's end.
        after = max(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        words["after"] = f"{after.astimezone(zone):%H:%M}"
        raise BadLocalTime(
            _(
                "%(time)s does not exist in %(zone)s: the clocks go forward over it. An hour later it is %(after)s"
            )
            % words
        )
    if len(found) == 2 and turn is Turn.UNSAID:
        words |= {"first": f"{found[0]:%H:%M}", "second": f"{found[1]:%H:%M}"}
        raise BadLocalTime(
            _(
                "%(time)s comes twice in %(zone)s: say whether the first (%(first)s UTC) or the second "
                "(%(second)s UTC) is meant"
            )
            % words
        )
    return found[-1] if turn is Turn.SECOND else found[0]


def shifted(moment: datetime, zone: ZoneInfo, *, days: int) -> datetime:
    """The same local time so many days later, or earlier. Raises `BadLocalTime`; of a time that comes twice there, the
    one that is as it was."""
    local = moment.astimezone(zone)
    turn = Turn.SECOND if local.fold else Turn.FIRST
    try:
        return moment_of(local.replace(tzinfo=None, fold=0) + timedelta(days=days), zone, turn)
    except OverflowError:
        raise BadLocalTime(_("That is beyond the calendar")) from None


def length_of_day(moment: datetime, zone: ZoneInfo) -> timedelta:
    """Of the local day that a moment lies in: 23, 24 or 25 hours nearly everywhere."""
    day = moment.astimezone(zone).date()
    return midnight(day + timedelta(days=1), zone) - midnight(day, zone)


def label(moment: datetime, zone: ZoneInfo) -> str:
    """For people: the local time and how far it is from UTC, so that the hour that comes twice is told apart."""
    local = moment.astimezone(zone)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:5]}"
