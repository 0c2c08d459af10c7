"""A backend that needs no code: one HTTP request for each change, as its binding's template writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.conf import settings

from events.backends.base import BackendRequest, Bound, EventChange, OnHold, Receipt, Refused, TryLater
from events.backends.calling import call, host_of, rules_of
from events.backends.http_form import HttpForm
from events.backends.http_mapping import told_of
from events.backends.http_settings import headers_of, is_among, is_json
from events.backends.masking import MASK
from events.backends.templates import BadTemplate, as_json, rendered, values_of
from vtn.deliveries.outcomes import wish_of
from vtn.notifiers.client import CallFailed, Reply

_BODILESS = frozenset({"GET", "DELETE"})


class HttpBackend:
    """A `events.backends.base.Backend`. Its mapping says what targets are called there, in any shape: `{"north": 31}`;
    `"*"` stands for all others."""

    title: ClassVar[str] = "HTTP request"
    # What a template makes of a change may be a difference, or a line in somebody's log.
    only_newest_matters: ClassVar[bool] = False
    SettingsForm = HttpForm

    def __init__(self, bound: Bound) -> None:
        self._settings, self._mapping = bound.settings, bound.mapping

    def host(self) -> str:
        return host_of(self._settings["url"])

    def push(self, change: EventChange) -> Receipt:
        receipt = Receipt(nothing_to_do=True)
        for request in self._requests(change, self._settings.get("secret", "")):
            reply = self._call(request.method, request.url, request.headers, request.body.encode() or None)
            receipt = self._receipt(reply)
        return receipt

    def check_connection(self) -> str:
        """Asks for the check URL, or whether anybody is there at all: GET and HEAD are safe (RFC 9110 §9.2.1)."""
        check_url = self._settings.get("check_url", "")
        headers = headers_of(self._settings, self._settings.get("secret", ""))
        if check_url:
            self._receipt(reply := self._call("GET", check_url, headers))
            return f"{check_url} answered {reply.status}"
        reply = self._call("HEAD", f"{self.host()}/", {})
        return f"{self.host()} is there ({reply.status}); a check URL would show whether it takes the secret as well"

    def dry_run(self, change: EventChange) -> Sequence[BackendRequest]:
        return self._requests(change, MASK if self._settings.get("secret") else "")

    def _requests(self, change: EventChange, secret: str) -> list[BackendRequest]:
        """All are worked out before any is made."""
        told = told_of(self._mapping, change)
        return [
            self._request(*each, secret) for each in told if each[0].phase.value in self._settings["phases"]
        ]

    def _request(self, change: EventChange, names: Sequence[Any], secret: str) -> BackendRequest:
        values = values_of(change, names)
        method, has_body = self._settings["method"], self._settings["method"] not in _BODILESS
        headers = {**headers_of(self._settings, secret), "Idempotency-Key": change.key}
        if has_body:
            headers["Content-Type"] = self._settings["content_type"]
        try:
            url = rendered(self._settings["url"], values, is_url=True)
            body = rendered(self._settings["body"], values) if has_body else ""
            if has_body and is_json(self._settings["content_type"]):
                as_json(body)
        except BadTemplate as error:
            raise Refused(str(error)) from None
        return BackendRequest(method, url, headers, body)

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        rules = rules_of(
            timeout=self._settings["timeout"],
            connect_timeout=min(self._settings["timeout"], settings.CALLBACK_CONNECT_TIMEOUT),
            max_answer_bytes=settings.CALLBACK_MAX_ANSWER_BYTES,
        )
        try:
            return call(rules, method, url, headers, body)
        except CallFailed as error:
            raise TryLater(f"{self.host()} {error}", is_host_at_fault=True) from None

    def _receipt(self, reply: Reply) -> Receipt:
        """The rules of webhooks, but for what staff have to see to: all else may be a system that is being repaired, a
        redirect too, which is not followed."""
        status, answer = reply.status, reply.body[:1000].decode(errors="replace")
        reason = f"answered {status}"
        said: Any = {"status": status, "answer": answer}
        if is_among(status, self._settings["taken"]):
            return Receipt(**said)
        if is_among(status, self._settings["held"]):
            raise OnHold(f"{reason}: the secret has to be looked at", **said)
        if is_among(status, self._settings["refused"]):
            raise Refused(reason, **said)
        after = wish_of(reply.retry_after, datetime.now(UTC))
        raise TryLater(reason, **said, after=after, is_host_at_fault=status >= 500)
