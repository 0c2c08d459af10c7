"""The two ways to try a binding from its page: check the connection, and see what would be sent."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.backends.base import ALL_OTHERS, EventChange
from events.backends.made_up import made_up
from events.bindings import trying
from events.bindings.models import Binding
from events.bindings.queries import events_of
from events.models import Event
from events.timeline import Phase
from vtn.admin.addresses import page_address
from vtn.errors import VtnError

_DRY_RUN = "admin/events/binding/dry_run.html"
_MADE_UP = ""
_MOST_EVENTS = 100


class DryRunForm(forms.Form):
    event = forms.ChoiceField(label=gettext_lazy("Event"), required=False)
    phase = forms.ChoiceField(
        label=gettext_lazy("Phase"),
        choices=[(phase.value, gettext_lazy(phase.value)) for phase in Phase],
        initial=Phase.ACTIVE.value,
    )

    def __init__(self, events: list[Event], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(event.id, f"{event} ({event.program})") for event in events]
        cast(forms.ChoiceField, self.fields["event"]).choices = [(_MADE_UP, _("a made-up one")), *listed]


class BindingTrials:
    """A part of the pages of bindings. Neither view is in a transaction: the other side may take its time."""

    admin_site: Any
    opts: Any

    def check_connection(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Says on the binding's page what came of it."""
        binding = self._binding(request, object_id)
        try:
            tried = trying.check_connection(binding)
            level, text = (messages.SUCCESS if tried.is_good else messages.ERROR), tried.text
        except VtnError as refusal:
            level, text = messages.ERROR, refusal.detail
        messages.add_message(
            request, level, _("Connection of “%(binding)s”: %(text)s") % {"binding": binding, "text": text}
        )
        return HttpResponseRedirect(page_address("events_binding", binding.pk))

    def dry_run(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Shows what would be sent for an event in a phase; sends nothing."""
        binding = self._binding(request, object_id)
        events = events_of(binding, most=_MOST_EVENTS)
        form = DryRunForm(events, request.GET if "phase" in request.GET else None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Dry run"),
            "binding": binding,
            "form": form,
        }
        if form.is_valid():
            try:
                context["tried"] = trying.dry_run(binding, _change(binding, events, **form.cleaned_data))
            except VtnError as refusal:
                form.add_error(None, refusal.detail)
        return TemplateResponse(request, _DRY_RUN, context)

    def _binding(self, request: HttpRequest, object_id: int) -> Binding:
        """It is tried with its secrets: more than to look."""
        binding = Binding.objects.filter(pk=object_id).first()
        if binding is None:
            raise Http404
        if not request.user.has_perm("events.change_binding"):
            raise PermissionDenied
        return binding


def _change(binding: Binding, events: list[Event], *, event: str, phase: str) -> EventChange:
    if event == _MADE_UP:
        program_id = binding.program_ids[0] if binding.program_ids else "made-up-program"
        mapped = [target for target in binding.mapping if target != ALL_OTHERS]
        return made_up(Phase(phase), program_id=program_id, targets=binding.targets or mapped[:1])
    chosen = next(each for each in events if each.id == event)
    return trying.change_in(chosen, Phase(phase), now=timezone.now())
