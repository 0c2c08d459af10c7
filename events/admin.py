"""Events in the admin, with their intervals to read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from events import services
from events.models import Event, Interval
from events.reports import admin as reports_admin  # noqa: F401 - registers the pages of reports
from events.wire import v310
from vtn.admin.base import ServiceAdmin
from vtn.admin.content import ContentForm
from vtn.wire import body

_SHOWN_INTERVALS = 200


class EventForm(ContentForm):
    own_members = frozenset({"programID", "eventName", "priority", "targets"})
    blank = {
        "intervalPeriod": {"start": "2030-01-01T12:00:00Z", "duration": "PT1H"},
        "intervals": [{"id": 0, "payloads": [{"type": "SIMPLE", "values": [1]}]}],
    }

    class Meta:
        model = Event
        fields = ("program", "event_name", "priority", "targets")
        widgets = {"event_name": forms.TextInput(attrs={"class": "vTextField"})}

    def members(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        named = {
            "programID": (cleaned.get("program") or self.instance.program).id,
            "eventName": cleaned["event_name"] or None,
            "priority": cleaned["priority"],
        }
        return {name: value for name, value in named.items() if value is not None}

    def parse(self, written: dict[str, Any]) -> Any:
        return v310.parse_event(written)


@admin.register(Event)
class EventAdmin(ServiceAdmin):
    form = EventForm
    list_display = ("__str__", "program", "starts_at", "ends_at", "priority", "targets", "modified_at")
    list_select_related = ("program",)
    list_filter = (("program", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("event_name", "id__exact", "program__program_name", "targets__icontains")
    search_help_text = "A name, an id, a program's name or a target"
    ordering = ("-created_at", "-id")
    autocomplete_fields = ("program",)
    fields = (
        "program",
        "event_name",
        "priority",
        "targets",
        "rest",
        "intervals_table",
        "id",
        "created_at",
        "modified_at",
    )
    derived_fields = ("intervals_table", "id", "created_at", "modified_at")
    readonly_fields = derived_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An event stays in its program."""
        return (*self.readonly_fields, "program") if obj else self.readonly_fields

    @admin.display(description="starts", ordering="span__startswith")
    def starts_at(self, event: Event) -> Any:
        return event.starts_at or "always there"

    @admin.display(description="ends", ordering="span__endswith")
    def ends_at(self, event: Event) -> Any:
        return event.ends_at or "open"

    @admin.display(description="intervals")
    def intervals_table(self, event: Event) -> SafeString | str:
        """The windows worked out, in the time zone of the admin."""
        rows = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", _rows(event))
        return format_html(
            "<table><tr><th>id</th><th>from</th><th>to</th><th>payloads</th></tr>{}</table>{} {}",
            rows,
            _left_out(event),
            _repetition(event),
        )

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        caller, now = self.caller(request), timezone.now()
        if change:
            saved = services.update_event(caller=caller, event_id=obj.id, content=form.content, now=now)
        else:
            saved = services.create_event(caller=caller, content=form.content, now=now)
        self.adopt(obj, saved)

    def delete_model(self, request: HttpRequest, obj: Event) -> None:
        services.delete_event(caller=self.caller(request), event_id=obj.id, now=timezone.now())


def _rows(event: Event) -> list[tuple[Any, ...]]:
    return [
        (
            "–" if interval.interval_id is None else interval.interval_id,
            _moment(interval.starts_at),
            _moment(interval.ends_at) if interval.ends_at else "open",
            _payloads(interval),
        )
        for interval in event.intervals.order_by("position")[:_SHOWN_INTERVALS]
    ]


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S %Z")


def _payloads(interval: Interval) -> str:
    return ", ".join(
        f"{payload['type']} {' '.join(body.encode_text(value) for value in payload['values'])}"
        for payload in interval.payloads
    )


def _left_out(event: Event) -> str:
    more = event.intervals.count() - _SHOWN_INTERVALS
    return f"And {more} more." if more > 0 else ""


def _repetition(event: Event) -> str:
    if event.repeats_every is None:
        return ""
    until = _moment(event.ends_at) if event.ends_at else "it is changed"
    return f"Repeated every {event.repeats_every} until {until}."
