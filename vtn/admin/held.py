"""What the fields of a form hold that no column has. Where a form is only read, Django would show a dash for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.utils import pretty_name
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vtn.shown_moments import moment_text


class HeldByForm:
    """For model admins: whoever may only look sees it under the label that the form has."""

    model: Any
    form: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for name, field in self.form.base_fields.items():
            is_shown = hasattr(self, name) or hasattr(self.model, name)
            if not is_shown and not isinstance(field.widget, forms.PasswordInput):
                described = admin.display(description=field.label or pretty_name(name))
                setattr(self, name, described(_held(self.form, name)))


def _held(form: Any, name: str) -> Callable[[Any], SafeString | str]:
    def held(thing: Any) -> SafeString | str:
        value = form(instance=thing)[name].value()
        if isinstance(value, datetime):
            return moment_text(value)
        return format_html("<pre>{}</pre>", value) if "\n" in (value or "") else value or "–"

    return held
