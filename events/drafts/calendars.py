"""Calendars of holidays: read from what somebody typed or from a CSV file, and kept."""

from __future__ import annotations

import csv
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.drafts.models import HolidayCalendar
from vtn import errors
from vtn.audit import record_described
from vtn.caller import Caller
from vtn.constraints import refused_by

_MOST_DAYS, _LONGEST_NAME = 2_000, 128


class NameTaken(errors.Conflict):
    """Another calendar has this name."""


class BadDays(errors.Invalid):
    """Some line is no day; the text says which."""


def parse_days(text: str) -> dict[str, str]:
    """A day on each line, `2026-12-25;Christmas`, with or without a name behind a tab, a semicolon or a comma; a header
    and empty lines are left out. Raises `BadDays`."""
    text = text.removeprefix("\ufeff")
    delimiter = next((mark for mark in ("\t", ";") if mark in text), ",")
    found: dict[str, str] = {}
    for number, line in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), start=1):
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        day = _day(cells[0])
        if day is not None:
            found[day.isoformat()] = " ".join(filter(None, cells[1:]))[:_LONGEST_NAME].replace("\0", "")
        elif number > 1 or any(mark.isdigit() for mark in cells[0]):
            said = {"line": number, "text": cells[0][:40]}
            raise BadDays(_("Line %(line)s: '%(text)s' is no date such as 2026-12-25") % said)
    if len(found) > _MOST_DAYS:
        raise BadDays(_("These are more than %(most)s days") % {"most": _MOST_DAYS})
    return dict(sorted(found.items()))


def as_text(days: dict[str, str]) -> str:
    """As `parse_days` reads it."""
    return "\n".join(f"{day};{name}" if name else day for day, name in sorted(days.items()))


def days_in(calendar: HolidayCalendar | None) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, calendar.days)) if calendar else frozenset()


def save_calendar(*, caller: Caller, calendar: HolidayCalendar, now: datetime) -> HolidayCalendar:
    """Creates or replaces it. Series that were planned with it stay as they are. Raises `NameTaken`."""
    taken = NameTaken(_("There is already a calendar of this name"))
    with refused_by({"events_holidaycalendar_name_key": taken}), transaction.atomic():
        before = HolidayCalendar.objects.select_for_update().filter(pk=calendar.pk).first()
        calendar.save()
        _record(calendar, before, calendar, caller, now)
    return calendar


@transaction.atomic
def delete_calendar(*, caller: Caller, calendar: HolidayCalendar, now: datetime) -> None:
    _record(calendar, calendar, None, caller, now)
    HolidayCalendar.objects.filter(pk=calendar.pk).delete()


def _record(
    calendar: HolidayCalendar,
    before: HolidayCalendar | None,
    after: HolidayCalendar | None,
    caller: Caller,
    now: datetime,
) -> None:
    described = _described(before), _described(after)
    record_described("HOLIDAYS", calendar.pk, *described, caller=caller, now=now)


def _described(calendar: HolidayCalendar | None) -> dict[str, Any] | None:
    return None if calendar is None else {"name": calendar.name, "days": calendar.days}


def _day(text: str) -> date | None:
    """`2026-12-25`, or `25-12-2026` as Dutch spreadsheets have it."""
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
