"""How an answer goes out: 304 or 200, and in which content coding (RFC 9110 §8.8, §12.5.3, §13.1.2)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import cycle
from typing import NamedTuple

from django.conf import settings

from vtn.polling.answers import Answer, Ready

_CODINGS = ("br", "gzip")
_LONGEST_HEADER = 500  # of those that are remembered; what a client says in more words is not understood


class Representation(NamedTuple):
    """`ready` is what the body is taken from."""

    status: str
    headers: list[tuple[str, str]]
    ready: Ready


def represent(answer: Answer, *, accept_encoding: str, if_none_match: str) -> Representation:
    """The answer as this request wants it. A 304 carries the headers that a 200 would (RFC 9110 §15.4.5)."""
    coding = preferred_coding(accept_encoding[:_LONGEST_HEADER]) if answer.is_worth_compressing else ""
    ready = answer.ready.get(coding) or _make_ready(answer, coding)
    hint = ("Cache-Control", _cache_control(answer.may_age))
    if 0 < len(if_none_match) <= _LONGEST_HEADER and _names(if_none_match, answer.etag):
        return Representation("304 Not Modified", [hint, *ready.headers[:_VALIDATORS]], _NO_BODY)
    return Representation("200 OK", [hint, *ready.headers], ready)


_VALIDATORS = 2  # the first headers below, which a 304 has, too
_NO_BODY = Ready([], b"")


def _make_ready(answer: Answer, coding: str) -> Ready:
    """A body in a content coding with its headers, made the first time somebody asks for it."""
    body = answer.encoded(coding) if coding else answer.body
    headers = [
        ("ETag", f'"{answer.etag}-{coding}"' if coding else f'"{answer.etag}"'),
        ("Vary", "Authorization, Accept-Encoding"),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
    ]
    if coding:
        headers.append(("Content-Encoding", coding))
    answer.ready[coding] = Ready(headers, body)
    return answer.ready[coding]


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


@lru_cache(maxsize=1_000)
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
    return next(_hints(settings.POLL_MAX_AGE)) if may_age else "private, no-cache"


@cache
def _hints(max_age: int) -> Iterator[str]:
    """For ever each second from half to one and a half times this, in an order that polls do not keep step with."""
    if not max_age:
        return cycle(["private, no-cache"])
    seconds = list(range(max_age // 2, max_age * 3 // 2 + 1))
    random.shuffle(seconds)
    return cycle([f"private, max-age={each}" for each in seconds])
