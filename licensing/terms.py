"""When a licence holds: pure rules, for our own licences and for those that Eniris tells of. Reasons are in
the language of whoever asks: that of staff in the admin, and English everywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _


class Unit(StrEnum):
    """What a licence's `duration` is counted in. Eniris does not say."""

    MONTHS = "months"
    YEARS = "years"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Term:
    """The dates of a licence as they are stored. `deactivated_at` is one that somebody has set."""

    activated_at: datetime | None
    deactivated_at: datetime | None
    duration: int


def end_of(term: Term, unit: str) -> datetime | None:
    """The moment from which on the licence holds no more; None for one that is not activated, or never ends.

    Interpretation: Eniris documents neither the unit of `duration` nor what sets `deactivationDate`. A date that is
    there wins, always. Without one a licence ends `duration` after its activation, counted in UTC: a month or a year
    later it is the same day and time, or the last day of a month that has no such day. A duration of 0, that of the
    documents' sample, does not end it.
    """
    if term.deactivated_at is not None:
        return term.deactivated_at
    if term.activated_at is None or term.duration <= 0:
        return None
    try:
        return term.activated_at.astimezone(UTC) + _length(term.duration, unit)
    except (OverflowError, ValueError):
        return None  # after the end of the calendar


def why_not(term: Term, *, at: datetime, unit: str) -> str:
    """What keeps the licence from holding then, in words; nothing if it does. It holds from its activation on, and not
    any more at its end."""
    if term.activated_at is None:
        return _("is not activated")
    if term.activated_at > at:
        return _("begins on %s") % f"{term.activated_at:%Y-%m-%d}"
    end = end_of(term, unit)
    return _("ended on %s") % f"{end:%Y-%m-%d}" if end is not None and end <= at else ""


def _length(count: int, unit: str) -> relativedelta:
    if unit == Unit.DAYS:
        return relativedelta(days=count)
    return relativedelta(years=count) if unit == Unit.YEARS else relativedelta(months=count)
