"""What our targets are called at the other side of the HTTP backend, in whatever shape that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from events.backends.base import ALL_OTHERS, EventChange, Refused
from events.timeline import Phase

# A change, and what its targets are called there, in their order.
Told = tuple[EventChange, list[Any]]


def told_of(mapping: Mapping[str, Any], change: EventChange) -> list[Told]:
    """The change; before it, where an edit took targets away, that the event is cancelled for what those are called.
    Raises `Refused` where nothing of it has a name there: to be left out by mistake is to be told of."""
    left = _left_behind(mapping, change)
    names = _names(mapping, change.targets)
    if names is not None:
        return [*left, (change, names)]
    if not left:
        raise Refused(f"The mapping has none of its targets: {', '.join(change.targets) or 'it has none'}")
    return left


def _left_behind(mapping: Mapping[str, Any], change: EventChange) -> list[Told]:
    """A call of its own, by its key as well: who has seen a key before may do nothing more."""
    before, now = change.targets_before or (), _names(mapping, change.targets) or []
    names = [name for name in _names(mapping, before) or [] if name not in now]
    if change.targets_before is None or not names:
        return []
    targets = tuple(target for target in before if target not in change.targets)
    over = replace(
        change,
        key=f"{change.key}.left",
        phase=Phase.CANCELLED,
        targets=targets,
        intervals=(),
        targets_before=None,
    )
    return [(over, names)]


def _names(mapping: Mapping[str, Any], targets: Sequence[str]) -> list[Any] | None:
    """None where none of them has one. With an empty mapping none needs one."""
    found = [mapping[target] for target in targets if target in mapping]
    if not found and ALL_OTHERS in mapping:
        return [mapping[ALL_OTHERS]]
    return found if found or not mapping else None
