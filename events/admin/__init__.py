"""The admin of events: what is written, what is reported of it, and which other systems follow it."""

from events.admin.bindings import BindingAdmin
from events.admin.calendars import HolidayCalendarAdmin
from events.admin.dr_events import DrEventAdmin, DrNotificationAdmin
from events.admin.drafts import EventDraftAdmin
from events.admin.events import EventAdmin
from events.reports import admin as reports_admin  # noqa: F401 - registers the pages of reports

__all__ = [
    "BindingAdmin",
    "DrEventAdmin",
    "DrNotificationAdmin",
    "EventAdmin",
    "EventDraftAdmin",
    "HolidayCalendarAdmin",
]
