"""Works out which other systems follow a change of an event, by edit or by the clock, and posts a delivery for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from events.bindings.models import Binding
from events.life.moments import Life
from events.timeline import Phase
from vtn.deliveries import store
from vtn.deliveries.store import Addressee
from vtn.relay.changes import Change
from vtn.wire import body

CHANNEL = "backend"


def tell(changes: Sequence[Change]) -> None:
    """Posts what these changes mean to the bindings, in their order."""
    events = [change for change in changes if change.object_type == "EVENT"]
    if not events:
        return
    bindings = list(Binding.objects.filter(is_enabled=True).order_by("id"))
    for change in events:
        for binding in bindings:
            shown = shown_to(binding, change)
            if shown is not None:
                _post(change, binding, shown)


def shown_to(binding: Binding, change: Change) -> dict[str, Any] | None:
    """The event as the binding's backend is to take it (`events.life.moments.Life.shown`), or None if it is none of its
    business. An event that is gone, or that is no longer of its kind, is cancelled; one that is over before anybody was
    told of it need not be."""
    was, is_ = _is_of(binding, change.before, change), _is_of(binding, change.after, change)
    if is_:
        assert change.after is not None
        shown = (
            change.after
            if change.operation == "PHASE"
            else {**_shown_as_written(change), **_moved(was, change)}
        )
        is_news = was or change.operation == "PHASE" or not Phase(shown["phase"]).is_over
        return shown if is_news else None
    if not was:
        return None
    assert change.before is not None
    shown = Life(change.before).shown(change.made_at)
    phase = Phase.ENDED if shown["phase"] == Phase.ENDED else Phase.CANCELLED
    return {**shown, "phase": phase.value, "intervals": []}


def _shown_as_written(change: Change) -> dict[str, Any]:
    assert change.after is not None
    life = Life(change.after)
    return life.shown(life.began(change.made_at))


def _moved(was: bool, change: Change) -> dict[str, Any]:
    """The targets that it had, where they were others: whoever acts by targets has to let go of them."""
    if not was or change.before is None or change.after is None:
        return {}
    before = change.before.get("targets", [])
    return {} if set(before) == set(change.after.get("targets", ())) else {"targetsBefore": before}


def _is_of(binding: Binding, document: dict[str, Any] | None, change: Change) -> bool:
    if document is None or (binding.program_ids and change.program_id not in binding.program_ids):
        return False
    return not binding.targets or not set(binding.targets).isdisjoint(document.get("targets", ()))


def _post(change: Change, binding: Binding, shown: dict[str, Any]) -> None:
    store.post(
        change,
        channel=CHANNEL,
        operation=change.operation,
        body=body.encode_text(shown),
        addressees=[Addressee(binding.id, binding.host)],
    )
