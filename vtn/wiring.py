"""Builds what `config/wiring.py` names."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def wired(name: str) -> Any:
    """The function or class that the project uses for this."""
    return import_string(settings.WIRING[name])
