"""Which of several events that are active at once goes first, for backends that can show one of them only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from events.backends.base import ALL_OTHERS, Backend, EventChange
from events.bindings.changes import change_of
from events.bindings.models import Binding
from events.bindings.queries import followed_by
from events.life.moments import Life
from events.timeline import Phase
from vtn.documents import recorded
from vtn.wire import body

# Of those that go first; whoever is behind so many is not asked.
_MOST = 20


def with_contenders(change: EventChange, backend: Backend, binding: Binding, *, now: datetime) -> EventChange:
    """The change with the events that contend with it, where its backend wants them. They are those of now and not of
    the moment of the change: of two that are pushed at the same time, both have to say the same."""
    shared: Callable[[EventChange], Collection[str]] | None = getattr(backend, "shared_targets", None)
    targets = shared(change) if shared is not None else ()
    if not targets:
        return change
    others = _active(change, targets, binding, max(change.at, now))
    itself = [change] if change.phase is Phase.ACTIVE else []
    return replace(change, contenders=tuple(sorted([*itself, *others], key=_place)))


def _active(
    change: EventChange, targets: Collection[str], binding: Binding, moment: datetime
) -> Iterator[EventChange]:
    reaching = Q(targets__overlap=[target for target in targets if target != ALL_OTHERS])
    if ALL_OTHERS in targets:
        reaching |= ~Q(targets__overlap=[target for target in binding.mapping if target != ALL_OTHERS])
    events = followed_by(binding).filter(reaching, span__contains=moment).exclude(id=change.event_id)
    for event in events.order_by(F("priority").asc(nulls_last=True), "-created_at", "-id")[:_MOST]:
        shown = Life(body.decode_text(recorded(event))).shown(moment)
        if shown["phase"] == Phase.ACTIVE:
            yield change_of(shown, key="", cause="PHASE")


def _place(change: EventChange) -> tuple[Any, ...]:
    """3.1.0 Definition, "Events": 0 is the highest priority. Interpretation: an event without one is behind all that
    have one, and of equal ones the newest holds, as it would have been told of last."""
    created_at = datetime.fromisoformat(change.event["createdDateTime"])
    return change.priority is None, change.priority or 0, -created_at.timestamp(), change.event_id
