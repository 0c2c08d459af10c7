"""The thin layer in front of Django that answers a poll from what was kept, and passes on everything else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from vtn.polling.representation import represent
from vtn.polling.state import polling

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class PollGate:
    """A WSGI application around Django's. It decides nothing: it repeats what a view has answered to the same
    question of an equal caller, as long as nothing that the answer depends on has moved."""

    def __init__(self, django: WsgiApplication) -> None:
        self._django = django
        self._polling = polling()
        self._headers = _security_headers()
        self._hosts = None if settings.ALLOWED_HOSTS == ["*"] else tuple(settings.ALLOWED_HOSTS)
        self._tls_header = settings.SECURE_PROXY_SSL_HEADER if settings.SECURE_SSL_REDIRECT else None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        header = environ.get("HTTP_AUTHORIZATION")
        if header and environ["REQUEST_METHOD"] == "GET" and self._lets_in(environ):
            answer = self._polling.repeated(
                header, environ["PATH_INFO"], environ["QUERY_STRING"], time.time()
            )
            if answer is not None:
                representation = represent(
                    answer,
                    accept_encoding=environ.get("HTTP_ACCEPT_ENCODING", ""),
                    if_none_match=environ.get("HTTP_IF_NONE_MATCH", ""),
                )
                start_response(representation.status, representation.headers + self._headers)
                return [representation.body]
        self._polling.listen()
        return self._django(environ, start_response)

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
