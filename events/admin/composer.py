"""The page on which staff compose an event: chosen, typed, looked at, saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.admin.composer_form import ComposerForm
from events.admin.composer_initial import described_types
from events.admin.composer_source import Source, source_of
from events.admin.may import may_publish_own
from events.composer.changes import CannotChange
from events.drafts import services
from events.drafts.models import EventDraft, Operation
from events.drafts.preview import Preview, preview_of
from programs.models import Program
from vtn.admin.addresses import page_address
from vtn.caller import Caller
from vtn.errors import VtnError
from vtn.local_time import NoSuchZone, zone_named
from vtn.wire.payloads import EVENT_PAYLOADS

Status = EventDraft.Status

_CHOOSE = "admin/events/composer/choose.html"
_PAGE = "admin/events/composer/page.html"
_FRAGMENT = "admin/events/composer/preview.html"
_SHOWN_PROGRAMS, _SHOWN_TEMPLATES = 30, 30
_ZONE = "composer_zone"
_STEPS = {
    "save": Status.DRAFT,
    "template": Status.DRAFT,
    "submit": Status.WAITING,
    "publish": Status.PUBLISHED,
}


class ComposerPages:
    """A part of the pages of drafts."""

    admin_site: Any
    opts: Any

    def compose(self, request: HttpRequest) -> HttpResponse:
        """Begins with what the query names: `program`, `template`, `draft`, or `event` to change or `copy`."""
        if not request.user.has_perm("events.add_eventdraft"):
            raise PermissionDenied
        source = source_of(request.GET, request.POST.get("seen", ""))
        if source is None:
            return self._choose(request)
        if request.method == "POST":
            return self._posted(request, source)
        if source.draft is not None and not source.draft.is_open:
            messages.error(request, _("The draft stays as it is; begin another one from it"))
            return HttpResponseRedirect(_page_of(source.draft))
        try:
            form = ComposerForm.showing(source, _zone(request, source))
        except CannotChange as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(_way_back(source))
        return self._page(request, source, form)

    def _choose(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("q", "").strip()
        programs = Program.objects.order_by("program_name")
        if wanted:
            programs = programs.filter(program_name__icontains=wanted)
        templates = EventDraft.objects.filter(is_template=True, status=Status.DRAFT).select_related("program")
        context = {
            **self._context(request, _("Compose an event")),
            "wanted": wanted,
            "programs": programs.only("id", "program_name", "four_eyes")[:_SHOWN_PROGRAMS],
            "templates": templates.order_by("name")[:_SHOWN_TEMPLATES],
        }
        return TemplateResponse(request, _CHOOSE, context)

    def _posted(self, request: HttpRequest, source: Source) -> HttpResponse:
        action = request.POST.get("action", "preview")
        form = ComposerForm(source, request.POST, request.FILES, action=action)
        preview, is_refused = None, False
        if form.is_valid():
            if request.session.get(_ZONE) != form.plan.zone:
                request.session[_ZONE] = form.plan.zone
            try:
                if action in _STEPS:
                    return HttpResponseRedirect(_page_of(self._saved(request, source, form, action)))
                preview = _preview(source, form)
            except VtnError as refusal:
                is_refused = True
                form.add_error(None, refusal.detail)
            except CannotChange as error:
                form.add_error("until", str(error))
        if request.headers.get("X-Fragment"):
            return TemplateResponse(request, _FRAGMENT, {"preview": preview, "form": form, "source": source})
        return self._page(request, source, form, preview, is_refused)

    def _saved(self, request: HttpRequest, source: Source, form: ComposerForm, action: str) -> EventDraft:
        """Raises `VtnError`. What may not be published by this person waits for somebody who may."""
        then, plan, draft = _STEPS[action], form.plan, source.draft
        if then is Status.PUBLISHED and not may_publish_own(request.user, source.program, plan.operation):
            then = Status.WAITING
        if action == "template":
            draft, plan = None, replace(plan, operation=Operation.CREATE, series=None)
        saved = services.write_draft(
            caller=Caller.staff(request.user.get_username()),
            plan=plan,
            token=form.cleaned_data["token"],
            then=then,
            now=timezone.now(),
            draft_id=draft.pk if draft else None,
            version=form.cleaned_data["version"],
        )
        messages.success(request, said_of(saved))
        return saved

    def _page(
        self,
        request: HttpRequest,
        source: Source,
        form: ComposerForm,
        preview: Preview | None = None,
        is_refused: bool = False,
    ) -> HttpResponse:
        context = {
            **self._context(request, _title(source)),
            "source": source,
            "form": form,
            "preview": preview,
            "is_refused": is_refused,
            "payload_types": list(dict.fromkeys([*described_types(source), *sorted(EVENT_PAYLOADS)])),
            "may_publish": may_publish_own(request.user, source.program, source.operation),
        }
        return TemplateResponse(request, _PAGE, context)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}


def said_of(draft: EventDraft) -> str:
    """What has become of a draft, for whoever did it."""
    texts = {
        Status.DRAFT.value: _("The template is kept")
        if draft.is_template
        else _("The draft is kept; no VEN sees it"),
        Status.WAITING.value: _("It waits for approval; no VEN sees it until then"),
        Status.PUBLISHED.value: _("It is published"),
        Status.WITHDRAWN.value: _("It is withdrawn"),
    }
    return texts[draft.status]


def _preview(source: Source, form: ComposerForm) -> Preview:
    plan = form.plan
    return preview_of(
        form.content,
        program=source.program,
        zone=form.cleaned_data["zone"],
        now=timezone.now(),
        event_id=plan.event_id,
        days=plan.series.days if plan.series else (),
        remarks=form.remarks,
    )


def _zone(request: HttpRequest, source: Source) -> ZoneInfo:
    """That of the draft; else the one this person used last; else the admin's."""
    began = source.draft or source.template
    try:
        return zone_named(began.zone if began else request.session.get(_ZONE, ""))
    except NoSuchZone:
        return ZoneInfo(timezone.get_default_timezone_name())


def _title(source: Source) -> str:
    if source.draft is not None:
        return _("Compose: %(what)s") % {"what": source.draft}
    return _("Compose a change of an event") if source.event_id else _("Compose an event")


def _page_of(draft: EventDraft) -> str:
    return page_address("events_eventdraft", draft.pk)


def _way_back(source: Source) -> str:
    draft = source.draft or source.template
    if draft is not None:
        return _page_of(draft)
    event_id = source.event_id or source.key.partition(":")[2]
    return page_address("events_event", event_id)
