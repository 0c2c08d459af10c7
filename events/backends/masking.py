"""Keeps secrets out of what people are shown."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

MASK = "•••"


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text without these, neither as they are nor as they stand in a URL; the longest first, as one may be a part
    of another."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, MASK).replace(quote(secret, safe=""), MASK)
    return text
