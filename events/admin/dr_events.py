"""Ecosuite's DR events in the admin, with who is told of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSplitDateTimeWidget, UnfoldAdminTextInputWidget

from events.dr_events import queries, services
from events.dr_events.content import DrEventContent
from events.dr_events.goals import payload_of
from events.dr_events.models import DrEvent, DrNotification
from events.dr_events.priorities import WORDS, word_of
from participants.queries.participants import of_targets, targets_of
from vtn.admin.addresses import list_address, page_address
from vtn.admin.base import ReadOnlyAdmin, ServiceAdmin
from vtn.admin.fields import TargetsField

_SHOWN = 200

_moment = partial(
    forms.SplitDateTimeField,
    widget=UnfoldAdminSplitDateTimeWidget,
    help_text=format_lazy(gettext_lazy("In the time zone {zone}."), zone=settings.TIME_ZONE),
)


class DrEventForm(forms.ModelForm):
    name = forms.CharField(label=gettext_lazy("name"), widget=UnfoldAdminTextInputWidget())
    priority = forms.ChoiceField(
        label=gettext_lazy("priority"),
        choices=[(word, word) for word in WORDS],
        widget=UnfoldAdminSelectWidget,
    )
    starts_at = _moment(label=gettext_lazy("starts at"))
    ends_at = _moment(label=gettext_lazy("ends at"))
    notification_at = _moment(label=gettext_lazy("notification at"))
    participants = TargetsField(
        label=gettext_lazy("participants"),
        required=True,
        help_text=gettext_lazy("Their codes or ids, one per line."),
    )

    class Meta:
        model = DrEvent
        fields = ("goal",)
        help_texts = {
            "goal": gettext_lazy(
                "For example: shed 250 kW, limit 40 kW, limit export to 1.5 MW. Any other text is for people, and "
                "VENs get SIMPLE 1."
            )
        }
        widgets = {"goal": UnfoldAdminTextInputWidget()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            shown = queries.dr_event(self.instance.pk)
            self.initial = {
                **self.initial,
                "name": shown.name,
                "priority": word_of(shown.priority),
                "starts_at": shown.starts_at,
                "ends_at": shown.ends_at,
                "notification_at": shown.notification_at,
                "participants": list(shown.participants),
            }

    def clean_participants(self) -> list[str]:
        named: list[str] = self.cleaned_data["participants"]
        known = targets_of(named)
        if missing := [name for name in named if name not in known]:
            raise forms.ValidationError(_("There is no participant '%(name)s'") % {"name": missing[0]})
        return named

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and cleaned["ends_at"] <= cleaned["starts_at"]:
            self.add_error("ends_at", _("The event ends before it has begun"))
        return cleaned

    @property
    def content(self) -> DrEventContent:
        members = {name: self.cleaned_data[name] for name in ("priority", "name", "goal")}
        return DrEventContent(
            **members,
            starts_at=self._kept("starts_at"),
            ends_at=self._kept("ends_at"),
            notification_at=self._kept("notification_at"),
            participants=tuple(self.cleaned_data["participants"]),
            members={} if self.instance._state.adding else self.instance.content,
        )

    def _kept(self, name: str) -> Any:
        """A form shows whole seconds: what nobody has touched keeps its fractions."""
        return self.cleaned_data[name] if name in self.changed_data else self.initial[name]


@admin.register(DrEvent)
class DrEventAdmin(ServiceAdmin):
    form = DrEventForm
    object_type = "DR_EVENT"
    list_display = ("__str__", "starts", "ends", "priority_word", "goal", "notification_at", "is_sent")
    search_fields = ("event__event_name", "event__id__exact", "goal", "event__targets__icontains")
    search_help_text = gettext_lazy("A name, an id, a goal or the code of a participant")
    ordering = ("-event__created_at", "-event_id")
    derived_fields = ("asks_for", "taking_part", "openadr_event", "told")
    fields = (
        *("name", "priority", "starts_at", "ends_at", "goal", "notification_at", "participants"),
        *derived_fields,
    )
    readonly_fields = derived_fields

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Its event is read with it, so it is searched with it, and not all events apart."""
        return ModelAdmin.get_search_results(self, request, queryset, search_term)

    def get_queryset(self, request: HttpRequest) -> Any:
        return queries.with_state()

    @admin.display(description=gettext_lazy("starts"), ordering="event__span__startswith")
    def starts(self, dr_event: DrEvent) -> Any:
        return dr_event.event.starts_at or _("always there")

    @admin.display(description=gettext_lazy("ends"), ordering="event__span__endswith")
    def ends(self, dr_event: DrEvent) -> Any:
        return dr_event.event.ends_at or _("open")

    @admin.display(description=gettext_lazy("priority"), ordering="event__priority")
    def priority_word(self, dr_event: DrEvent) -> str:
        return word_of(dr_event.event.priority)

    @admin.display(description=gettext_lazy("notified"), boolean=True)
    def is_sent(self, dr_event: Any) -> bool:
        return queries.is_sent(dr_event)

    @admin.display(description=gettext_lazy("asks for"))
    def asks_for(self, dr_event: DrEvent) -> str:
        """What the goal was turned into; another door may have changed the intervals since."""
        kind, value = payload_of(dr_event.goal)
        unit = "" if kind == "SIMPLE" else " kW"
        return f"{kind} {value}{unit}"

    @admin.display(description=gettext_lazy("who sees it"))
    def taking_part(self, dr_event: DrEvent) -> SafeString:
        targets = queries.participating(dr_event)
        lines = [
            (
                page_address("participants_participant", each.pk),
                each.code,
                ""
                if each.is_linked
                else _(": stands for no VEN and no resource, so nobody sees the event for it"),
            )
            for each in of_targets(targets)[:_SHOWN]
        ]
        listed = format_html_join("", '<li><a href="{}">{}</a>{}</li>', lines)
        more = len(targets) - len(lines)
        return format_html(
            "<ul>{}</ul>{}", listed, _("And %(more)s others.") % {"more": more} if more else ""
        )

    @admin.display(description=gettext_lazy("OpenADR event"))
    def openadr_event(self, dr_event: DrEvent) -> SafeString:
        page = page_address("events_event", dr_event.pk)
        return format_html('<a href="{}">{}</a>', page, dr_event.pk)

    @admin.display(description=gettext_lazy("who is told"))
    def told(self, dr_event: DrEvent) -> SafeString:
        page = list_address("events_drnotification", dr_event__event__exact=dr_event.pk)
        return format_html('<a href="{}">{}</a>', page, dr_event.notifications.count())

    def save_model(self, request: HttpRequest, obj: DrEvent, form: Any, change: bool) -> None:
        who: dict[str, Any] = {"caller": self.caller(request), "content": form.content, "now": timezone.now()}
        if change:
            shown = services.update_dr_event(event_id=obj.pk, **who)
        else:
            shown = services.create_dr_event(program_name=settings.ECOSUITE_PROGRAM, **who)
        self.adopt(obj, DrEvent.objects.select_related("event").get(event_id=shown.id))

    def delete_model(self, request: HttpRequest, obj: DrEvent) -> None:
        services.delete_dr_event(caller=self.caller(request), event_id=obj.pk, now=timezone.now())


@admin.register(DrNotification)
class DrNotificationAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "dr_event", "protocol", "endpoint", "targets", "sent_at")
    list_select_related = ("dr_event__event",)
    list_filter = ("protocol", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("dr_event__event__id__exact", "endpoint", "targets__icontains")
    search_help_text = gettext_lazy("The id of an event, an address or the code of a participant")
    ordering = ("-id",)
    fields = ("dr_event", "made_at", "protocol", "endpoint", "user", "targets", "round", "sent_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return queries.notifications().order_by()

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """As the page of a DR event asks."""
        return lookup == "dr_event__event__exact" or super().lookup_allowed(lookup, value, request)
