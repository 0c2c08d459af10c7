"""Local days and times as moments, on the days of a clock change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vtn import errors


class NoSuchZone(errors.Invalid):
    """Its text can stand behind the name of a member."""


def zone_named(name: str) -> ZoneInfo:
    """Raises `NoSuchZone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # for names of all kinds that are none
        raise NoSuchZone(f"there is no time zone '{name[:64]}'") from None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a local day begins, in UTC. Where the clock change skips midnight it is the change."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def is_midnight(moment: datetime, zone: ZoneInfo) -> bool:
    return moment == midnight(moment.astimezone(zone).date(), zone)


def moments_of(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments in UTC at which clocks show this time: one, two when it happens twice in autumn, none when
    it is skipped in spring."""
    moments = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    shown = {moment: moment.astimezone(zone).replace(tzinfo=None, fold=0) for moment in moments}
    return tuple(sorted(moment for moment in moments if shown[moment] == local))


def at_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which clocks first show this time on a local day; the one after the change, where it is
    skipped."""
    moments = moments_of(datetime.combine(day, clock), zone)
    return moments[0] if moments else datetime.combine(day, clock, zone).astimezone(UTC)
