"""Form fields for what Django has none for, and how a form says what a service refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from vtn import errors
from vtn.local_time import NoSuchZone, zone_named
from vtn.wire import body

_ONE_PER_LINE = gettext_lazy("One target per line.")


@contextmanager
def refusals_shown() -> Iterator[None]:
    """What a service would refuse is an error of the form, or of the field, that is being cleaned."""
    try:
        yield
    except errors.VtnError as refusal:
        raise forms.ValidationError(refusal.detail) from None


class TargetsField(forms.CharField):
    """Targets, one per line: a comma is legal in a target. So are line breaks and spaces at its ends; where there are
    such, the field is a JSON list, and no target changes by being shown. One that is there twice is kept once."""

    def __init__(self, **options: Any) -> None:
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        super().__init__(**{"required": False, "widget": widget, "help_text": _ONE_PER_LINE, **options})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(value) if all(map(_is_plain, value)) else body.encode_text(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text.startswith("["):
            return list(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))
        try:
            targets = body.decode(text.encode())
        except errors.Invalid as error:
            raise forms.ValidationError(
                _("A list in JSON, or one target per line: %(why)s") % {"why": error.detail}
            ) from None
        if not all(isinstance(target, str) for target in targets):
            raise forms.ValidationError(gettext_lazy("A list of texts in JSON, or one target per line"))
        return list(dict.fromkeys(targets))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares targets, not texts: browsers end lines in their own way."""
        try:
            return self.clean(data) != (initial or [])
        except forms.ValidationError:
            return True


class ZoneField(forms.CharField):
    """A time zone by its name, chosen from a list or typed."""

    def clean(self, value: Any) -> ZoneInfo:
        try:
            return zone_named(super().clean(value))
        except NoSuchZone:
            raise forms.ValidationError(
                _("There is no time zone '%(name)s'") % {"name": value[:64]}
            ) from None

    def prepare_value(self, value: Any) -> Any:
        return value.key if isinstance(value, ZoneInfo) else value


def _is_plain(target: str) -> bool:
    return target.isprintable() and target == target.strip() and not target.startswith("[")
