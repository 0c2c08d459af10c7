"""Builds what `config/wiring.py` names: one thing, a list of them, or several by name."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def wired(name: str) -> Any:
    """The function or class that the project uses for this."""
    return import_string(_wiring()[name])


def all_wired(name: str) -> list[Any]:
    """The functions or classes that it uses for this, where there are several."""
    return [import_string(dotted) for dotted in _wiring()[name]]


def wired_by_name(name: str) -> dict[str, Any]:
    """The same, where each has a name."""
    return {each: import_string(dotted) for each, dotted in _wiring()[name].items()}


def dotted_names() -> dict[str, str]:
    """All that is named in the wiring, by where."""
    found: dict[str, str] = {}
    for name, value in _wiring().items():
        if isinstance(value, str):
            found[name] = value
        else:
            parts = value.items() if isinstance(value, dict) else enumerate(value)
            found |= {f"{name}[{part}]": dotted for part, dotted in parts}
    return found


def _wiring() -> Mapping[str, Any]:
    return settings.WIRING
