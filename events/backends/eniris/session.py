"""Tokens of one account at Eniris: a refresh token for two weeks, of which access tokens for minutes are made.

They are in memory only, and shared between the pushes of a process.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from events.backends.base import Bound, OnHold, TryLater
from events.backends.eniris.calls import Answer, call, require_good
from events.backends.eniris.licences import Licence
from vtn.wire import body

# One page of the documents gives an access token ten minutes, another five; Eniris' own driver renews it after two, a
# refresh token after 7 of its 14 days, and logs in anew after 13.
_ACCESS_SECONDS = 120.0
_DAY = 86_400.0
_REFRESH_SECONDS, _LOGIN_SECONDS = 7 * _DAY, 13 * _DAY
# Threads that wait for a login that is refused do not each try the same password again: that locks the account.
_REFUSED_SECONDS = 10.0
_LICENCE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    got_at: float


class Session:
    """Logs in when a token is asked for, and no sooner. Safe for several threads, of which one does the calls."""

    def __init__(
        self, auth_url: str, username: str, password: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._auth_url = auth_url.rstrip("/")
        self._username, self._password, self._clock = username, password, clock
        self._lock = threading.Lock()
        self._refresh: _Token | None = None
        self._access: _Token | None = None
        self._refusal: tuple[OnHold, float] | None = None
        self._licences: dict[int, tuple[list[Licence], float]] = {}

    def access_token(self) -> str:
        """One that is good for a while yet. Raises `OnHold` where the account does not let us in, and `TryLater`."""
        with self._lock:
            if self._is_old(self._access, _ACCESS_SECONDS):
                self._access = self._new(self._new_access())
            assert self._access is not None
            return self._access.text

    def forget(self, access_token: str) -> None:
        """It was not taken; another thread may have a newer one by now."""
        with self._lock:
            if self._access is not None and self._access.text == access_token:
                self._access = None

    def kept_licences(self, node_id: int) -> list[Licence] | None:
        licences, got_at = self._licences.get(node_id, ([], -_LICENCE_SECONDS))
        return licences if self._clock() - got_at < _LICENCE_SECONDS else None

    def keep_licences(self, node_id: int, licences: list[Licence]) -> None:
        self._licences[node_id] = licences, self._clock()

    def drop_licences(self) -> None:
        self._licences.clear()

    def _new_access(self) -> str:
        self._see_to_refresh()
        answer = self._get("accesstoken")
        if answer.status == 401:
            # Revoked, or the server forgot it: the password is what counts.
            self._refresh = self._new(self._login())
            answer = self._get("accesstoken")
        return _token_in(answer)

    def _see_to_refresh(self) -> None:
        if self._is_old(self._refresh, _LOGIN_SECONDS):
            self._refresh = self._new(self._login())
        elif self._is_old(self._refresh, _REFRESH_SECONDS):
            answer = self._get("refreshtoken")
            self._refresh = self._new(self._login() if answer.status == 401 else _token_in(answer))

    def _login(self) -> str:
        if self._refusal is not None and self._clock() - self._refusal[1] < _REFUSED_SECONDS:
            refused = self._refusal[0]
            raise OnHold(refused.reason, status=refused.status, answer=refused.answer)
        answer = call(
            "the login",
            "POST",
            f"{self._auth_url}/auth/login",
            content={"username": self._username, "password": self._password},
            password=self._password,
        )
        # 500 NO_PASSWORD_INFO says that the account has no password at all.
        if answer.status in (400, 401, 403) or "NO_PASSWORD_INFO" in answer.text:
            reason = f"Eniris does not let {self._username} in ({answer.message}): put in the right user and password"
            hold = OnHold(reason, status=answer.status, answer=answer.text[:1000])
            self._refusal = hold, self._clock()
            raise hold
        return _token_in(answer)

    def _get(self, name: str) -> Answer:
        assert self._refresh is not None
        return call(f"the {name}", "GET", f"{self._auth_url}/auth/{name}", token=self._refresh.text)

    def _new(self, text: str) -> _Token:
        return _Token(text, self._clock())

    def _is_old(self, token: _Token | None, seconds: float) -> bool:
        return token is None or self._clock() - token.got_at >= seconds


_sessions: dict[int, tuple[str, Session]] = {}
_sessions_lock = threading.Lock()


def new_session(settings: dict[str, Any]) -> Session:
    return Session(settings["auth_url"], settings["username"], settings["password"])


def session_of(bound: Bound) -> Session:
    """The one of this binding, with these very settings: a changed password makes a new one, and drops the old."""
    settings = dict(bound.settings)
    digest = hashlib.sha256(body.encode(sorted(settings.items()))).hexdigest()
    with _sessions_lock:
        known, session = _sessions.get(bound.id, ("", None))
        if session is None or known != digest:
            session = new_session(settings)
            _sessions[bound.id] = digest, session
        return session


def _token_in(answer: Answer) -> str:
    """The documents call the answer text/plain; quotes around it do no harm."""
    text = require_good(answer).text.strip().strip('"')
    # It goes into a header: a page in HTML must not.
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise TryLater(f"Eniris: {answer.what} brought no token", status=answer.status, is_host_at_fault=True)
    return text
