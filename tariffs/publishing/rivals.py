"""Sees to it that a program has one price for a moment: of one tariff, or of a day-ahead market."""

from __future__ import annotations

from datetime import date, datetime

from events.models import Event
from programs.models import Program
from tariffs.publishing.models import Publication
from tariffs.rates.kinds import Kind
from vtn import errors

_DAY_AHEAD = "day-ahead prices "


class CurvePublishedTwice(errors.Conflict):
    """VENs could not tell which of two values for one moment is theirs."""


def day_ahead_name(day: date) -> str:
    """One event per program and day has this name; it is found again by it."""
    return f"{_DAY_AHEAD}{day.isoformat()}"


def require_no_day_ahead_prices(program: Program, now: datetime) -> None:
    """Raises `CurvePublishedTwice` where some are there for times to come."""
    found = Event.objects.filter(
        program=program, event_name__startswith=_DAY_AHEAD, span__endswith__gt=now
    ).first()
    if found is not None:
        raise CurvePublishedTwice(f"The program '{program}' has imported prices, such as '{found}'")


def require_no_tariff(program: Program) -> None:
    """Raises `CurvePublishedTwice` where a tariff's prices are published."""
    found = Publication.objects.filter(program=program, kind=Kind.PRICE, is_enabled=True).first()
    if found is not None:
        raise CurvePublishedTwice(
            f"The program '{program}' has the prices of the tariff '{found.tariff}'; disable that publication first"
        )
