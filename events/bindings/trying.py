"""Trying a binding before anything depends on it: whether its backend gets through, and what it would send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

from events.backends.base import Backend, BackendError, BackendRequest, EventChange
from events.backends.masking import masked
from events.backends.registry import NoSuchBackend, backend_named
from events.bindings import licences
from events.bindings.calls import TooManyOverdue, calls
from events.bindings.changes import change_of
from events.bindings.contenders import with_contenders
from events.bindings.models import Binding
from events.bindings.pushing import bound
from events.bindings.secrets import secrets_of
from events.bindings.verdicts import shown
from events.life.moments import Life
from events.models import Event
from events.timeline import Phase
from vtn import errors
from vtn.documents import recorded
from vtn.places import NoPlace, places, places_for_callbacks
from vtn.sealing import CannotUnseal
from vtn.wire import body

_WAIT_FOR_A_PLACE = 0.5
_A_MOMENT = timedelta(seconds=1)


class NeverSo(errors.Invalid):
    """The event is at no time in this phase."""


@dataclass(frozen=True, slots=True)
class Tried:
    """`text` says what was found, or what was in the way; `requests` are those that would be made. In neither is a
    secret."""

    is_good: bool
    text: str
    requests: Sequence[BackendRequest] = ()


def check_connection(binding: Binding) -> Tried:
    """Calls the other side, and changes nothing there. Not for inside a transaction. Raises `Busy`."""
    return _tried(binding, lambda backend: (str(backend.check_connection()), ()))


def dry_run(binding: Binding, change: EventChange) -> Tried:
    """What would be sent now, of which nothing is, and what licences have to say of it. Raises `Busy`."""
    verdict = _verdict(binding, change)
    if verdict.refusal:
        return Tried(False, verdict.refusal)

    def ask(backend: Backend) -> Any:
        if verdict.left_out and isinstance(backend, licences.TellsControllers):
            backend.leave_out(verdict.left_out)
        return verdict.warning, tuple(backend.dry_run(verdict.change))

    return _tried(binding, ask)


def _verdict(binding: Binding, change: EventChange) -> licences.Verdict:
    now = timezone.now()
    try:
        backend = backend_named(binding.backend)(bound(binding, secrets_of(binding)))
        asked = licences.asked(backend, binding.mapping, with_contenders(change, backend, binding, now=now))
    except Exception:
        # Whatever is wrong with the backend, `_tried` says.
        return licences.Verdict(change)
    (verdict,) = licences.verdicts([asked], now=now, limit=settings.LICENCE_LIMIT)
    return verdict


def change_in(event: Event, phase: Phase, *, now: datetime) -> EventChange:
    """What backends would be told of an event when it comes to this phase. Raises `NeverSo`."""
    life = Life(body.decode_text(recorded(event)))
    if phase is Phase.CANCELLED:
        cancelled = {**life.shown(now), "phase": phase.value, "intervals": []}
        return change_of(cancelled, key="0.0", cause="DELETE")
    before = None if event.starts_at is None else event.starts_at - _A_MOMENT
    for moment in (now, before, event.starts_at, event.ends_at):
        if moment is not None and life.at(moment).phase is phase:
            return change_of(life.shown(moment), key="0.0", cause="PHASE")
    raise NeverSo(f"The event '{event}' is never {phase}")


def _tried(binding: Binding, ask: Callable[[Backend], Any]) -> Tried:
    try:
        backend, secrets = backend_named(binding.backend), secrets_of(binding)
    except (NoSuchBackend, CannotUnseal) as error:
        return Tried(False, str(error))
    hidden = list(secrets.values())
    asked = partial(_answer, lambda: ask(backend(bound(binding, secrets))), hidden)
    try:
        with places_for_callbacks().taken(wait=_WAIT_FOR_A_PLACE), places().taken(wait=_WAIT_FOR_A_PLACE):
            return calls.result_of(binding.pk, asked, seconds=settings.BACKEND_TIMEOUT)
    except NoPlace:
        raise errors.Busy("Too many calls are being made; try again", retry_after=2) from None
    except TooManyOverdue as error:
        return Tried(False, str(error))
    except TimeoutError:
        return Tried(False, f"It did not come back within {settings.BACKEND_TIMEOUT:g} seconds")


def _answer(ask: Callable[[], Any], secrets: Sequence[str]) -> Tried:
    """Raises nothing, whatever the backend does."""
    try:
        text, requests = ask()
        return Tried(True, shown(text, secrets), [_masked(request, secrets) for request in requests])
    except BackendError as error:
        told = f"{error.reason} (answered {error.status})" if error.status else error.reason
        return Tried(False, shown(told, secrets))
    except BaseException as error:  # SystemExit too: it is an answer like any other
        return Tried(False, shown(f"The backend raised {error!r}", secrets))


def _masked(request: BackendRequest, secrets: Sequence[str]) -> BackendRequest:
    """Backends mask what they know to be secret; what they forgot is masked here."""
    return replace(
        request,
        url=masked(request.url, secrets),
        headers={name: masked(str(value), secrets) for name, value in request.headers.items()},
        body=masked(request.body, secrets),
    )
