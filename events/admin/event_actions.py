"""What staff do to an event as a whole: shift it, shorten it, cancel it, withdraw it. Each is a draft that is published
at once, or waits where somebody else has to look."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.admin.action_forms import FORMS, ActionForm
from events.admin.composer import said_of
from events.admin.event_shown import phase_of, times_of
from events.admin.may import next_step
from events.composer.changes import CannotChange
from events.composer.local import zone_names
from events.drafts import services
from events.drafts.models import EventDraft, Operation
from events.drafts.plans import Plan, Seen, checked
from events.drafts.preview import preview_of
from events.drafts.queries import draft_with
from events.models import Event
from vtn.admin.addresses import page_address
from vtn.caller import Caller
from vtn.errors import VtnError

_PAGE = "admin/events/composer/action.html"


class EventActions:
    """A part of the pages of events."""

    admin_site: Any
    opts: Any

    def act(self, request: HttpRequest, object_id: str, what: str) -> HttpResponse:
        """Asks, shows what would come of it, and does it."""
        if not request.user.has_perm("events.add_eventdraft"):
            raise PermissionDenied
        before = draft_with(request.POST.get("token", "")[:64])
        if before is not None and before.event_id == object_id:
            messages.info(request, _("This was sent before, and this is what came of it"))
            return HttpResponseRedirect(_page_after(before))
        event = Event.objects.select_related("program").filter(id=object_id).first()
        if event is None or what not in FORMS:
            raise Http404
        form_class = FORMS[what]
        if request.method != "POST":
            initial = {
                "token": uuid4().hex,
                "seen": event.modified_at.isoformat(),
                "zone": request.session.get("composer_zone") or timezone.get_default_timezone_name(),
            }
            return self._asked(request, event, form_class(initial=initial))
        form = form_class(request.POST)
        extra: dict[str, Any] = {}
        if form.is_valid():
            try:
                plan = form.plan(_seen(event, form))
                if "preview" not in request.POST:
                    return HttpResponseRedirect(self._done(request, event, plan, form.cleaned_data["token"]))
                extra = _previewed(event, plan, form)
            except VtnError as refusal:
                form.add_error(None, refusal.detail)
            except CannotChange as error:
                form.add_error(None, str(error))
        return self._asked(request, event, form, **extra)

    def _done(self, request: HttpRequest, event: Event, plan: Plan, token: str) -> str:
        draft = services.write_draft(
            caller=Caller.staff(request.user.get_username()),
            plan=plan,
            token=token,
            then=next_step(request.user, event.program, plan.operation),
            now=timezone.now(),
        )
        messages.success(request, said_of(draft))
        return _page_after(draft)

    def _asked(self, request: HttpRequest, event: Event, form: ActionForm, **extra: Any) -> HttpResponse:
        operation = Operation.DELETE if form.is_deletion else Operation.UPDATE
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{form.does}: {event}",
            "event": event,
            "now": f"{phase_of(event, timezone.now())}, {times_of(event)}",
            "form": form,
            "zone_names": zone_names(),
            "waits": next_step(request.user, event.program, operation) == EventDraft.Status.WAITING,
            **extra,
        }
        return TemplateResponse(request, _PAGE, context)


def _page_after(draft: EventDraft) -> str:
    """The event as it is now; of one that is gone, and of a change that waits, the draft."""
    if draft.status == EventDraft.Status.PUBLISHED and draft.operation == Operation.UPDATE:
        return page_address("events_event", draft.event_id)
    return page_address("events_eventdraft", draft.pk)


def _seen(event: Event, form: ActionForm) -> Seen:
    """The event with the version that was shown: where they differ, the service refuses."""
    now = Seen.of(event)
    return Seen(event_id=now.event_id, modified_at=form.cleaned_data["seen"], content=now.content)


def _previewed(event: Event, plan: Plan, form: ActionForm) -> dict[str, Any]:
    if form.is_deletion:
        return {}
    content = checked(plan.content)
    return {
        "preview": preview_of(
            content, program=event.program, zone=form.chosen_zone, now=timezone.now(), event_id=event.id
        )
    }
