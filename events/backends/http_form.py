"""The form of the HTTP backend's settings."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.backends.http_settings import is_json
from events.backends.made_up import made_up
from events.backends.templates import BadTemplate, as_json, rendered, values_of
from events.timeline import Phase

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)  # RFC 9110 §5.6.2
_VALUE = re.compile(r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?", re.ASCII)
_STATUSES = re.compile(r"\d{3}(-\d{3})?(\s*,\s*\d{3}(-\d{3})?)*", re.ASCII)
# What the call itself says, and what would break it.
_OURS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "idempotency-key"}
)

_BODY = """{
  "event": {{ event_id|json }},
  "name": {{ name|json }},
  "phase": {{ phase|json }},
  "value": {{ value|json }},
  "targets": {{ targets|json }},
  "at": {{ at|json }}
}"""


class HttpForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("URL"),
        max_length=2000,
        help_text=gettext_lazy(
            "Behind the host it may have variables, as in https://there.example/groups/{{ mapped.0 }}; their "
            "values are percent-encoded."
        ),
    )
    method = forms.ChoiceField(
        choices=[(each, each) for each in ("POST", "PUT", "PATCH", "DELETE", "GET")], initial="POST"
    )
    phases = forms.MultipleChoiceField(
        choices=[(phase.value, phase.value) for phase in Phase],
        initial=[phase.value for phase in Phase],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A change to any other phase means nothing there."),
    )
    body = forms.CharField(
        required=False,
        initial=_BODY,
        strip=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "A Django template without tags of its own: docs/backends.md lists the variables. Write "
            "{{ name|json }} for a value in JSON. GET and DELETE send none."
        ),
    )
    content_type = forms.CharField(initial="application/json", max_length=100)
    headers = forms.CharField(
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One per line, as in “Accept: application/json”. No secrets: these are shown."
        ),
    )
    secret_header = forms.CharField(
        label=gettext_lazy("Header of the secret"), initial="Authorization", max_length=100
    )
    secret = forms.CharField(
        required=False,
        max_length=5_000,
        widget=forms.PasswordInput,
        help_text=gettext_lazy("The whole value of that header, as in “Bearer abc”."),
    )
    check_url = forms.CharField(
        label=gettext_lazy("Check URL"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy(
            "What a GET of it answers shows whether the secret is taken. On the same host."
        ),
    )
    taken = forms.CharField(label=gettext_lazy("Statuses of success"), initial="200-299")
    refused = forms.CharField(
        label=gettext_lazy("Statuses that are given up at once"), initial="410", required=False
    )
    held = forms.CharField(
        label=gettext_lazy("Statuses that hold everything up"),
        initial="401, 403",
        required=False,
        help_text=gettext_lazy("until the binding is saved again. All other statuses are tried again."),
    )
    timeout = forms.FloatField(label=gettext_lazy("Seconds for a call"), initial=10, min_value=0.1)

    def clean_url(self) -> str:
        return _checked_url(self.cleaned_data["url"])

    def clean_check_url(self) -> str:
        url = self.cleaned_data["check_url"]
        return _checked_url(url) if url else ""

    def clean_content_type(self) -> str:
        return _checked_value(self.cleaned_data["content_type"])

    def clean_headers(self) -> str:
        for line in self.cleaned_data["headers"].splitlines():
            name, separator, value = line.partition(":")
            if not separator or not value.strip():
                raise forms.ValidationError(_("Not a header: %(line)s") % {"line": line[:40]})
            _checked_header(name)
            _checked_value(value.strip())
        return self.cleaned_data["headers"]

    def clean_secret_header(self) -> str:
        return _checked_header(self.cleaned_data["secret_header"])

    def clean_secret(self) -> str:
        secret = self.cleaned_data["secret"]
        return _checked_value(secret) if secret else ""

    def clean_taken(self) -> str:
        return _checked_statuses(self.cleaned_data["taken"])

    def clean_refused(self) -> str:
        return _checked_statuses(self.cleaned_data["refused"])

    def clean_held(self) -> str:
        return _checked_statuses(self.cleaned_data["held"])

    def clean_timeout(self) -> float:
        """Shorter than what ends the whole push from outside, so that its own words are heard."""
        if self.cleaned_data["timeout"] >= settings.BACKEND_TIMEOUT:
            raise forms.ValidationError(
                _("Less than %(most)s, which is BACKEND_TIMEOUT_SECONDS")
                % {"most": f"{settings.BACKEND_TIMEOUT:g}"}
            )
        return self.cleaned_data["timeout"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        url, check_url = cleaned.get("url", ""), cleaned.get("check_url", "")
        if check_url and url and urlsplit(check_url)[:2] != urlsplit(url)[:2]:
            # It is called with the secret.
            self.add_error("check_url", _("It has to be on the same host as the URL"))
        for name in ("url", "body"):
            if cleaned.get(name) and not self.errors.get(name):
                self._try_template(name, cleaned)
        return cleaned

    def _try_template(self, name: str, cleaned: dict[str, Any]) -> None:
        """A mistake is found now, rather than by the first event."""
        for phase in cleaned.get("phases") or Phase:
            values = values_of(made_up(Phase(phase), targets=["north"]), ["north"])
            try:
                text = rendered(cleaned[name], values, is_url=name == "url")
                if name == "body" and is_json(cleaned.get("content_type", "")):
                    as_json(text)
            except BadTemplate as error:
                self.add_error(
                    name, _("Of an event that is %(phase)s: %(error)s") % {"phase": phase, "error": error}
                )
                return


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "{" in parts.netloc:
        raise forms.ValidationError(
            gettext_lazy("An absolute URL with http or https; the host cannot be a variable")
        )
    if "@" in parts.netloc:
        raise forms.ValidationError(
            gettext_lazy("No password here: this is shown. Put it into the header of the secret")
        )
    return url


def _checked_header(name: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise forms.ValidationError(_("Not the name of a header: %(name)s") % {"name": name[:40]})
    if name.lower() in _OURS:
        raise forms.ValidationError(_("%(name)s is set by the call itself") % {"name": name})
    return name


def _checked_value(value: str) -> str:
    """The text is not repeated: it may be a secret."""
    if not _VALUE.fullmatch(value):
        raise forms.ValidationError(gettext_lazy("Visible ASCII characters and spaces only"))
    return value


def _checked_statuses(text: str) -> str:
    if text and not _STATUSES.fullmatch(text):
        raise forms.ValidationError(gettext_lazy("As in “200-299, 304”"))
    return text
