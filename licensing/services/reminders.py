"""Tells staff in time that licences end: each time once, however often it is asked to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q

from licensing.models import Reminder
from licensing.queries import expiring

# A process that has died with reminders in hand is not waited for longer than this.
_LEASE = timedelta(hours=1)


def remind(*, to: Sequence[str], days: Sequence[int], now: datetime) -> int:
    """Sends one mail about all licences that end within so many days and were not told of yet; how many those were.

    The rows are written before, and marked afterwards: a mail that cannot be sent is sent the next time, and one whose
    sender dies just then is sent twice rather than not at all. No transaction is open while it is sent.
    """
    if not to or not days:
        return 0
    _note(days, now)
    taken = _take(now)
    if not taken:
        return 0
    told = {reminder.license_id: reminder for reminder in taken}
    lines = [_line(each, now) for each in sorted(told.values(), key=lambda each: each.ends_at)]
    try:
        send_mail(_subject(len(lines)), "\n".join([*lines, ""]), None, list(to))
    except Exception:
        Reminder.objects.filter(id__in=[each.id for each in taken]).update(taken_at=None)
        raise
    Reminder.objects.filter(id__in=[each.id for each in taken]).update(sent_at=now)
    return len(lines)


def _note(days: Sequence[int], now: datetime) -> None:
    """A row for each limit that was passed. Of several that were passed at once one mail tells."""
    rows = [
        Reminder(license=license, ends_at=ends_at, days=limit)
        for license, ends_at in expiring(now=now, within=timedelta(days=max(days)))
        for limit in days
        if ends_at - now <= timedelta(days=limit)
    ]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)


def _take(now: datetime) -> list[Reminder]:
    """Those that nobody else has in hand. What was moved or is over meanwhile is told of no more."""
    free = Q(taken_at=None) | Q(taken_at__lte=now - _LEASE)
    with transaction.atomic():
        waiting = Reminder.objects.select_for_update(skip_locked=True).filter(free, sent_at=None)
        mine = list(waiting.values_list("id", flat=True))
        Reminder.objects.filter(id__in=mine).update(taken_at=now)
    found = Reminder.objects.filter(id__in=mine).select_related(
        "license__order__customer", "license__datalink__controller"
    )
    good = [each for each in found if each.license.ends_at == each.ends_at and each.ends_at > now]
    Reminder.objects.filter(id__in={*mine} - {each.id for each in good}).delete()
    return good


def _subject(count: int) -> str:
    return "A licence ends soon" if count == 1 else f"{count} licences end soon"


def _line(reminder: Reminder, now: datetime) -> str:
    license, left = reminder.license, (reminder.ends_at - now).days
    datalink = getattr(license, "datalink", None)
    whose = f"of {license.order.customer}" + (f", controller {datalink.controller}" if datalink else "")
    when = "in less than a day" if left < 1 else f"in {left} day{'' if left == 1 else 's'}"
    return f"{license} {whose}: ends {when}, on {reminder.ends_at:%Y-%m-%d %H:%M} UTC"
