"""The thin layer in front of Django that answers polls: from what was kept, or else by asking the view itself. All else
is passed on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import ref
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from vtn.caller import Caller
from vtn.polling.answers import Answer, Ready
from vtn.polling.polls import Question
from vtn.polling.representation import Representation, represent
from vtn.polling.state import polling

# Requests that are remembered as a whole: one per poller of this process, and what it asks.
_MOST_REQUESTS, _LONGEST_REQUEST = 20_000, 2_000

# Authorization, path, query, Accept-Encoding, If-None-Match.
_Request = tuple[str, str, str, str, str]


class _Remembered(NamedTuple):
    """How a request was answered, which holds until something changes or the clock says so. It does not keep the body
    in memory, which many of these may share: who keeps answers decides how many."""

    moment: tuple[int, int]
    good_until: float
    status: str
    headers: list[tuple[str, str]]
    ready: Callable[[], Ready | None]
    question: Question


# Has a view answer a verified caller who asks this path and query. None: Django has to look at the request.
AskView = Callable[[Caller, str, str], Answer | None]
# Where a view finds what it has raised for the gate, to raise it in Django, which tells and logs it.
RAISED = "vtn.polling.raised"


class PollGate:
    """A WSGI application around Django's. It decides nothing: it repeats what a view has answered to the same
    question of an equal caller, as long as nothing that the answer depends on has moved. Otherwise, if the caller is
    known, it asks the view itself."""

    def __init__(self, django: WSGIApplication, ask_view: AskView) -> None:
        self._django, self._ask_view = django, ask_view
        self._polling = polling()
        self._polls = self._polling.polls
        self._headers = _security_headers()
        self._hosts = None if settings.ALLOWED_HOSTS == ["*"] else tuple(settings.ALLOWED_HOSTS)
        self._tls_header = settings.SECURE_PROXY_SSL_HEADER if settings.SECURE_SSL_REDIRECT else None
        # So that most installations are spared a call at every poll.
        self._lets_all_in = self._hosts is None and self._tls_header is None
        self._requests: dict[_Request, _Remembered] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        get = environ.get
        header = get("HTTP_AUTHORIZATION")
        if header and environ["REQUEST_METHOD"] == "GET" and (self._lets_all_in or self._lets_in(environ)):
            request = (
                header,
                environ["PATH_INFO"],
                environ["QUERY_STRING"],
                get("HTTP_ACCEPT_ENCODING", ""),
                get("HTTP_IF_NONE_MATCH", ""),
            )
            answered = (
                self._repeated(request)
                or self._looked_up(request)
                or self._answered_by_view(request, environ)
            )
            if answered is not None:
                status, headers, ready = answered
                start_response(status, headers)
                return [ready.body]
            self._polling.listen()
            return self._asked(environ, start_response)
        self._polling.listen()
        return self._django(environ, start_response)

    def _asked(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Has Django answer, and notes who has asked."""
        question, statuses = (environ["PATH_INFO"], environ["QUERY_STRING"]), []

        def start(status: str, *more: Any) -> Any:
            statuses.append(status)
            return start_response(status, *more)

        self._polling.asked_here()  # of an earlier request, or of this one
        body = self._django(environ, start)
        environ.pop(RAISED, None)  # else it and its traceback, which knows environ, would hold each other
        client_id = self._polling.asked_here()
        if client_id is not None and statuses:
            self._polls.note(Question(client_id, *question), statuses[-1], time.time())
        return body

    def _repeated(self, request: _Request) -> tuple[str, list[tuple[str, str]], Ready] | None:
        """What was answered to the very same request, while nothing at all has changed since."""
        known = self._requests.get(request)
        if known is None or not self._polling.stands_still(known.moment):
            return None
        ready, now = known.ready(), time.time()
        if ready is None or now >= known.good_until:
            return None
        self._polls.note(known.question, known.status, now)
        return known.status, known.headers, ready

    def _looked_up(self, request: _Request) -> Representation | None:
        """The answer to an equal question, if nothing that it depends on has changed."""
        header, path, query, accept_encoding, if_none_match = request
        moment, now = self._polling.moment, time.time()  # read before what it stands for
        found = self._polling.repeated(header, path, query, now)
        if found is None:
            return None
        question = Question(found.client_id, path, query)
        answered = self._represented(found.answer, question, accept_encoding, if_none_match, now)
        if sum(map(len, request)) <= _LONGEST_REQUEST:
            if len(self._requests) >= _MOST_REQUESTS:
                self._requests.clear()
            self._requests[request] = _Remembered(
                moment, found.good_until, answered.status, answered.headers, ref(answered.ready), question
            )
        return answered

    def _answered_by_view(self, request: _Request, environ: dict[str, Any]) -> Representation | None:
        """What the view answers now, kept for the next one that asks the same."""
        header, path, query, accept_encoding, if_none_match = request
        now = time.time()
        caller = self._polling.verified(header, now)
        if caller is None:
            return None
        try:
            answer = self._ask_view(caller, path, query)
        except Exception as raised:  # whatever it is: Django raises it again, and knows what to say
            environ[RAISED] = raised
            return None
        if answer is None:
            return None
        self._polling.keep(caller, path, query, answer)
        return self._represented(
            answer, Question(caller.client_id, path, query), accept_encoding, if_none_match, now
        )

    def _represented(
        self, answer: Answer, question: Question, accept_encoding: str, if_none_match: str, now: float
    ) -> Representation:
        """The answer as this request wants it; and the poll is noted."""
        made = represent(answer, accept_encoding=accept_encoding, if_none_match=if_none_match)
        self._polls.note(question, made.status, now)
        return made._replace(headers=made.headers + self._headers)

    def _lets_in(self, environ: dict[str, Any]) -> bool:
        """What Django's own middleware would ask: did this come by TLS, if it has to, and for a host of ours?"""
        if self._tls_header is not None and environ.get(self._tls_header[0]) != self._tls_header[1]:
            return False
        return self._hosts is None or _is_ours(environ.get("HTTP_HOST", ""), self._hosts)


@lru_cache(maxsize=100)
def _is_ours(host: str, ours: tuple[str, ...]) -> bool:
    return validate_host(split_domain_port(host)[0], ours)


def _security_headers() -> list[tuple[str, str]]:
    """Those of Django's SecurityMiddleware that mean something for JSON."""
    headers = [("X-Content-Type-Options", "nosniff")]
    if settings.SECURE_HSTS_SECONDS:
        words = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
        words += ["includeSubDomains"] * settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
        words += ["preload"] * settings.SECURE_HSTS_PRELOAD
        headers.append(("Strict-Transport-Security", "; ".join(words)))
    return headers
