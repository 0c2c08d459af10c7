"""The forms with which staff shift, shorten, cancel and withdraw an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.admin.composer_fields import TURNS
from events.composer.changes import CannotChange, cancelled, moved, shortened
from events.composer.local import BadLocalTime, Turn, moment_of
from events.drafts.models import EventDraft
from events.drafts.plans import Plan, Seen
from vtn.admin.fields import ZoneField

_MOST_DAYS, _MOST_MINUTES = 3_660, 60 * 24 * 7


class ActionForm(forms.Form):
    """What all of them ask. `asks` is the question, `does` the button, `action` what the draft is said to be."""

    asks: Any = ""
    does: Any = ""
    action: EventDraft.Action
    is_deletion = False

    token = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.DateTimeField(widget=forms.HiddenInput)
    zone = ZoneField(
        label=gettext_lazy("Time zone"), max_length=64, widget=forms.TextInput(attrs={"list": "zones"})
    )

    def plan(self, seen: Seen) -> Plan:
        """Raises `CannotChange`."""
        return seen.changed(
            self.changed(seen),
            zone=self.chosen_zone.key,
            reason=self.cleaned_data.get("reason", ""),
            action=self.action,
        )

    def changed(self, seen: Seen) -> dict[str, Any]:
        """The members of the event as it is to become. Raises `CannotChange`."""
        raise NotImplementedError  # a form has a metaclass of its own, so it cannot be an ABC

    @property
    def chosen_zone(self) -> ZoneInfo:
        return self.cleaned_data["zone"]


class ShiftForm(ActionForm):
    asks = gettext_lazy(
        "Shift the event by days, at the same local time, or by minutes, or both. Less than 0 is earlier."
    )
    does = gettext_lazy("Shift it")
    action = EventDraft.Action.SHIFT

    days = forms.IntegerField(
        label=gettext_lazy("Days"), initial=0, min_value=-_MOST_DAYS, max_value=_MOST_DAYS
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), initial=0, min_value=-_MOST_MINUTES, max_value=_MOST_MINUTES
    )

    def changed(self, seen: Seen) -> dict[str, Any]:
        days, minutes = self.cleaned_data["days"], self.cleaned_data["minutes"]
        if not days and not minutes:
            raise CannotChange(_("Say by how much"))
        return moved(seen.content, days=days, minutes=minutes, zone=self.chosen_zone)


class ShortenForm(ActionForm):
    asks = gettext_lazy("Let the event end earlier. What it has been so far stays.")
    does = gettext_lazy("Shorten it")
    action = EventDraft.Action.SHORTEN

    end_date = forms.DateField(label=gettext_lazy("Ends on"), widget=forms.DateInput(attrs={"type": "date"}))
    end_time = forms.TimeField(label=gettext_lazy("at"), widget=forms.TimeInput(attrs={"type": "time"}))
    turn = forms.ChoiceField(
        label=gettext_lazy("If the clocks show it twice"),
        required=False,
        choices=TURNS,
    )

    def changed(self, seen: Seen) -> dict[str, Any]:
        local = datetime.combine(self.cleaned_data["end_date"], self.cleaned_data["end_time"])
        try:
            ends_at = moment_of(local, self.chosen_zone, Turn(self.cleaned_data["turn"]))
        except BadLocalTime as error:
            raise CannotChange(str(error)) from None
        return shortened(seen.content, ends_at=ends_at, modified_at=seen.modified_at, zone=self.chosen_zone)


class _WithReason(ActionForm):
    zone = ZoneField(max_length=64, widget=forms.HiddenInput)  # nothing here is said in local time
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the record; VENs are not told."),
    )


class CancelForm(_WithReason):
    asks = gettext_lazy(
        "Cancel the event. VENs still find it, as one that is cancelled, and stop following it."
    )
    does = gettext_lazy("Cancel it")
    action = EventDraft.Action.CANCEL

    def changed(self, seen: Seen) -> dict[str, Any]:
        return cancelled(seen.content)


class WithdrawForm(_WithReason):
    asks = gettext_lazy("Withdraw the event. It is deleted: VENs no longer find it.")
    does = gettext_lazy("Withdraw it")
    action = EventDraft.Action.WITHDRAW
    is_deletion = True

    def plan(self, seen: Seen) -> Plan:
        return seen.deleted(zone=self.chosen_zone.key, reason=self.cleaned_data["reason"], action=self.action)


FORMS: Mapping[str, type[ActionForm]] = {
    "shift": ShiftForm,
    "shorten": ShortenForm,
    "cancel": CancelForm,
    "withdraw": WithdrawForm,
}
