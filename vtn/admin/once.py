"""What a page shows of an object is worked out once, and in words. Unfold asks a field to read three times for what it
holds, each time with all its queries; and of what a method gives Django would show a moment as Python writes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from vtn.shown_moments import moment_text

_KEPT = "_shown_by_admin"


class ShownOnce:
    """For model admins and inlines: their methods among `readonly_fields` are called once for each object that was
    read."""

    readonly_fields: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for name in self.readonly_fields:
            if callable(shown := getattr(self, name, None)):
                setattr(self, name, _once(name, shown))


def _once(name: str, shown: Callable[[Any], Any]) -> Callable[[Any], Any]:
    @wraps(shown)
    def kept(thing: Any) -> Any:
        every = thing.__dict__.setdefault(_KEPT, {})
        if name not in every:
            found = shown(thing)
            every[name] = moment_text(found) if isinstance(found, datetime) else found
        return every[name]

    return kept
