"""What the forms of VENs and resources have in common."""

from __future__ import annotations

from typing import Any

from participants.services.validation import checked_targets
from vtn.admin.fields import refusals_shown


class CheckedTargets:
    """Checks targets as the services do, so that a mistake is shown beside its field."""

    cleaned_data: dict[str, Any]

    @refusals_shown()
    def clean_targets(self) -> list[str]:
        return checked_targets(self.cleaned_data["targets"])
