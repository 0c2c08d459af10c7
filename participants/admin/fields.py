"""Form fields for what the admin edits as a list."""

from __future__ import annotations

from typing import Any

from django import forms

from participants.services.checks import checked_targets
from vtn.errors import Invalid


class TargetsField(forms.CharField):
    """Targets, one a line: a target may hold a comma."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "cols": 40})
        super().__init__(
            **{
                "required": False,
                "widget": widget,
                "help_text": "One target a line.",
                "strip": False,
                **options,
            }
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """A list; line by line without the spaces around it."""
        lines = (line.strip() for line in super().clean(value).splitlines())
        try:
            return checked_targets(line for line in lines if line)
        except Invalid as error:
            raise forms.ValidationError(error.detail) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), (data or "").replace("\r\n", "\n"))
