"""What a page shows of an object is worked out once. Unfold asks a field to read three times for what it holds, each
time with all its queries."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

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
            every[name] = shown(thing)
        return every[name]

    return kept
