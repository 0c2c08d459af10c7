"""System checks of the settings of licences."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from licensing.terms import Unit

LIMITS = ("warn", "refuse")


@register()
def licence_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A word that nobody knows would quietly mean something else."""
    found: list[CheckMessage] = []
    units = [unit.value for unit in Unit]
    if settings.LICENCE_DURATION_UNIT not in units:
        found.append(Error(f"LICENCE_DURATION_UNIT may be {', '.join(units)}", id="licensing.E001"))
    if settings.LICENCE_LIMIT not in LIMITS:
        found.append(Error(f"LICENCE_LIMIT may be {' or '.join(LIMITS)}", id="licensing.E002"))
    if any(days < 0 for days in settings.LICENCE_REMINDER_DAYS):
        found.append(Error("LICENCE_REMINDER_DAYS are numbers from 0 on", id="licensing.E003"))
    return found
