"""Calendars of holidays in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from events.drafts import calendars
from events.drafts.models import HolidayCalendar
from vtn import errors
from vtn.admin.base import ServiceAdmin
from vtn.admin.uploads import UploadField


class CalendarForm(forms.ModelForm):
    days = forms.CharField(
        label=_("days"),
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 16, "spellcheck": "false"}),
        help_text=_("One per line, with or without a name: 2026-12-25;Christmas"),
    )
    file = UploadField(
        label=_("or a CSV file"),
        required=False,
        most_bytes=1 << 20,
        help_text=_("It takes the place of the days above."),
    )

    class Meta:
        model = HolidayCalendar
        fields = ("name", "days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["days"] = calendars.as_text(self.instance.days)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        text = file.read().decode("utf-8-sig", errors="replace") if file else cleaned.get("days", "")
        try:
            cleaned["days"] = calendars.parse_days(text)
        except errors.Invalid as error:
            self.add_error("file" if file else "days", error.detail)
        return cleaned


@admin.register(HolidayCalendar)
class HolidayCalendarAdmin(ServiceAdmin):
    form = CalendarForm
    object_type = "HOLIDAYS"
    fields = ("name", "days", "file")
    list_display = ("name", "number_of_days")
    search_fields = ("name",)
    ordering = ("name",)

    @admin.display(description=_("days"))
    def number_of_days(self, calendar: HolidayCalendar) -> int:
        return len(calendar.days)

    def save_model(self, request: HttpRequest, obj: HolidayCalendar, form: Any, change: bool) -> None:
        calendars.save_calendar(caller=self.caller(request), calendar=obj, now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: HolidayCalendar) -> None:
        calendars.delete_calendar(caller=self.caller(request), calendar=obj, now=timezone.now())
