"""One HTTP call to Eniris, and what its answer means for another try."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.utils import timezone
from urllib3.exceptions import HTTPError

from events.backends.base import BackendError, Refused, TryLater
from events.backends.eniris.patience import Patience
from vtn.deliveries.outcomes import LONGEST_WISH, wish_of
from vtn.wire import body

_CONNECT_SECONDS, _READ_SECONDS = 3.0, 8.0
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
    seconds: float = _READ_SECONDS,
) -> Answer:
    """Raises `TryLater` where there is no answer, or none is to be asked for yet. Answers are shown to people: should
    the token or the password come back in one, they are masked."""
    host = host_of(url)
    with _patience.turn(host):
        try:
            answer = _call(what, method, url, token, content, password, seconds)
        # urllib3 speaks for itself where an answer breaks off.
        except (requests.RequestException, HTTPError, OSError) as error:
            raise _unreachable(what, host, error) from error
        if answer.status == 429:
            _patience.wait(host, wait_of(answer))
    return answer


def _call(
    what: str, method: str, url: str, token: str, content: Any, password: str, seconds: float
) -> Answer:
    with requests.request(
        method,
        url,
        data=None if content is None else body.encode(content),
        # Not as a header: requests would put a password of ~/.netrc in its place.
        auth=_bearer(token),
        headers={"Content-Type": "application/json"} if content is not None else {},
        timeout=(_CONNECT_SECONDS, seconds),
        allow_redirects=False,
        stream=True,
    ) as reply:
        text = reply.raw.read(_LONGEST_ANSWER, decode_content=True).decode(errors="replace")
        return Answer(
            what, reply.status_code, _masked(text, token, password), reply.headers.get("Retry-After")
        )


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


def host_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _wished(answer: Answer) -> float | None:
    wish = wish_of(answer.retry_after, timezone.now())
    if wish is None:
        try:
            wish = float(answer.json()["retryAfter"])
        except (BackendError, KeyError, TypeError, ValueError):
            return None
    return wish if wish > 0 else None


def _unreachable(what: str, host: str, error: Exception) -> TryLater:
    return TryLater(f"Eniris: {what} failed, {host} does not answer: {error}"[:500], is_host_at_fault=True)


def _masked(text: str, *secrets: str) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, "•••")
    return text


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    def put(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    return put
