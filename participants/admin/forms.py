"""What the forms of VENs and resources have in common."""

from __future__ import annotations

from typing import Any

from django import forms

from participants.services.validation import checked_targets
from vtn.errors import Invalid


class CheckedTargets:
    """Checks targets as the services do, so that a mistake is shown beside its field."""

    cleaned_data: dict[str, Any]

    def clean_targets(self) -> list[str]:
        try:
            return checked_targets(self.cleaned_data["targets"])
        except Invalid as error:
            raise forms.ValidationError(error.detail) from None
