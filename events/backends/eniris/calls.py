"""One HTTP call to Eniris, and what its answer means for another try."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from events.backends import calling
from events.backends.base import BackendError, Refused, TryLater
from events.backends.eniris.patience import Patience
from events.backends.masking import masked
from vtn.deliveries.outcomes import LONGEST_WISH, wish_of
from vtn.notifiers.client import CallFailed, CallRules
from vtn.wire import body

_CONNECT_SECONDS, _SECONDS = 3.0, 10.0
_LONGEST_ANSWER = 1_000_000
_WAIT_WITHOUT_A_WORD = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`what` was asked, as in "writing device 45"."""

    what: str
    status: int
    text: str
    retry_after: str | None = None

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        """Its own words, of `{"statusCode", "error", "message"}`, or the beginning of whatever else it says."""
        try:
            return str(self.json()["message"])[:200]
        except (BackendError, KeyError, TypeError):
            return self.text[:200]

    def json(self) -> Any:
        """Raises `TryLater`: what is not JSON comes from something that stands before Eniris."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            raise TryLater(
                f"Eniris: {self.what} was answered with something that is not JSON",
                status=self.status,
                answer=self.text[:1000],
                is_host_at_fault=True,
            ) from None


_patience = Patience()


def call(
    what: str,
    method: str,
    url: str,
    *,
    token: str = "",
    content: Any = None,
    password: str = "",
    seconds: float = _SECONDS,
) -> Answer:
    """Raises `TryLater` where there is no answer, or none is to be asked for yet. Answers are shown to people: should
    the token or the password come back in one, they are masked."""
    host = calling.host_of(url)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data = None
    if content is not None:
        headers["Content-Type"], data = "application/json", body.encode(content)
    with _patience.turn(host):
        try:
            reply = calling.call(_rules(seconds), method, url, headers, data)
        except CallFailed as error:
            raise TryLater(f"Eniris: {what} failed, {host} {error}", is_host_at_fault=True) from error
        text = masked(reply.body.decode(errors="replace"), (token, password))
        answer = Answer(what, reply.status, text, reply.retry_after)
        if answer.status == 429:
            _patience.wait(host, wait_of(answer))
    return answer


def require_good(answer: Answer) -> Answer:
    """Raises what the answer means, unless it is a good one.

    403 is `Refused` rather than `OnHold`: it is about one device or controller, and the others are not to wait for it.
    """
    if answer.is_good:
        return answer
    reason = f"Eniris: {answer.what} was answered {answer.status} {answer.message}".rstrip()
    told: dict[str, Any] = {"status": answer.status, "answer": answer.text[:1000]}
    if answer.status == 429:
        raise TryLater(reason, after=wait_of(answer), is_host_at_fault=True, **told)
    if answer.status >= 500:
        raise TryLater(reason, after=_wished(answer), is_host_at_fault=True, **told)
    # 401: a new token was tried already. 412: somebody else has changed the device in between. A redirect may be a
    # page that says that the site is being worked on.
    if answer.status in (401, 408, 412, 425) or answer.status < 400:
        raise TryLater(reason, **told)
    raise Refused(reason, **told)


def wait_of(answer: Answer) -> float:
    """The seconds that a 429 asks for: in its header, or as `retryAfter` in its body."""
    return min(_wished(answer) or _WAIT_WITHOUT_A_WORD, LONGEST_WISH)


def _wished(answer: Answer) -> float | None:
    wish = wish_of(answer.retry_after, timezone.now())
    if wish is None:
        try:
            wish = float(answer.json()["retryAfter"])
        except (BackendError, KeyError, TypeError, ValueError):
            return None
    return wish if wish > 0 else None


def _rules(seconds: float) -> CallRules:
    return calling.rules_of(
        timeout=seconds, connect_timeout=_CONNECT_SECONDS, max_answer_bytes=_LONGEST_ANSWER
    )
