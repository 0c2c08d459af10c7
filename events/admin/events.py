"""Events in the admin, with their intervals to read."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from events import services
from events.admin.composer import said_of
from events.admin.event_actions import EventActions
from events.admin.event_shown import intervals_of, phase_of
from events.drafts.models import EventDraft, Operation
from events.drafts.plans import Plan, Seen, as_request
from events.drafts.publishing import require_unchanged
from events.drafts.queries import drafts_of
from events.drafts.services import write_draft
from events.models import Event, EventTarget
from events.wire import v310
from vtn.admin.addresses import page_address
from vtn.admin.base import ServiceAdmin
from vtn.admin.content import ContentForm
from vtn.caller import Caller
from vtn.shown_moments import showable


class EventForm(ContentForm):
    own_members = frozenset({"programID", "eventName", "priority", "targets"})
    blank = {
        "intervalPeriod": {"start": "2030-01-01T12:00:00Z", "duration": "PT1H"},
        "intervals": [{"id": 0, "payloads": [{"type": "SIMPLE", "values": [1]}]}],
    }

    class Meta:
        model = Event
        fields = ("program", "event_name", "priority", "targets")
        widgets = {"event_name": UnfoldAdminTextInputWidget}

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
class EventAdmin(EventActions, ServiceAdmin):
    form = EventForm
    change_form_template = "admin/events/composer/event.html"
    change_list_template = "admin/events/composer/events.html"
    list_display = (
        "__str__",
        "program",
        "phase",
        "starts_at",
        "ends_at",
        "priority",
        "targets",
        "modified_at",
    )
    list_select_related = ("program",)
    list_filter = (("program", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("event_name", "id__exact", "program__program_name")
    search_help_text = gettext_lazy("A name, an id, a program's name or a target")
    ordering = ("-created_at", "-id")
    autocomplete_fields = ("program",)
    fields = (
        "program",
        "event_name",
        "priority",
        "targets",
        "rest",
        "phase",
        "intervals_table",
        "id",
        "created_at",
        "modified_at",
    )
    derived_fields = ("phase", "intervals_table", "id", "created_at", "modified_at")
    readonly_fields = derived_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An event stays in its program."""
        return (*self.readonly_fields, "program") if obj else self.readonly_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """What is on at some time is found by its index, whose condition has to be stated (`events.models`)."""
        found = super().get_queryset(request).select_related("program")
        return found.filter(id__gt="") if "span__overlap" in request.GET else found

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Also by a target, as a whole, which has an index."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if wanted := search_term.strip():
            found |= queryset.filter(id__in=EventTarget.objects.filter(target=wanted).values("event_id"))
        return found, duplicates

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """Where four eyes are wanted, an event is withdrawn by way of a draft."""
        return super().has_delete_permission(request, obj) and not (obj and obj.program.four_eyes)

    @admin.display(description=gettext_lazy("phase"))
    def phase(self, event: Event) -> str:
        return phase_of(event, timezone.now())

    @admin.display(description=gettext_lazy("starts"), ordering="span__startswith")
    def starts_at(self, event: Event) -> Any:
        return showable(event.starts_at, _("always there"))

    @admin.display(description=gettext_lazy("ends"), ordering="span__endswith")
    def ends_at(self, event: Event) -> Any:
        return showable(event.ends_at, _("open"))

    @admin.display(description=gettext_lazy("intervals"))
    def intervals_table(self, event: Event) -> SafeString | str:
        return intervals_of(event)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        more = {"drafts": drafts_of(object_id)} if request.user.has_perm("events.view_eventdraft") else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Where four eyes are wanted, what was written waits for somebody else."""
        caller, now = self.caller(request), timezone.now()
        if obj.program.four_eyes:
            obj.proposed = _proposed(obj, form, change, caller=caller, now=now)
            return
        if change:
            if seen := form.cleaned_data["seen"]:
                require_unchanged(obj.id, seen)
            saved = services.update_event(caller=caller, event_id=obj.id, content=form.content, now=now)
        else:
            saved = services.create_event(caller=caller, content=form.content, now=now)
        self.adopt(obj, saved)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if hasattr(obj, "proposed") else super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if hasattr(obj, "proposed") else super().log_change(request, obj, message)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._proposed(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._proposed(request, obj) or super().response_change(request, obj)

    def _proposed(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        draft = getattr(obj, "proposed", None)
        if draft is None:
            return None
        self.message_user(request, said_of(draft), messages.SUCCESS)
        return HttpResponseRedirect(page_address("events_eventdraft", draft.pk))

    def delete_model(self, request: HttpRequest, obj: Event) -> None:
        services.delete_event(caller=self.caller(request), event_id=obj.id, now=timezone.now())

    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(self.act)
        return [path("<path:object_id>/do/<str:what>/", act, name="events_event_do"), *super().get_urls()]


def _proposed(obj: Event, form: Any, change: bool, *, caller: Caller, now: datetime) -> EventDraft:
    """What the form says, as a draft that waits."""
    content = as_request(form.content)
    zone = timezone.get_default_timezone_name()
    if change:
        stored = Event.objects.get(id=obj.id)
        seen = Seen(event_id=obj.id, modified_at=form.cleaned_data["seen"] or stored.modified_at, content={})
        plan = seen.changed(content, zone=zone)
    else:
        plan = Plan(operation=Operation.CREATE, content=content, zone=zone)
    return write_draft(caller=caller, plan=plan, token=uuid4().hex, then=EventDraft.Status.WAITING, now=now)
