"""What staff set for a binding to Tygron, as a form and as the value that comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.backends.tygron.words import Mode, NetType, TimeState
from events.timeline import Phase

_STATES = [(state.value, state.value) for state in TimeState]
_MODES = [
    (Mode.STATES.value, "a state for each phase of the event"),
    (Mode.FRACTION.value, "the fraction that stays connected, as the event's payload says"),
    (Mode.ATTRIBUTE.value, "an attribute of the loads, as the event's payload says"),
]
_LIMITS = [(name, name) for name in ("IMPORT_CAPACITY_LIMIT", "EXPORT_CAPACITY_LIMIT")]
_LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class TygronSettings:
    """`levels` are the fractions that stay at SIMPLE 0 to 3, `full_load` is what they are fractions of."""

    base_url: str
    token: str
    mode: Mode
    states: Mapping[Phase, TimeState]
    levels: tuple[float, ...]
    limit_type: str
    full_load: float | None
    attribute: str
    stakeholder: int | None
    types: tuple[NetType, ...]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> TygronSettings:
        """From what `SettingsForm` has checked."""
        return cls(
            base_url=settings["base_url"],
            token=settings["token"],
            mode=Mode(settings["mode"]),
            states={phase: TimeState(settings[f"{phase}_state"]) for phase in Phase},
            levels=(1.0, *(float(settings[f"level_{level}"]) for level in (1, 2, 3))),
            limit_type=settings["limit_type"],
            full_load=settings["full_load"],
            attribute=settings["attribute"],
            stakeholder=settings["stakeholder"],
            types=tuple(NetType(name) for name in settings["types"]),
        )


class _NetTypes(forms.MultipleChoiceField):
    """Takes `ELECTRICITY,HEAT` as well, which is easier to write in a command."""

    def to_python(self, value: Any) -> list[str]:
        return super().to_python(value.split(",") if isinstance(value, str) and value else value)


def _state(phase: str, initial: TimeState) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=format_lazy(gettext_lazy("State while {phase}"), phase=phase),
        choices=_STATES,
        initial=initial.value,
        required=False,
    )


def _level(level: int, initial: float) -> forms.FloatField:
    return forms.FloatField(
        label=format_lazy(gettext_lazy("Fraction at SIMPLE {level}"), level=level),
        min_value=0,
        max_value=1,
        initial=initial,
        required=False,
    )


class SettingsForm(forms.Form):
    """A field that is left empty has its initial value."""

    base_url = forms.CharField(
        label=gettext_lazy("Address"), max_length=300, initial="https://engine.tygron.com", required=False
    )
    token = forms.CharField(
        label=gettext_lazy("API token"),
        max_length=_LONGEST_TOKEN,
        widget=forms.PasswordInput,
        help_text=gettext_lazy(
            "of the session; it dies with that, and then everything waits here for a new one"
        ),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Show as"), choices=_MODES, initial=Mode.STATES.value, required=False
    )
    # READY is the only state in which demand is counted: an event that is only announced changes nothing yet.
    announced_state = _state("announced", TimeState.READY)
    active_state = _state("active", TimeState.NOTHING)
    ended_state = _state("ended", TimeState.READY)
    cancelled_state = _state("cancelled", TimeState.READY)
    level_1 = _level(1, 0.75)
    level_2 = _level(2, 0.5)
    level_3 = _level(3, 0.0)
    limit_type = forms.ChoiceField(
        label=gettext_lazy("Capacity limit that counts"),
        choices=_LIMITS,
        initial=_LIMITS[0][0],
        required=False,
    )
    full_load = forms.FloatField(
        label=gettext_lazy("Full load"),
        min_value=1e-6,
        max_value=1e12,
        required=False,
        help_text=gettext_lazy(
            "what capacity limits are held against, in kW; and the attribute's value outside of events"
        ),
    )
    attribute = forms.CharField(label=gettext_lazy("Attribute of the loads"), max_length=100, required=False)
    stakeholder = forms.IntegerField(
        label=gettext_lazy("Stakeholder"),
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text=gettext_lazy("who changes it there, unless the mapping says"),
    )
    types = _NetTypes(
        label=gettext_lazy("Net types"),
        choices=[(each.value, each.value) for each in NetType],
        initial=[NetType.ELECTRICITY.value],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("of a cluster, unless the mapping says"),
    )

    def clean_base_url(self) -> str:
        url = self.cleaned_data["base_url"] or self.fields["base_url"].initial
        parts = _parts_of(url)
        if parts.username is not None or parts.query or parts.fragment:
            raise forms.ValidationError(
                gettext_lazy("This has to be an address without user, query or fragment.")
            )
        return url.rstrip("/")

    def clean_token(self) -> str:
        if not _is_one_word(token := self.cleaned_data["token"]):
            raise forms.ValidationError(
                gettext_lazy("This cannot be a token: it has other characters than those of a word.")
            )
        return token

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if field.initial is not None and cleaned.get(name) in (None, "", []) and name in cleaned:
                cleaned[name] = field.initial
        if cleaned.get("mode") == Mode.ATTRIBUTE:
            for name in ("attribute", "full_load"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("This is needed to show events as an attribute."))
        return cleaned


def _parts_of(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("https", "http") and parts.hostname and parts.port != 0 and _is_one_word(url):
            return parts
    except ValueError:
        pass
    raise forms.ValidationError(gettext_lazy("This has to be an http or https address."))


def _is_one_word(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
