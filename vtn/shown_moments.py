"""Moments as people read them, in the time zone of the admin.

In UTC where that zone's calendar ends before: 9999-12-31T23:59:59Z is how some clients write for ever.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone

TO_THE_MINUTE = "%Y-%m-%d %H:%M %Z"
_TO_THE_SECOND = "%Y-%m-%d %H:%M:%S %Z"


def moment_text(moment: datetime | None, otherwise: str = "–", form: str = _TO_THE_SECOND) -> str:
    return otherwise if moment is None else (_local(moment) or moment.astimezone(UTC)).strftime(form)


def showable(moment: datetime | None, otherwise: str = "–") -> datetime | str:
    """For Django, which shows moments in words, and fails where the calendar ends."""
    return moment_text(moment, otherwise) if moment is None or _local(moment) is None else moment


def _local(moment: datetime) -> datetime | None:
    try:
        return timezone.localtime(moment)
    except OverflowError:
        return None
