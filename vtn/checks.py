"""System checks of our own, run by `manage.py check`."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from vtn.wiring import dotted_names


@register()
def wiring_imports(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every dotted name in config/wiring.py must import."""
    problems: list[CheckMessage] = []
    for name, dotted in dotted_names().items():
        try:
            import_string(dotted)
        except ImportError as error:
            problems.append(Error(f"config/wiring.py: {name} = '{dotted}': {error}", id="vtn.E001"))
    return problems
