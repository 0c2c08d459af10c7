"""Finds backends by name: those of `config/wiring.py`, and those that installed packages bring along."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from events.backends.base import ENTRY_POINTS, Backend

# What every backend has (`events.backends.base.Backend`).
_NEEDED = ("title", "only_newest_matters", "SettingsForm", "host", "push", "check_connection", "dry_run")


class NoSuchBackend(Exception):
    """No backend has this name, or it cannot be imported; the text says why."""


class Offered(NamedTuple):
    """A backend to choose. `fault` says why it cannot be, where it cannot."""

    name: str
    title: str
    fault: str = ""


def names() -> list[str]:
    """All there are, sorted."""
    return sorted({*_ours(), *_installed()})


def backend_named(name: str) -> type[Backend]:
    """The class. Raises `NoSuchBackend`, whatever it was that went wrong in a package of somebody else's."""
    ours = _ours()
    if name not in ours and name not in _installed():
        raise NoSuchBackend(f"There is no backend named '{name}'")
    try:
        found = import_string(ours[name]) if name in ours else _installed()[name].load()
    except (Exception, SystemExit) as error:
        raise NoSuchBackend(f"The backend '{name}' cannot be imported: {error!r}") from error
    if missing := [each for each in _NEEDED if not hasattr(found, each)]:
        raise NoSuchBackend(f"The backend '{name}' is none: it has no {', '.join(missing)}")
    return found


def offered() -> list[Offered]:
    """All there are, with what staff are shown."""
    return [_offered(name) for name in names()]


def _offered(name: str) -> Offered:
    try:
        return Offered(name, str(backend_named(name).title))
    except NoSuchBackend as error:
        return Offered(name, name, fault=str(error))


def _installed() -> dict[str, EntryPoint]:
    """Our own come first: a package cannot take the name of one."""
    found = _entry_points(tuple(sys.path))
    return {name: entry for name, entry in found.items() if name not in _ours()}


# To look takes milliseconds, and each push asks; what is installed while a process runs is not seen by it anyway.
@lru_cache(maxsize=1)
def _entry_points(path: tuple[str, ...]) -> dict[str, EntryPoint]:
    # Of two with one name, the one that Python finds first.
    return {entry.name: entry for entry in reversed(list(entry_points(group=ENTRY_POINTS)))}


def _ours() -> dict[str, str]:
    wiring: dict[str, Any] = settings.WIRING
    return wiring["backends"]
