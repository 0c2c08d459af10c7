"""How a form asks for a number behind whose comma or point there may be something."""

from __future__ import annotations

from typing import Any

from django import forms


class DecimalInput(forms.TextInput):
    """Takes a comma for a point, like the composer. Out of `<input type=number>` a browser whose language has points
    drops it, and 0,25 becomes 25."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """With both marks, as for thousands, it stays as it is, which is no number."""
        text = super().value_from_datadict(data, files, name)
        return text.replace(",", ".") if isinstance(text, str) and "." not in text else text
