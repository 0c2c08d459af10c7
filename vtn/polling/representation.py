"""How an answer goes out: 304 or 200, and in which content coding (RFC 9110 §8.8, §12.5.3, §13.1.2)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from vtn.polling.answers import Answer

_CODINGS = ("br", "gzip")


@dataclass(frozen=True, slots=True)
class Representation:
    status: str
    headers: list[tuple[str, str]]
    body: bytes


def represent(answer: Answer, *, accept_encoding: str, if_none_match: str) -> Representation:
    """The answer as this request wants it. A 304 carries the headers that a 200 would (RFC 9110 §15.4.5)."""
    coding = preferred_coding(accept_encoding) if answer.is_worth_compressing else ""
    headers = [
        ("ETag", f'"{answer.etag}-{coding}"' if coding else f'"{answer.etag}"'),
        ("Vary", "Authorization, Accept-Encoding"),
        ("Cache-Control", _cache_control(answer.may_age)),
    ]
    if if_none_match and _names(if_none_match, answer.etag):
        return Representation("304 Not Modified", headers, b"")
    body = answer.encoded(coding) if coding else answer.body
    headers.append(("Content-Type", "application/json"))
    headers.append(("Content-Length", str(len(body))))
    if coding:
        headers.append(("Content-Encoding", coding))
    return Representation("200 OK", headers, body)


@lru_cache(maxsize=1_000)
def preferred_coding(accept_encoding: str) -> str:
    """The best coding we make among those the client accepts, or "" for none."""
    accepted: dict[str, float] = {}
    for item in accept_encoding.lower().split(","):
        name, _, parameters = item.strip().partition(";")
        try:
            quality = float(parameters.strip().removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        accepted[name.strip()] = quality
    wanted = [(accepted.get(coding, accepted.get("*", 0.0)), coding) for coding in _CODINGS]
    best, coding = max(wanted, key=lambda pair: pair[0])
    return coding if best > 0 else ""


def _names(if_none_match: str, etag: str) -> bool:
    """Weak comparison, and any coding of the same body counts as the same: the bytes differ, the answer does not."""
    if if_none_match.strip() == "*":
        return True
    candidates = (item.strip().removeprefix("W/").strip('"') for item in if_none_match.split(","))
    return any(item.partition("-")[0] == etag for item in candidates)


def _cache_control(may_age: bool) -> str:
    """A hint that differs from answer to answer, so that a fleet which starts at :00 drifts apart.

    BL is never given one: whoever writes wants to read what it wrote.
    """
    if not may_age or not settings.POLL_MAX_AGE:
        return "private, no-cache"
    return f"private, max-age={random.randint(settings.POLL_MAX_AGE // 2, settings.POLL_MAX_AGE * 3 // 2)}"  # noqa: S311 - spreading load, no secret
