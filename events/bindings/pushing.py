"""The channel of backends: each delivery is one push of one change through the backend of a binding."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import connection
from django.utils import timezone

from events.backends.base import Backend, Bound, EventChange
from events.backends.registry import NoSuchBackend, backend_named
from events.bindings import licences
from events.bindings.calls import TooManyOverdue, calls
from events.bindings.changes import change_of
from events.bindings.contenders import with_contenders
from events.bindings.models import Binding
from events.bindings.secrets import secrets_of
from events.bindings.verdicts import Push, outcome_of, shown
from vtn.deliveries import outcomes, store
from vtn.deliveries.channels import Described, Send
from vtn.deliveries.models import Delivery
from vtn.deliveries.outcomes import End, Outcome
from vtn.deliveries.store import Claimed
from vtn.sealing import CannotUnseal
from vtn.wire import body

logger = logging.getLogger(__name__)

# Backends are written as one writes Python, one call after the other; so each push has a thread while it lasts.
_MOST_AT_ONCE = 64
_NOTED = ["trouble", "troubled_at", "pushed_at"]

_OVERTAKEN = """
    SELECT claimed.id FROM unnest(%(ids)s::bigint[], %(lanes)s::text[]) AS claimed (id, lane)
    WHERE EXISTS (
        SELECT FROM vtn_delivery newer
        WHERE newer.state = 'waiting' AND newer.lane = claimed.lane AND newer.id > claimed.id
    )
"""


class Backends:
    """A `vtn.deliveries.channels.Channel`, whose recipients are bindings."""

    def prepare(self, claimed: Sequence[Claimed]) -> Mapping[int, Push | Outcome]:
        bindings = Binding.objects.filter(is_enabled=True).in_bulk({each.recipient_id for each in claimed})
        bodies = store.bodies({each.notification_id for each in claimed})
        overtaken = _overtaken(claimed)
        ready = {
            each.id: _ready(binding, each, bodies[each.notification_id], is_overtaken=each.id in overtaken)
            for each in claimed
            if (binding := bindings.get(each.recipient_id)) is not None
        }
        return _as_licensed(ready)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Send]:
        places = asyncio.Semaphore(_MOST_AT_ONCE)

        async def send(push: Push) -> Outcome:
            async with places:
                return await _pushed(push)

        yield send

    def note(self, outcomes: Sequence[tuple[Claimed, Outcome]]) -> None:
        """What holds everything up stands at the binding, where staff see it; unless they have saved it since the push
        began, which may have been their answer to it."""
        now = timezone.now()
        ends: defaultdict[int, list[tuple[Claimed, Outcome]]] = defaultdict(list)
        for claimed, outcome in outcomes:
            if outcome.end in (End.HELD, End.DELIVERED):
                ends[claimed.recipient_id].append((claimed, outcome))
        # In one order, since others may be noting the same ones.
        locked = Binding.objects.select_for_update(no_key=True).order_by("id")
        bindings = list(locked.only(*_NOTED, "modified_at").filter(id__in=ends))
        for binding in bindings:
            for claimed, outcome in ends[binding.id]:
                _note(binding, claimed, outcome, now)
        Binding.objects.bulk_update(bindings, _NOTED)

    def describe(self, deliveries: Iterable[Delivery]) -> Mapping[int, Described]:
        shown = list(deliveries)
        bindings = Binding.objects.in_bulk({each.recipient_id for each in shown})
        return {
            each.id: Described(binding, binding.host, {})
            for each in shown
            if (binding := bindings.get(each.recipient_id)) is not None
        }


def _note(binding: Binding, claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    began_at = now - timedelta(seconds=time.monotonic() - claimed.claimed_at)
    if outcome.end is End.DELIVERED:
        binding.pushed_at = now
    elif not binding.trouble and binding.modified_at <= began_at:
        binding.trouble, binding.troubled_at = outcome.reason, now


def bound(binding: Binding, secrets: Mapping[str, str]) -> Bound:
    """A binding as its backend gets it, with its secrets (`events.bindings.secrets.secrets_of`)."""
    return Bound(
        id=binding.id,
        name=binding.name,
        settings={**binding.settings, **secrets},
        mapping=dict(binding.mapping),
    )


class Ready(NamedTuple):
    """A change that can be pushed, unless licences have something against it."""

    backend: Backend
    change: EventChange
    binding: Binding
    secrets: Sequence[str]


Made = TypeVar("Made")


def made(binding: Binding, make: Callable[[type[Backend], Mapping[str, str]], Made]) -> Made | Outcome:
    """What is made of a binding's backend and its secrets, or what is in the way."""
    if binding.trouble:
        return Outcome(End.HELD, reason=binding.trouble)
    try:
        backend, secrets = backend_named(binding.backend), secrets_of(binding)
    except (NoSuchBackend, CannotUnseal) as error:
        # Staff have to see to it; the other bindings go on.
        return Outcome(End.HELD, reason=shown(error, ()))
    try:
        return make(backend, secrets)
    except (Exception, SystemExit) as error:
        reason = shown(f"the backend cannot be made: {error!r}", list(secrets.values()))
        logger.error("Binding %s: %s", binding.id, reason)  # noqa: TRY400 - a traceback may hold its secrets
        return outcomes.failed(reason)


