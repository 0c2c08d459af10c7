"""The fields of the composer's form."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from events.composer.local import Turn
from events.drafts.models import HolidayCalendar
from vtn.admin.fields import TargetsField, ZoneField
from vtn.admin.uploads import UploadField

FREE = "free"
STEPS = {
    "15": gettext_lazy("quarters of an hour"),
    "60": gettext_lazy("hours"),
    "5": gettext_lazy("5 minutes"),
    "30": gettext_lazy("half hours"),
    FREE: gettext_lazy("free: each row says from when to when"),
}
TURNS = [
    (Turn.UNSAID.value, gettext_lazy("ask me")),
    (Turn.FIRST.value, gettext_lazy("the first")),
    (Turn.SECOND.value, gettext_lazy("the second")),
]
_WEEKDAYS = [
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
]


class ComposerFields(forms.Form):
    """What can be filled in. `token` makes what is sent twice be done once; `version` and `seen` are those of the draft
    and of the event that it was begun from."""

    token = forms.CharField(max_length=64, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    event_name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=128)
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        required=False,
        min_value=0,
        max_value=2**63 - 1,
        help_text=gettext_lazy("0 is the highest; empty is lower than any."),
    )
    targets = TargetsField(
        label=gettext_lazy("Targets"),
        help_text=gettext_lazy("One per line. Without targets every VEN sees it."),
    )
    payload_types = forms.CharField(
        label=gettext_lazy("Payload types"),
        max_length=1_000,
        widget=forms.TextInput(attrs={"list": "payload-types", "autocomplete": "off"}),
        help_text=gettext_lazy("One for each column, separated by spaces."),
    )
    start_date = forms.DateField(
        label=gettext_lazy("Starts on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    start_time = forms.TimeField(
        label=gettext_lazy("at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    zone = ZoneField(
        label=gettext_lazy("Time zone"), max_length=64, widget=forms.TextInput(attrs={"list": "zones"})
    )
    turn = forms.ChoiceField(label=gettext_lazy("If the clocks show it twice"), required=False, choices=TURNS)
    step = forms.ChoiceField(label=gettext_lazy("Intervals of"), choices=list(STEPS.items()))
    grid = forms.CharField(
        label=gettext_lazy("Values"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "A line for each interval, a column for each type; as a spreadsheet copies it, with or without times."
        ),
    )
    file = UploadField(
        label=gettext_lazy("or a CSV file"),
        required=False,
        most_bytes=1 << 20,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Repeat on"),
        required=False,
        coerce=int,
        choices=[(number, name) for number, name in enumerate(_WEEKDAYS)],
        widget=forms.CheckboxSelectMultiple,
    )
    until = forms.DateField(
        label=gettext_lazy("until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("but not on the days of"),
        required=False,
        queryset=HolidayCalendar.objects.order_by("name"),
    )
    kept_as = forms.CharField(label=gettext_lazy("Template's name"), required=False, max_length=128)
