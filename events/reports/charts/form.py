"""What staff ask the page of charts for: whose readings, of what, on which event, of when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.reports.across import Question
from events.reports.charts.curves import Span
from events.reports.models import Report
from events.why.finding import found_events, found_vens
from participants.models import Resource

MOST_DAYS = 92
_LONGEST = timedelta(days=MOST_DAYS)
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_MOST_CHOICES = 20


def _moment(label: Any, **options: Any) -> forms.DateTimeField:
    """In the time zone of the admin, unless it says another one."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, **options)


class ChartForm(forms.Form):
    """`choices` are the VENs, or the events, that a text may mean: names and ids, by field."""

    ven = forms.CharField(
        label=gettext_lazy("VEN"),
        max_length=128,
        required=False,
        help_text=gettext_lazy("A name or an id, or the id of a client"),
    )
    resource = forms.CharField(label=gettext_lazy("Resource"), max_length=128, required=False, strip=False)
    payload_type = forms.CharField(
        label=gettext_lazy("Payload type"),
        max_length=128,
        required=False,
        widget=forms.TextInput(attrs={"list": "payload-types"}),
    )
    event = forms.CharField(
        label=gettext_lazy("Event"),
        max_length=256,
        required=False,
        help_text=gettext_lazy("A name or an id"),
    )
    from_at = _moment(
        gettext_lazy("From"),
        help_text=format_lazy(gettext_lazy("One end alone means the {days} days beside it"), days=MOST_DAYS),
    )
    to_at = _moment(gettext_lazy("To"))
    upto = forms.CharField(max_length=128, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: dict[str, list[tuple[str, str]]] = {}

    def clean_ven(self) -> str | None:
        """The id of the client; reports outlive their VEN."""
        text = self.cleaned_data["ven"]
        if not text:
            return None
        ven = self._one("ven", text, found_vens, lambda: Report.objects.filter(client_id=text).exists())
        if ven is None:
            return text
        if ven.client_id is None:
            raise forms.ValidationError(_("No client belongs to this VEN, so nobody reports for it"))
        return ven.client_id

    def clean_event(self) -> str | None:
        """The id; reports outlive their event."""
        text = self.cleaned_data["event"]
        if not text:
            return None
        event = self._one("event", text, found_events, lambda: Report.objects.filter(event_id=text).exists())
        return text if event is None else event.pk

    def clean_from_at(self) -> datetime | None:
        return _sensible(self.cleaned_data["from_at"])

    def clean_to_at(self) -> datetime | None:
        return _sensible(self.cleaned_data["to_at"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        named = ("ven", "event", "from_at", "to_at")
        if cleaned["resource"] and not any(cleaned[name] for name in named):
            cleaned["ven"] = self._client_of(cleaned["resource"])
        elif not any(cleaned[name] for name in named):
            raise forms.ValidationError(_("Say whose readings, on which event, or of when"))
        cleaned["window"] = _window(cleaned["from_at"], cleaned["to_at"])
        return cleaned

    @property
    def question(self) -> Question:
        """Once the form is valid."""
        cleaned = self.cleaned_data
        return Question(
            client_id=cleaned["ven"],
            event_id=cleaned["event"],
            resource_name=cleaned["resource"] or None,
            payload_type=cleaned["payload_type"] or None,
            window=cleaned["window"],
            upto=cleaned["upto"] or None,
        )

    def _one(
        self, field: str, text: str, find: Callable[[str], Sequence[Any]], is_known: Callable[[], bool]
    ) -> Any:
        """The one that is meant; None where there is none any more, and reports know it."""
        found = find(text)
        if len(found) == 1:
            return found[0]
        if not found and is_known():
            return None
        self._offer(field, found)
        raise forms.ValidationError(_("Which one is meant?") if found else _("There is none"))

    def _client_of(self, resource_name: str) -> str:
        """Of whoever has a resource of this name; without that, all reports would have to be looked through."""
        named = Resource.objects.filter(resource_name=resource_name).select_related("ven").order_by("ven_id")
        vens = [resource.ven for resource in named[:_MOST_CHOICES]]
        if len(vens) == 1 and vens[0].client_id is not None:
            return vens[0].client_id
        self._offer("ven", vens)
        text = _("Of which VEN?") if vens else _("There is no such resource; name the VEN that reports on it")
        raise forms.ValidationError({"resource": text})

    def _offer(self, field: str, found: Sequence[Model]) -> None:
        self.choices[field] = [(str(each), str(each.pk)) for each in found]


def _sensible(moment: datetime | None) -> datetime | None:
    if moment is not None and not _FIRST <= moment <= _LAST:
        raise forms.ValidationError(_("Between the years 2000 and 2200"))
    return moment


def _window(from_at: datetime | None, to_at: datetime | None) -> Span | None:
    if from_at is None and to_at is None:
        return None
    starts_at = from_at or (to_at or _LAST) - _LONGEST
    ends_at = to_at or starts_at + _LONGEST
    if starts_at >= ends_at:
        raise forms.ValidationError({"to_at": _("It ends before it begins")})
    if ends_at - starts_at > _LONGEST:
        raise forms.ValidationError({"to_at": _("At most {days} days at once").format(days=MOST_DAYS)})
    return Span(starts_at, ends_at)
