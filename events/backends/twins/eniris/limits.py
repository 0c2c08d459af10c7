"""The twin's patience: who is told to wait and calls ten times in a minute all the same is banned for five."""

from __future__ import annotations

import time
from math import ceil

from events.backends.twins.eniris.answers import Answer

_MOST_IGNORED, _WITHIN_SECONDS, BAN_SECONDS = 10, 60, 300


class Limits:
    def __init__(self) -> None:
        self._busy_until = self._banned_until = 0.0
        self._was_told = False
        self._ignored: list[float] = []

    @property
    def is_banning(self) -> bool:
        return time.monotonic() < self._banned_until

    def be_busy(self, seconds: float) -> None:
        self._busy_until, self._was_told = time.monotonic() + seconds, False

    def require_patience(self) -> None:
        now = time.monotonic()
        if now < self._banned_until:
            raise self._ban(self._banned_until - now)
        if now >= self._busy_until:
            return
        if self._was_told:
            self._ignored = [*(each for each in self._ignored if each > now - _WITHIN_SECONDS), now]
        self._was_told = True
        if len(self._ignored) >= _MOST_IGNORED:
            self._banned_until = now + BAN_SECONDS
            raise self._ban(BAN_SECONDS)
        raise Answer(
            429,
            "Your request was rejected because your leaky bucket is too full",
            retryAfter=ceil(self._busy_until - now),
        )

    def _ban(self, seconds: float) -> Answer:
        message = (
            f"Temporary IP Ban: Your IP was banned for {BAN_SECONDS} seconds because the Retry-After header was"
            f" ignored {_MOST_IGNORED} times within {_WITHIN_SECONDS} seconds."
        )
        return Answer(429, message, retryAfter=ceil(seconds))
