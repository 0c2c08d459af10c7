"""What a verified token says, whoever issued it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claims:
    """`expires_at` is Unix time; the scopes are what was written, known to us or not."""

    client_id: str
    scopes: frozenset[str]
    expires_at: float
