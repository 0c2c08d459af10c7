"""The channel of licences: what is done to a licence here is passed on through bindings whose backends can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from events.backends.base import Backend, Receipt
from events.backends.registry import NoSuchBackend, backend_named
from events.bindings.models import Binding
from events.bindings.pushing import Backends, bound, made
from events.bindings.verdicts import Push
from vtn.deliveries import store
from vtn.deliveries.outcomes import Outcome
from vtn.deliveries.store import Addressee, Claimed
from vtn.relay.changes import Change
from vtn.wire import body

CHANNEL = "licence"


class PassesOnLicences(Protocol):
    """A backend whose other side has licences too. Both raise as `Backend.push` does."""

    def push_claim(self, licence_key: str, node_id: int | str) -> Receipt: ...

    def push_activation(self, licence_key: str, at: datetime | None = None) -> Receipt: ...


def tell(changes: Sequence[Change]) -> None:
    """Posts each activation and each claim to the bindings that can pass it on, in their order. A licence that comes
    activated or claimed, as by an import, is not news: it was made somewhere else."""
    done = [(change, each) for change in changes if change.object_type == "LICENSE" for each in _done(change)]
    if not done:
        return
    bindings = [each for each in Binding.objects.filter(is_enabled=True).order_by("id") if _passes_on(each)]
    if not bindings:
        return
    addressees = [Addressee(each.id, each.host) for each in bindings]
    for change, what in done:
        store.post(
            change,
            channel=CHANNEL,
            operation=change.operation,
            body=body.encode_text(what),
            addressees=addressees,
        )


class Licences(Backends):
    """A `vtn.deliveries.channels.Channel`, whose recipients are bindings."""

    def prepare(self, claimed: Sequence[Claimed]) -> Mapping[int, Push | Outcome]:
        bindings = Binding.objects.filter(is_enabled=True).in_bulk({each.recipient_id for each in claimed})
        bodies = store.bodies({each.notification_id for each in claimed})
        return {
            each.id: _push(binding, body.decode_text(bodies[each.notification_id]))
            for each in claimed
            if (binding := bindings.get(each.recipient_id)) is not None
        }


def _push(binding: Binding, done: Mapping[str, Any]) -> Push | Outcome:
    def make(backend: type[Backend], secrets: Mapping[str, str]) -> Push:
        there: Any = backend(bound(binding, secrets))
        return Push(_call(there, done), f"licence {done['key']}", binding.id, list(secrets.values()))

    return made(binding, make)


def _call(there: PassesOnLicences, done: Mapping[str, Any]) -> Any:
    if "nodeId" in done:
        node_id = done["nodeId"]
        # Node ids are text with us, and were numbers in all that was seen of them.
        is_number = node_id.isascii() and node_id.isdigit()
        return partial(there.push_claim, done["key"], int(node_id) if is_number else node_id)
    return partial(there.push_activation, done["key"], datetime.fromisoformat(done["activatedAt"]))


def _done(change: Change) -> list[dict[str, Any]]:
    """What an entry of a licence says was done; for the most part nothing of these."""
    before, after = change.before, change.after
    if before is None or after is None:
        return []
    done: list[dict[str, Any]] = []
    if before["node_id"] is None and after["node_id"] is not None:
        done.append({"key": after["key"], "nodeId": after["node_id"]})
    if before["activated_at"] is None and after["activated_at"] is not None:
        done.append({"key": after["key"], "activatedAt": after["activated_at"]})
    return done


def _passes_on(binding: Binding) -> bool:
    try:
        backend: Any = backend_named(binding.backend)
    except NoSuchBackend:
        return False
    return hasattr(backend, "push_claim") and hasattr(backend, "push_activation")
