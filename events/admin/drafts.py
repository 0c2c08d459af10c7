"""Drafts in the admin: what waits for whom, what would come of it, and the ways on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from events.admin.composer import ComposerPages, said_of
from events.admin.composer_source import draft_or_404
from events.admin.may import may_publish
from events.composer.changes import CannotChange
from events.composer.content import grid_of
from events.drafts import services
from events.drafts.models import EventDraft, Operation
from events.drafts.plans import checked, request_of
from events.drafts.preview import preview_of
from events.models import Event
from vtn.admin.addresses import page_address
from vtn.admin.base import ReadOnlyAdmin
from vtn.admin.differences import differences
from vtn.admin.history import AuditedHistory, Line
from vtn.caller import Caller
from vtn.errors import VtnError
from vtn.local_time import zone_named
from vtn.wire import body

_PAGE = "admin/events/draft/page.html"
_LIST = "admin/events/draft/change_list.html"
_LONGEST_REASON, _SHOWN_DIFFERENCES = 1_000, 100


@admin.register(EventDraft)
class EventDraftAdmin(ComposerPages, AuditedHistory, ReadOnlyAdmin):
    object_type = "EVENT_DRAFT"
    change_list_template = _LIST
    list_display = ("__str__", "program", "operation", "status", "is_template", "first_author", "modified_at")
    list_filter = ("status", "operation", "is_template")
    list_select_related = ("program",)
    search_fields = ("name", "event_id__exact", "program__program_name")
    search_help_text = gettext_lazy("A draft's or a program's name, or an event's id")
    ordering = ("-modified_at",)

    @admin.display(description=gettext_lazy("written by"))
    def first_author(self, draft: EventDraft) -> str:
        return ", ".join(draft.authors)

    def has_delete_permission(self, request: HttpRequest, obj: EventDraft | None = None) -> bool:
        """A draft goes with its program, and in no other way."""
        return obj is not None and request.user.has_perm("programs.delete_program")

    def delete_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        raise PermissionDenied

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the draft says and what would come of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        draft = draft_or_404(object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(draft),
            "draft": draft,
            "content": body.indented(draft.content),
            "events": Event.objects.filter(id__in=draft.made).order_by("span"),
            "differences": _differences(draft),
            "may": _ways_on(request.user, draft),
            **_previewed(draft),
        }
        return TemplateResponse(request, _PAGE, context)

    def decide(self, request: HttpRequest, object_id: int, way: str) -> HttpResponse:
        """Submits, publishes, rejects or withdraws the version that was shown."""
        draft = draft_or_404(str(object_id))
        if way not in _WAYS or not _ways_on(request.user, draft).get(way):
            # A second click finds the way closed by the first.
            return self._second_click(request, draft, way)
        named: dict[str, Any] = {"version": _number(request.POST.get("version", ""))}
        if way == "reject":
            named["reason"] = request.POST.get("reason", "").replace("\0", "")[:_LONGEST_REASON]
        caller = Caller.staff(request.user.get_username())
        try:
            decided = _WAYS[way](caller=caller, draft_id=draft.pk, now=timezone.now(), **named)
            messages.success(request, said_of(decided))
        except VtnError as refusal:
            messages.error(request, refusal.detail)
        except CannotChange as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(page_address("events_eventdraft", draft.pk))

    def _second_click(self, request: HttpRequest, draft: EventDraft, way: str) -> HttpResponse:
        if way not in _WAYS or draft.is_open:
            raise PermissionDenied
        messages.info(request, _("The draft is %(status)s already") % {"status": draft.get_status_display()})
        return HttpResponseRedirect(page_address("events_eventdraft", draft.pk))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        decide = view(require_POST(self.decide))
        return [
            path("compose/", view(self.compose), name="events_eventdraft_compose"),
            path("<int:object_id>/decide/<str:way>/", decide, name="events_eventdraft_decide"),
            *super().get_urls(),
        ]


_WAYS: dict[str, Callable[..., EventDraft]] = {
    "submit": services.submit_draft,
    "publish": services.publish_draft,
    "reject": services.reject_draft,
    "withdraw": services.withdraw_draft,
}


def _ways_on(user: Any, draft: EventDraft) -> dict[str, bool]:
    """What this person may do with the draft as it is."""
    is_author = Caller.staff(user.get_username()).name in draft.authors
    may_change, needs_another = (
        user.has_perm("events.change_eventdraft"),
        draft.program.four_eyes and is_author,
    )
    may = may_publish(user, draft.program, draft.operation) and not needs_another and not draft.is_template
    is_draft = draft.status == EventDraft.Status.DRAFT
    is_waiting = draft.status == EventDraft.Status.WAITING
    is_composed = draft.operation != Operation.DELETE and grid_of(draft.content) is not None
    return {
        "edit": may_change and draft.is_open and is_composed,
        "submit": may_change and is_draft and not draft.is_template,
        "publish": may and draft.is_open,
        "reject": is_waiting and user.has_perm("events.publish_eventdraft"),
        "withdraw": draft.is_open and may_change,
        "needs_another": needs_another and is_waiting,
        "use": is_composed and user.has_perm("events.add_eventdraft"),
    }


def _previewed(draft: EventDraft) -> dict[str, Any]:
    """Of one that is decided about there is nothing to foresee."""
    if not draft.is_open or draft.operation == Operation.DELETE:
        return {}
    try:
        preview = preview_of(
            checked(draft.content),
            program=draft.program,
            zone=zone_named(draft.zone),
            now=timezone.now(),
            event_id=draft.event_id,
            days=draft.days,
        )
    except CannotChange as error:
        return {"preview_fault": str(error)}
    return {"preview": preview}


def _differences(draft: EventDraft) -> list[Line]:
    """What the event says, and what it would."""
    if draft.operation != Operation.UPDATE or not draft.is_open:
        return []
    event = Event.objects.filter(id=draft.event_id).first()
    if event is None:
        return []
    found = differences(request_of(event), draft.content)[:_SHOWN_DIFFERENCES]
    return [
        Line(
            each.path,
            "–" if each.is_added else body.encode_text(each.before),
            "–" if each.is_removed else body.encode_text(each.after),
        )
        for each in found
    ]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1
