"""The twin's authentication: refresh tokens for a password, access tokens for a refresh token."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from math import ceil
from typing import Any

from events.backends.twins.eniris.answers import MISFORMATTED, Answer
from events.backends.twins.serving import Heard, Reply

_REFRESH_SECONDS, _LOCKED_SECONDS, _MOST_WRONG = 14 * 86_400, 60, 5


class Tokens:
    def __init__(self, username: str, password: str) -> None:
        self.username, self.password = username, password
        self.access_seconds = 300.0
        self._refresh: dict[str, float] = {}
        self._access: dict[str, float] = {}
        self._wrong = 0
        self._locked_until = 0.0

    def expire(self, *, access: bool = True, refresh: bool = False) -> None:
        """As if their time was over."""
        if access:
            self._access.clear()
        if refresh:
            self._refresh.clear()

    def require_access(self, heard: Heard) -> None:
        _require(heard, self._access, "Failed to verify token")

    def reply(self, heard: Heard) -> Reply:
        if (heard.method, heard.path) == ("POST", "/auth/login"):
            return self._login(heard)
        _require(heard, self._refresh, "NO_TOKEN_PROVIDED")
        if (heard.method, heard.path) == ("GET", "/auth/accesstoken"):
            return _new(self._access, self.access_seconds)
        if (heard.method, heard.path) == ("GET", "/auth/refreshtoken"):
            return _new(self._refresh, _REFRESH_SECONDS)
        if (heard.method, heard.path) == ("POST", "/auth/logout"):
            self._refresh.pop(_bearer(heard))
            return Reply(204)
        raise Answer(404, "Resource not found")

    def _login(self, heard: Heard) -> Reply:
        username, password = _credentials(heard)
        if time.monotonic() < self._locked_until:
            left = ceil(self._locked_until - time.monotonic())
            raise Answer(429, "TOO_MANY_FAILED_PASSWORD_CHECKS", retryAfter=left)
        if (username, password) != (self.username, self.password):
            self._wrong += 1
            if self._wrong >= _MOST_WRONG:
                self._wrong, self._locked_until = 0, time.monotonic() + _LOCKED_SECONDS
            raise Answer(401, "PASSWORD_INCORRECT")
        self._wrong = 0
        return _new(self._refresh, _REFRESH_SECONDS)


def _credentials(heard: Heard) -> tuple[str, str]:
    try:
        told: Mapping[str, Any] = heard.json()
        username, password = told["username"], told["password"]
    except (ValueError, KeyError, TypeError):
        raise Answer(400, MISFORMATTED) from None
    if not all(isinstance(each, str) and len(each) <= 256 for each in (username, password)):
        raise Answer(400, MISFORMATTED)
    return username, password


def _new(tokens: dict[str, float], seconds: float) -> Reply:
    token = secrets.token_urlsafe(24)
    tokens[token] = time.monotonic() + seconds
    return Reply(body=token, content_type="text/plain")


def _require(heard: Heard, tokens: Mapping[str, float], message: str) -> None:
    if tokens.get(_bearer(heard), 0.0) <= time.monotonic():
        raise Answer(401, message)


def _bearer(heard: Heard) -> str:
    scheme, _, token = heard.headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""
