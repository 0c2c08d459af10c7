"""Forms for objects that are written as JSON: the members staff look for as fields, the rest as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from vtn import errors
from vtn.admin.fields import TargetsField, refusals_shown
from vtn.wire import body


class _SeenField(forms.CharField):
    """The version that a form was filled in with. It changes nothing of the object."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class ContentForm(forms.ModelForm):
    """Puts its fields together into a 3.1.0 request and has it checked like any other."""

    targets = TargetsField(help_text=gettext_lazy("One per line. Without targets every VEN sees it."))
    rest = forms.CharField(
        label=gettext_lazy("content"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 24, "spellcheck": "false"}),
        help_text=gettext_lazy("All other members of a 3.1.0 request, as JSON."),
    )

    seen = _SeenField(required=False)

    own_members: ClassVar[frozenset[str]] = frozenset()  # JSON names that have a field of their own
    blank: ClassVar[dict[str, Any]] = {}  # what an empty form offers as content

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.blank if self.instance._state.adding else self.instance.content
        rest = {name: value for name, value in stored.items() if name not in self.own_members}
        self.fields["rest"].initial = body.indented(rest)
        if not self.instance._state.adding:
            self.initial["seen"] = self.instance.modified_at.isoformat()

    def clean_seen(self) -> datetime | None:
        """A program that posts without a look at it sends none."""
        seen, stored = self.cleaned_data["seen"], self.instance.modified_at
        if not seen or self.instance._state.adding:
            return None
        if seen != stored.isoformat():
            told = _("Somebody else has changed this since you opened it. Nothing was saved; open it again")
            self.add_error(None, told)
        return stored

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            with refusals_shown():
                rest = _json_object(cleaned["rest"])
                targets = {"targets": cleaned["targets"]} if cleaned["targets"] else {}
                content = self.parse({**rest, **self.members(cleaned), **targets})
                # Numbers that a 3.0.1 client wrote for its targets are not staff's to lose.
                self.content = replace(content, literals=self.instance.literals or {})
        return cleaned

    def members(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The members that have a field, as the wire writes them."""
        raise NotImplementedError

    def parse(self, written: dict[str, Any]) -> Any:
        """The checked content. Raises `Invalid`."""
        raise NotImplementedError


def _json_object(text: str) -> dict[str, Any]:
    value = body.without_nulls(body.decode(text.encode()))
    if not isinstance(value, dict):
        raise errors.Invalid(_("Expected an object: {…}"))
    return value
