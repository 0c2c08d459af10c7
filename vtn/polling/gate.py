"""The thin layer in front of Django that answers a poll from what was kept, and passes on everything else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from vtn.polling.representation import represent
from vtn.polling.state import polling

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class PollGate:
    """A WSGI application around Django's. It decides nothing: it repeats what a view has answered to the same
    question of an equal caller, as long as nothing that the answer depends on has moved."""

    def __init__(self, django: WsgiApplication) -> None:
        self._django = django
        self._polling = polling()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            header = environ.get("HTTP_AUTHORIZATION")
            caller = self._polling.verified(header, time.time()) if header else None
            if caller is not None:
                answer = self._polling.kept(caller, environ["PATH_INFO"], environ["QUERY_STRING"])
                if answer is not None:
                    representation = represent(
                        answer,
                        accept_encoding=environ.get("HTTP_ACCEPT_ENCODING", ""),
                        if_none_match=environ.get("HTTP_IF_NONE_MATCH", ""),
                    )
                    start_response(representation.status, representation.headers)
                    return [representation.body]
        self._polling.listener.start()
        return self._django(environ, start_response)
