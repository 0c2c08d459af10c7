"""Form fields for what the admin edits as a list."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from vtn import errors
from vtn.wire import body


class TargetsField(forms.CharField):
    """Targets, one per line: a comma is legal in a target. So are line breaks and spaces at its ends; where there are
    such, the field is a JSON list, and no target changes by being shown."""

    def __init__(self, **options: Any) -> None:
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        super().__init__(
            **{"required": False, "widget": widget, "help_text": "One target per line.", **options}
        )

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(value) if all(map(_is_plain, value)) else body.encode_text(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text.startswith("["):
            return [line.strip() for line in text.split("\n") if line.strip()]
        try:
            targets = body.decode(text.encode())
        except errors.Invalid as error:
            raise forms.ValidationError(f"A list in JSON, or one target per line: {error.detail}") from None
        if not all(isinstance(target, str) for target in targets):
            raise forms.ValidationError("A list of texts in JSON, or one target per line")
        return targets

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares targets, not texts: browsers end lines in their own way."""
        try:
            return self.clean(data) != (initial or [])
        except forms.ValidationError:
            return True


def _is_plain(target: str) -> bool:
    return target.isprintable() and target == target.strip() and not target.startswith("[")
