"""What the answers of Tygron mean: which are final, which are worth another try, and which wait for people."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

from events.backends.base import BackendError, OnHold, Refused, TryLater
from events.backends.masking import masked
from vtn.deliveries.outcomes import wish_of
from vtn.notifiers.client import Reply

_SUCCESS = frozenset({200, 201, 202, 204})
# Of the API's own codes those after which nothing goes before somebody has joined the session again.
_SESSION_GONE = {
    495: "this client was released from it",
    496: "the server was restarted",
    497: "there is no such session, or it is not active",
    498: "the token is not valid",
}
_FAIR_USE_WAIT = 300.0
_LONGEST_ANSWER = 1_000


class _Passing(NamedTuple):
    """What passes by itself. `is_host_at_fault` where it is not this session alone that suffers."""

    words: str
    is_host_at_fault: bool = False
    after: float = 0.0


_PASSING = {
    408: _Passing("took too long"),
    425: _Passing("wants it later"),
    429: _Passing("has been asked too often"),
    500: _Passing("failed"),
    502: _Passing("is not there behind its gateway", is_host_at_fault=True),
    503: _Passing("is unavailable", is_host_at_fault=True),
    504: _Passing("is still calculating"),
    525: _Passing("could not agree on TLS", is_host_at_fault=True),
    526: _Passing("could not be connected to", is_host_at_fault=True),
    598: _Passing("has no more capacity by its rules of fair use", after=_FAIR_USE_WAIT),
    599: _Passing("is at its maximum capacity", is_host_at_fault=True, after=_FAIR_USE_WAIT),
}


def require_done(reply: Reply, *, token: str) -> None:
    """Raises what an answer other than success means."""
    if reply.status not in _SUCCESS:
        raise _fault(reply, _shown(reply, token))
    if reply.body.strip():
        # An event answers nothing, or a value. A page comes from something in between.
        content_of(reply, token=token)


def content_of(reply: Reply, *, token: str) -> Any:
    """The JSON of an answer. Raises `TryLater` for anything else, such as a page about maintenance."""
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        raise TryLater(
            "answered with something that is not JSON: is this the address of a Tygron engine?",
            status=reply.status,
            answer=_shown(reply, token),
        ) from None


def _fault(reply: Reply, answer: str) -> BackendError:
    status = reply.status
    if status == 401:
        return OnHold(
            "Tygron does not know who this is (401): put in a new token", status=status, answer=answer
        )
    if status == 403:
        reason = (
            "The token's user may not do this in the session (403): give the role, or put in another token"
        )
        return OnHold(reason, status=status, answer=answer)
    if status in _SESSION_GONE:
        reason = f"The session is gone ({status}, {_SESSION_GONE[status]}): put in a new token"
        return OnHold(reason, status=status, answer=answer)
    if 400 <= status < 500 and status not in _PASSING:
        return Refused(f"Tygron refused it ({status})", status=status, answer=answer)
    passing = _PASSING.get(status) or _Passing("did not do it", is_host_at_fault=status >= 500)
    return TryLater(
        f"Tygron {passing.words} ({status})",
        status=status,
        answer=answer,
        after=max(passing.after, wish_of(reply.retry_after, datetime.now(UTC)) or 0.0) or None,
        is_host_at_fault=passing.is_host_at_fault,
    )


def _shown(reply: Reply, token: str) -> str:
    """Masked before it is cut, lest half of the token stay."""
    return masked(reply.body.decode(errors="replace"), [token])[:_LONGEST_ANSWER]
