"""The settings of a binding to Eniris, and how they are checked."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NO_STEERING, MQTT_VPP = "none", "mqtt_vpp"
_EXPERIMENTAL = "Experimental: Eniris publishes no list of these words."
# RFC 6901 gives ~ and / a meaning; the rest of what a property's name may be is not documented.
_word = RegexValidator(r"^[A-Za-z0-9_-]+\Z", "Letters, digits, - and _ only.")


# The host is shown, and stands beside deliveries.
_plain = RegexValidator(r"^[^@?#]*\Z", "Without a user, a query or a fragment.")


def _url(label: str, initial: str) -> forms.URLField:
    return forms.URLField(
        label=label, initial=initial, required=False, assume_scheme="https", validators=[_plain]
    )


def _text(label: str, initial: str = "", help_text: Any = "", *, is_word: bool = False) -> forms.CharField:
    validators = [_word] if is_word else []
    return forms.CharField(
        label=label,
        initial=initial,
        help_text=help_text,
        required=False,
        max_length=128,
        validators=validators,
    )


class SettingsForm(forms.Form):
    """What is left empty is as it is at first."""

    username = forms.CharField(
        max_length=256, help_text=gettext_lazy("of an account without two-factor authentication")
    )
    password = forms.CharField(max_length=256, strip=False, widget=forms.PasswordInput)
    api_url = _url("API", "https://api.eniris.be")
    auth_url = _url("Authentication", "https://authentication.eniris.be")
    duration_unit = forms.ChoiceField(
        label=gettext_lazy("A licence's duration is in"),
        choices=[("months", "months"), ("years", "years"), ("days", "days")],
        initial="months",
        required=False,
        help_text=gettext_lazy("Eniris does not say; 0 is taken for no end."),
    )

    write_property = forms.BooleanField(
        label=gettext_lazy("Write a property"),
        required=False,
        initial=True,
        help_text=gettext_lazy("of each mapped device, which the account needs edit rights for"),
    )
    property_name = _text("Property", "openadr", is_word=True)

    write_telemetry = forms.BooleanField(label=gettext_lazy("Write a telemetry point"), required=False)
    ingress_url = _url("Telemetry ingress", "https://neodata-ingress.eniris.be")
    telemetry_database = _text("Database", is_word=True)
    telemetry_retention = _text("Retention policy", is_word=True)
    telemetry_user = _text("Telemetry user", help_text=gettext_lazy("only where Eniris gave you one"))
    telemetry_measurement = _text("Measurement", "openadr", is_word=True)

    steering = forms.ChoiceField(
        choices=[(NO_STEERING, "none"), (MQTT_VPP, "MQTT virtual power plant (experimental)")],
        initial=NO_STEERING,
        required=False,
        help_text=gettext_lazy(
            "Without it Eniris is told of events, but no controller acts on them. Experimental: the message is"
            " made after a public outline, and has never been seen to move a controller."
        ),
    )
    mqtt_url = forms.CharField(
        label=gettext_lazy("MQTT broker"),
        initial="mqtt://mqtt.eniris.be:1883",
        required=False,
        max_length=200,
        validators=[
            RegexValidator(
                r"^mqtts?://[^/@\s:]+(:\d{1,5})?\Z", "mqtt://host:port or mqtts://host:port, without a user"
            )
        ],
    )
    mqtt_username = _text("MQTT user", is_word=True)
    mqtt_password = forms.CharField(
        label=gettext_lazy("MQTT password"),
        required=False,
        max_length=256,
        strip=False,
        widget=forms.PasswordInput,
    )
    vpp_id = _text("Virtual power plant", is_word=True)
    component = forms.ChoiceField(
        choices=[(name, name) for name in ("battery", "solar", "ev", "hvac")],
        initial="battery",
        required=False,
        help_text=_EXPERIMENTAL,
    )
    policy_active = _text("Policy of an active event", "setpoint", _EXPERIMENTAL)
    policy_otherwise = _text("Policy otherwise", "local", _EXPERIMENTAL)
    acknowledgement_seconds = forms.FloatField(
        label=gettext_lazy("Wait for an acknowledgement"),
        min_value=0,
        max_value=8,
        initial=0,
        required=False,
        help_text=gettext_lazy("seconds; 0: not at all. What it says is shown, and decides nothing."),
    )

    _NEEDED: ClassVar[dict[str, tuple[str, ...]]] = {
        "write_telemetry": ("telemetry_database", "telemetry_retention"),
        "steering": ("mqtt_username", "vpp_id"),
    }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            if name in cleaned and cleaned[name] in ("", None) and field.initial is not None:
                cleaned[name] = field.initial
        for switch, names in self._NEEDED.items():
            if cleaned.get(switch) in (True, MQTT_VPP):
                for name in names:
                    if not cleaned.get(name) and name not in self.errors:
                        self.add_error(name, _("This field is required."))
        return cleaned
