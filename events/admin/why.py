"""The page that says why a VEN sees an event, or does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Event
from events.queries import EventFilter
from events.why import finding
from events.why.facts import Question
from events.why.rule import Verdict, explain
from participants.models import Ven
from vtn.admin.fields import TargetsField, refusals_shown
from vtn.dialect import Dialect
from vtn.paging import parse_time

_PAGE = "admin/events/why/page.html"
_NEEDS = ("participants.view_ven", "events.view_event")


class WhyForm(forms.Form):
    ven = forms.CharField(
        label=gettext_lazy("VEN"), max_length=128, help_text=gettext_lazy("A name or an id")
    )
    event = forms.CharField(
        label=gettext_lazy("Event"), max_length=256, help_text=gettext_lazy("A name or an id")
    )
    dialect = forms.ChoiceField(
        label=gettext_lazy("It speaks OpenADR"),
        choices=[(each.value, each.value) for each in reversed(Dialect)],
        required=False,
    )
    active = forms.BooleanField(label=gettext_lazy("It asks with active=true"), required=False)
    from_at = forms.CharField(label=gettext_lazy("x-start"), required=False, max_length=64)
    to_at = forms.CharField(label=gettext_lazy("x-end"), required=False, max_length=64)
    targets = TargetsField(label=gettext_lazy("It asks for the targets"))

    def clean_dialect(self) -> Dialect:
        return Dialect(self.cleaned_data["dialect"] or Dialect.V310.value)

    def clean_from_at(self) -> Any:
        return _moment("x-start", self.cleaned_data["from_at"])

    def clean_to_at(self) -> Any:
        return _moment("x-end", self.cleaned_data["to_at"])

    @property
    def question(self) -> Question:
        """Once the form is valid."""
        cleaned = self.cleaned_data
        wanted = EventFilter(
            asked=frozenset(cleaned["targets"]) or None,
            active=cleaned["active"],
            from_at=cleaned["from_at"],
            to_at=cleaned["to_at"],
        )
        return Question(cleaned["dialect"], wanted, timezone.now())


@dataclass(frozen=True, slots=True)
class Explained:
    """`page` is where in the list the event stands, of `page_limit` events each; None: nowhere."""

    ven: Ven
    event: Event
    verdict: Verdict
    page: int | None
    skip: int = 0
    is_further: bool = False


def why(request: HttpRequest) -> HttpResponse:
    """Asks for a VEN, an event and a question, and explains what the VEN gets. The pages of a VEN and of an event lead
    here with that alone: nothing is asked yet."""
    if not request.user.has_perms(_NEEDS):
        raise PermissionDenied
    form = WhyForm(
        request.GET if {"ven", "event"} <= request.GET.keys() else None, initial=request.GET.dict()
    )
    context: dict[str, Any] = {}
    if form.is_valid():
        vens = finding.found_vens(form.cleaned_data["ven"])
        events = finding.found_events(form.cleaned_data["event"])
        if len(vens) == len(events) == 1:
            context = {"explained": explained(vens[0], events[0], form.question)}
        else:
            context = {
                "vens": _choices(request, "ven", vens),
                "events": _choices(request, "event", events),
                "drafts": [] if events else finding.found_drafts(form.cleaned_data["event"]),
                "is_unsure": True,
            }
    page = {**admin.site.each_context(request), "title": _("Why does a VEN see an event, or not?")}
    page_limit = {"page_limit": settings.PAGE_LIMIT}
    return TemplateResponse(request, _PAGE, {**page, **page_limit, "form": form, **context})


def explained(ven: Ven, event: Event, question: Question) -> Explained:
    """With the place in the list, where it has one."""
    facts = finding.facts_of(ven, event, question)
    verdict = explain(facts, question)
    if not verdict.is_listed:
        return Explained(ven, event, verdict, None)
    before = finding.place_of(ven, facts, event, question)
    skip = before - before % settings.PAGE_LIMIT
    return Explained(
        ven, event, verdict, skip // settings.PAGE_LIMIT + 1, skip, before >= finding.MOST_COUNTED
    )


def pages_about(ven: Ven) -> list[tuple[str, str]]:
    """For the page of a VEN in the admin, whose app knows nothing of events: titles and addresses."""
    seen = [(name, reverse("seen", args=[ven.pk, name])) for name in ("programs", "events", "reports")]
    return [
        (_("Why does it see an event, or not?"), f"{reverse('why')}?ven={ven.pk}"),
        *((_("Its %(what)s as it is answered") % {"what": name}, address) for name, address in seen),
    ]


def _choices(
    request: HttpRequest, name: str, found: Sequence[Ven] | Sequence[Event]
) -> list[tuple[str, str, str]]:
    """What may be meant, with the address of the page that takes it for meant."""
    choices = []
    for each in found:
        asked = request.GET.copy()
        asked[name] = each.pk
        choices.append((str(each), each.pk, f"?{asked.urlencode()}"))
    return choices


def _moment(name: str, text: str) -> Any:
    """As the door reads it."""
    with refusals_shown():
        return parse_time({name: text} if text else {}, name)