def _ready(binding: Binding, claimed: Claimed, text: str, *, is_overtaken: bool) -> Ready | Outcome:
    def make(backend: type[Backend], secrets: Mapping[str, str]) -> Ready | Outcome:
        change = change_of(
            body.decode_text(text), key=f"{claimed.entry_id}.{binding.id}", cause=claimed.operation
        )
        # Only this one knows which targets the event has left.
        if is_overtaken and backend.only_newest_matters and change.targets_before is None:
            return Outcome(End.DROPPED, reason="a later change has overtaken it")
        whole = backend(bound(binding, secrets))
        change = with_contenders(change, whole, binding, now=timezone.now())
        return Ready(whole, change, binding, list(secrets.values()))

    return made(binding, make)


def _as_licensed(ready: Mapping[int, Ready | Outcome]) -> dict[int, Push | Outcome]:
    """What licences leave of them; all are asked about at once."""
    asking = {key: each for key, each in ready.items() if isinstance(each, Ready)}
    found = licences.verdicts(
        [licences.asked(each.backend, each.binding.mapping, each.change) for each in asking.values()],
        now=timezone.now(),
        limit=settings.LICENCE_LIMIT,
    )
    decided = {
        key: _decided(each, verdict) for (key, each), verdict in zip(asking.items(), found, strict=True)
    }
    return {key: each if isinstance(each, Outcome) else decided[key] for key, each in ready.items()}


def _decided(ready: Ready, verdict: licences.Verdict) -> Push | Outcome:
    if verdict.refusal:
        return Outcome(End.REFUSED, reason=shown(verdict.refusal, ()))
    if verdict.left_out and isinstance(ready.backend, licences.TellsControllers):
        ready.backend.leave_out(verdict.left_out)
    call = partial(ready.backend.push, verdict.change)
    about = f"event {verdict.change.event_id}"
    return Push(call, about, ready.binding.id, ready.secrets, note=verdict.warning)


async def _pushed(push: Push) -> Outcome:
    limit = settings.BACKEND_TIMEOUT
    try:
        return await calls.wait_for(push.binding_id, partial(outcome_of, push), seconds=limit)
    except TimeoutError:
        return outcomes.no_reply(f"did not come back within {limit:g} seconds")
    except TooManyOverdue as error:
        return outcomes.no_reply(str(error))


def _overtaken(claimed: Collection[Claimed]) -> set[int]:
    """Those behind which a later change of the same event waits already."""
    parameters: dict[str, Any] = {
        "ids": [each.id for each in claimed],
        "lanes": [each.lane for each in claimed],
    }
    with connection.cursor() as cursor:
        cursor.execute(_OVERTAKEN, parameters)
        return {id_ for (id_,) in cursor.fetchall()}
